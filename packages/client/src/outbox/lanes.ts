import type { Entity, JsonObject } from '@rejoin/core'
import { recordKeyOf } from '../record-database/record-key.ts'
import type { OperationEntry, QueuedOperation } from './outbox-entry.ts'

/** The records that an operation refers to by its payload. */
export function referencesOf(entity: Entity | undefined, payload: JsonObject): string[] {
  return Object.entries(entity?.references ?? {}).flatMap(([field, target]) => {
    const recordId = payload[field]
    return typeof recordId === 'string' ? [recordKeyOf({ entityType: target, recordId })] : []
  })
}

/** Its own record's lane first, then those of the records it refers to that the server does not have yet. */
export function lanesOf(
  operation: QueuedOperation,
  entity: Entity | undefined,
  hasUnsettledCreate: (recordKey: string) => boolean,
): string[] {
  const own = recordKeyOf(operation)
  const joined = referencesOf(entity, operation.payload).filter((key) => key !== own && hasUnsettledCreate(key))
  return [own, ...new Set(joined)]
}

/**
 * The lanes in which something earlier is not settled. An entry waits for the earlier ones of its own record and of those whose create it
 * needs; what merely refers to the same record does not wait for each other. A group travels together, so it does not wait for itself.
 */
export function lanesWaitedOn(entry: OperationEntry, entriesOf: (lane: string) => readonly OperationEntry[]): string[] {
  return entry.lanes.filter((lane) =>
    entriesOf(lane).some((other) => other.entryId < entry.entryId && !isSameGroup(other, entry)),
  )
}

function isSameGroup(left: OperationEntry, right: OperationEntry): boolean {
  const { groupId } = left.operation
  return groupId !== undefined && groupId === right.operation.groupId && left.state === 'ready' && right.state === 'ready'
}

/** Those that have to go before the entry and have a lower score: it lifts them to its own, or it would wait behind what matters less. */
export function entriesToLift(entry: OperationEntry, entriesOf: (lane: string) => readonly OperationEntry[]): OperationEntry[] {
  const lifted = new Map<number, OperationEntry>()
  const visit = (from: OperationEntry): void => {
    for (const lane of from.lanes) {
      for (const earlier of entriesOf(lane)) {
        if (earlier.entryId >= from.entryId || earlier.score >= entry.score || lifted.has(earlier.entryId)) continue
        lifted.set(earlier.entryId, { ...earlier, score: entry.score })
        visit(earlier)
      }
    }
  }
  visit(entry)
  return [...lifted.values()]
}
