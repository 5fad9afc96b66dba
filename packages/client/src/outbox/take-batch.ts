import { operationSchema, type Operation } from '@rejoin/core'
import { z } from 'zod'
import type { RowRange } from '../record-database/record-database.ts'
import { recordKeyOf } from '../record-database/record-key.ts'
import type { Hold } from '../sync/sync-conditions.ts'
import type { LocalTransaction, OutboxContext } from './local-transaction.ts'
import { migrateEntry, type Unfit } from './migrate-entry.ts'
import type { OperationEntry, QueuedOperation } from './outbox-entry.ts'
import { leastScoreOf } from './priority.ts'
import { longestDelayMs } from './retry-schedule.ts'
import { selectBatch, type BatchLimits } from './select-batch.ts'
import { busyDelayMsMax, raiseAbout } from './settle-batch.ts'

export interface TakeOptions {
  readonly now: number
  readonly limits: Omit<BatchLimits, 'atMost'>
  readonly atMost?: number
  /** So many operations are in a request that is out: what could follow it is wanted. */
  readonly underWay?: number
  readonly heldBelow?: Hold['below'] | undefined
  readonly tenantId: string
}

const unfitSentences: Readonly<Record<Unfit, string>> = {
  unknownEntity: 'This version of the app does not know this kind of record. The change is kept until one comes that does.',
  newerSchema: 'This change was made by a newer version of the app. It is kept until that one is back.',
  migrationFailed: 'This change of an older version of the app could not be brought up to date. It is kept as it was made.',
}

/** `hasMore`: perhaps more could be sent now. */
interface Taken {
  readonly operations: readonly Operation[]
  readonly hasMore: boolean
}

/** Chooses the next request and marks its entries as sent. What cannot be sent as things are is parked on the way. */
export async function takeOperations(local: LocalTransaction, context: OutboxContext, options: TakeOptions): Promise<Taken> {
  const { now, limits, underWay } = options
  const sent = underWay === undefined ? await withGroups(local, await dueAgain(local, context, options)) : []
  const [free, isElseDue] = await Promise.all([
    freeEntries(local, context, options),
    underWay !== undefined && isMoreDue(local, context, { ...options, underWay }),
  ])
  if (isElseDue) return { operations: [], hasMore: true }
  const choice = selectBatch(
    { sent: sent.toSorted((a, b) => a.entryId - b.entryId), free },
    { ...limits, atMost: options.atMost },
  )
  for (const entry of choice.tooLarge) parkTooLarge(local, context, { entry, now })
  const operations = choice.entries.map((entry) => {
    const operation = hasTenant(entry.operation) ? entry.operation : operationSchema.parse(entry.operation)
    const { nextRetryAt: _time, ...kept } = entry
    local.outbox.put({ ...kept, operation, state: 'sent', firstSentAt: entry.firstSentAt ?? now })
    return operation
  })
  const { length } = operations
  return { operations, hasMore: length === limits.operationsMax || length < sent.length + free.length }
}

/** Where the row was read its operation was checked; only this may be missing then. */
function hasTenant(operation: QueuedOperation): operation is Operation {
  return operation.tenantId !== undefined
}

/** Beyond this no retry is planned; also for a server that is busy, which is asked sooner than any schedule says. */
export function retryHorizonMs({ retries, retriesByEntity }: OutboxContext): number {
  const schedules = [retries, ...Object.values(retriesByEntity).flatMap((each) => each ?? [])]
  return Math.max(...schedules.map(longestDelayMs), busyDelayMsMax)
}

/** Where that stands which was sent and may be sent again: its time has come, or was set by a clock that has been set back since. */
function placesDue(context: OutboxContext, now: number): readonly [RowRange, RowRange] {
  const index = '[lot+order]'
  const until = now + retryHorizonMs(context)
  return [
    { index, from: ['sent', 0], to: ['sent', now] },
    { index, from: ['sent', until], isFromOpen: true, to: ['sent', Infinity] },
  ]
}

