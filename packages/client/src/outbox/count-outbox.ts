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
  const count = (first: string, last = first): Promise<number> =>
    outbox.count({ index, from: [first, -Infinity], to: [last, Infinity] })
  const planned: RowRange = { index, from: ['sent', now], isFromOpen: true, to: ['sent', until] }
  const below: RowRange | undefined =
    leastScore === undefined ? undefined : { index, from: ['free', -leastScore], isFromOpen: true, to: ['free', Infinity] }
  const [free, sent, failed, others, plannedCount, attentionCount, held] = await Promise.all([
    count('free'),
    count('sent'),
    count('failed'),
    // Most often these are those that were sent: each question is a message to another process.
    count('parked', 'waiting'),
    outbox.count(planned),
    attention.count({}),
    below === undefined ? undefined : outbox.count(below),
  ])
  const [parked, waiting, later] = await Promise.all([
    others === sent ? 0 : count('parked'),
    others === sent ? 0 : count('waiting'),
    plannedCount === 0 ? [] : outbox.range({ ...planned, limit: 1 }),
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
