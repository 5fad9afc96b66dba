import { z } from 'zod'
import type { RecordTables } from '../record-database/record-database.ts'
import type { OutboxCounts } from '../sync/sync-store.ts'

const orderSchema = z.object({ order: z.number() })
const index = '[lot+order]'

/** Counted by index, however much waits. */
export async function countOutbox({ outbox, attention }: RecordTables, now: number): Promise<OutboxCounts> {
  const count = (lot: string, to = Infinity): Promise<number> => outbox.count({ index, from: [lot, -Infinity], to: [lot, to] })
  const [free, waiting, sent, due, failed, parked, attentionCount, later] = await Promise.all([
    count('free'),
    count('waiting'),
    count('sent'),
    count('sent', now),
    count('failed'),
    count('parked'),
    attention.count({}),
    outbox.range({ index, from: ['sent', now], isFromOpen: true, to: ['sent', Infinity], limit: 1 }),
  ])
  const [next] = later
  return {
    pending: free + waiting + sent,
    inFlight: sent,
    failed: failed + parked,
    attention: attentionCount,
    nextRetryAt: next === undefined ? undefined : orderSchema.safeParse(next).data?.order,
    sendable: free + due,
  }
}