/** Whether more of what was sent is due than what is under way. Most often there is no more. */
async function isMoreDue(
  { tables }: LocalTransaction,
  context: OutboxContext,
  { now, underWay }: TakeOptions & { readonly underWay: number },
): Promise<boolean> {
  const all = { index: '[lot+order]', from: ['sent', -Infinity], to: ['sent', Infinity] }
  if ((await tables.outbox.count(all)) <= underWay) return false
  const counts = await Promise.all(placesDue(context, now).map((place) => tables.outbox.count(place)))
  return counts.reduce((sum, count) => sum + count, 0) > underWay
}

async function dueAgain(
  local: LocalTransaction,
  context: OutboxContext,
  { now, limits }: TakeOptions,
): Promise<OperationEntry[]> {
  const limit = limits.operationsMax
  const places = placesDue(context, now)
  const due = await local.outbox.read({ ...places[0], limit })
  const misplaced = await local.outbox.read({ ...places[1], limit })
  return [...due, ...misplaced].slice(0, limit)
}

const numberedSchema = z.object({ operation: z.object({ deviceSeq: z.number() }) })

/** The largest n with every number up to n settled, coalesced away or given up. */
export async function ackedThrough({ tables, device }: LocalTransaction): Promise<number> {
  const [oldest] = await tables.outbox.range({ index: 'operation.deviceSeq', limit: 1 })
  // A damaged entry counts until it is set aside.
  const numbered = numberedSchema.safeParse(oldest)
  return numbered.success ? numbered.data.operation.deviceSeq - 1 : device.lastDeviceSeq
}

/** Free entries by score and age, as this version sends them. */
async function freeEntries(local: LocalTransaction, context: OutboxContext, options: TakeOptions): Promise<OperationEntry[]> {
  const found = await local.outbox.read({
    index: '[lot+order]',
    from: ['free', -Infinity],
    to: ['free', -leastScoreOf(options.heldBelow, local.priorities.thresholds)],
    limit: options.limits.operationsMax,
  })
  const fitting: OperationEntry[] = []
  for (const entry of await withGroups(local, found)) {
    const migrated = migrateEntry(context.schema, entry)
    if (migrated.type === 'unfit') {
      const message = unfitSentences[migrated.why]
      local.outbox.put({ ...entry, state: 'parked', parkedFor: migrated.why })
      raiseAbout(local, context, { entry, now: options.now, kind: 'blocked', code: undefined, message })
    } else {
      const operation = { ...migrated.operation, tenantId: options.tenantId }
      fitting.push({ ...entry, operation, lanes: [recordKeyOf(operation), ...entry.lanes.slice(1)] })
    }
  }
  const torn = new Set(
    local.outbox.all().flatMap(({ state, operation }) => (state === 'parked' ? (operation.groupId ?? []) : [])),
  )
  return fitting.filter(({ operation: { groupId } }) => groupId === undefined || !torn.has(groupId))
}

/** A group is read whole, wherever the limit fell. */
async function withGroups({ outbox }: LocalTransaction, entries: readonly OperationEntry[]): Promise<readonly OperationEntry[]> {
  const groupIds = new Set(entries.flatMap(({ operation }) => operation.groupId ?? []))
  const states = new Set(entries.map(({ state }) => state))
  const members = await Promise.all([...groupIds].map((id) => outbox.read({ index: 'operation.groupId', from: id, to: id })))
  const all = [...entries, ...members.flat().filter(({ state }) => states.has(state))]
  return [...new Map(all.map((entry) => [entry.entryId, entry])).values()]
}

function parkTooLarge(
  local: LocalTransaction,
  context: OutboxContext,
  { entry, now }: { readonly entry: OperationEntry; readonly now: number },
): void {
  const message = 'This change is too large to be sent.'
  local.outbox.put({ ...entry, state: 'parked', parkedFor: 'TOO_LARGE', lastError: message })
  raiseAbout(local, context, { entry, now, kind: 'failed', code: 'TOO_LARGE', message })
}
