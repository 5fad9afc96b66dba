import type { Entity } from '@rejoin/core'
import { applyPayload } from './apply-payload.ts'
import { isTooLarge } from './is-too-large.ts'
import type { OperationEntry } from './outbox-entry.ts'
import { basePoints } from './priority.ts'

/**
 * What becomes of a change of a record that has an earlier one in the outbox.
 * - `queued`: both stay
 * - `merged`: the earlier one takes it in, and keeps its id, number and place
 * - `cancelled`: a record that no server knows was made and deleted; neither is sent
 */
export type Coalesced =
  | { readonly type: 'queued' }
  | { readonly type: 'merged'; readonly entry: OperationEntry }
  | { readonly type: 'cancelled' }

const queued = { type: 'queued' } as const

/**
 * Only what was never sent changes, only inside one group, and only where the result need not wait for something that was done after
 * the earlier change: its place in the queue is kept.
 */
export function coalesce(earlier: OperationEntry, next: OperationEntry, entity: Entity | undefined): Coalesced {
  if (!isOpen(earlier) || !isSameKind(earlier, next)) return queued
  const [before, after] = [earlier.operation.operationType, next.operation.operationType]
  if (before === 'create' && after === 'delete') return { type: 'cancelled' }
  // An edit before a delete is kept: whoever restores the record gets it back.
  if (before === 'delete' || after !== 'update') return queued
  const payload =
    before === 'create'
      ? applyPayload(entity, earlier.operation.payload, next.operation.payload)
      : { ...earlier.operation.payload, ...next.operation.payload }
  // Two that can be sent must not become one that cannot.
  if (isTooLarge(payload)) return queued
  const entry = withHigherScore(earlier, next)
  const operation = { ...entry.operation, payload, clientUpdatedAt: next.operation.clientUpdatedAt }
  return { type: 'merged', entry: { ...entry, operation } }
}

function isOpen({ state, firstSentAt }: OperationEntry): boolean {
  return state === 'ready' && firstSentAt === undefined
}

function isSameKind(earlier: OperationEntry, next: OperationEntry): boolean {
  return (
    earlier.operation.groupId === next.operation.groupId &&
    earlier.operation.schemaVersion === next.operation.schemaVersion &&
    next.lanes.every((lane) => earlier.lanes.includes(lane))
  )
}

function withHigherScore(before: OperationEntry, next: OperationEntry): OperationEntry {
  const earlier = isHigher(next, before) ? { ...before, basePriority: next.basePriority } : before
  if (next.score <= earlier.score) return earlier
  return { ...earlier, score: next.score, operation: { ...earlier.operation, priority: next.operation.priority } }
}

/** What the calls asked for, without the rules. */
function isHigher(next: OperationEntry, before: OperationEntry): boolean {
  return basePoints[next.basePriority ?? 'LOW'] > basePoints[before.basePriority ?? 'LOW']
}
