import { z } from 'zod'
import type { RecordTables, RowRange } from '../record-database/record-database.ts'
import type { OutboxCounts } from '../sync/sync-store.ts'

const orderSchema = z.object({ order: z.number() })
const index = '[lot+order]'

/**
 * Counted by index, however much waits. `until`: what is to be sent later than this was planned by another clock, and is due. What is free
 * and has less than `leastScore` is counted as held.
 */
export async function countOutbox(
  { outbox, attention }: RecordTables,
  { now, until, leastScore }: { readonly now: number; readonly until: number; readonly leastScore?: number },
): Promise<OutboxCounts> {
  const count = (lot: string): Promise<number> => outbox.count({ index, from: [lot, -Infinity], to: [lot, Infinity] })
  const planned: RowRange = { index, from: ['sent', now], isFromOpen: true, to: ['sent', until] }
  const below: RowRange | undefined =
    leastScore === undefined ? undefined : { index, from: ['free', -leastScore], isFromOpen: true, to: ['free', Infinity] }
  const [free, waiting, sent, plannedCount, failed, parked, attentionCount, later, held] = await Promise.all([
    count('free'),
    count('waiting'),
    count('sent'),
    outbox.count(planned),
    count('failed'),
    count('parked'),
    attention.count({}),
    outbox.range({ ...planned, limit: 1 }),
    below === undefined ? undefined : outbox.count(below),
  ])
  const [next] = later
  return {
    pending: free + waiting + sent,
    inFlight: sent,
    failed: failed + parked,
    attention: attentionCount,
    nextRetryAt: next === undefined ? undefined : orderSchema.safeParse(next).data?.order,
    sendable: free + sent - plannedCount - (held ?? 0),
    ...(held !== undefined && { held }),
  }
}
