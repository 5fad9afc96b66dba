import type { Clock, Random, Schema } from '@rejoin/core'
import type { RecordTables } from '../record-database/record-database.ts'
import { AttentionBook } from './attention-book.ts'
import { ConfirmedRecords } from './confirmed-records.ts'
import { DeviceFacts } from './device-facts.ts'
import { OutboxDraft } from './outbox-draft.ts'
import { readPriorities, type Priorities } from './priorities.ts'
import type { PriorityRule, PriorityThresholds } from './priority.ts'
import { titleWithName } from './title-with-name.ts'
import type { RetriesByEntity, RetrySchedule } from './retry-schedule.ts'

/** What the local half of records is made with. */
export interface OutboxContext {
  readonly schema: Schema
  readonly clock: Clock
  /** Also makes ids, so it must not repeat itself over devices. */
  readonly random: Random
  readonly retries: RetrySchedule
  readonly retriesByEntity: RetriesByEntity
  readonly maxRetries: number | undefined
  /** The app's own; a person's stand above them, so ask the transaction. */
  readonly rules: readonly PriorityRule[]
  readonly thresholds: PriorityThresholds
}

/** Everything of one write: device, outbox, attention and confirmed rows, written together at the end. */
export interface LocalTransaction {
  readonly tables: RecordTables
  readonly device: DeviceFacts
  readonly outbox: OutboxDraft
  readonly attention: AttentionBook
  readonly confirmed: ConfirmedRecords
  /** By which scores are made now. */
  readonly priorities: Priorities
}

/** Runs work on drafts and writes what it changed. To be called inside a writing transaction of the database. */
export async function inLocalTransaction<T>(
  tables: RecordTables,
  context: OutboxContext,
  work: (local: LocalTransaction) => Promise<T>,
): Promise<T> {
  const [device, confirmed, priorities] = await Promise.all([
    DeviceFacts.read(tables, context.random),
    ConfirmedRecords.open(tables, context.schema),
    readPriorities(tables, context),
  ])
  const attention = new AttentionBook(tables.attention, device)
  const outbox = new OutboxDraft(tables.outbox, context.schema)
  const result = await work({ tables, device, outbox, attention, confirmed, priorities })
  for (const damaged of await outbox.flush()) attention.raiseUnreadable(damaged, context.clock.now())
  await attention.flush((operation) => titleWithName(context.schema, operation, { outbox, confirmed }))
  await device.flush()
  return result
}
