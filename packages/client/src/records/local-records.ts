import type { Clock, Random, Schema } from '@rejoin/core'
import { AttentionList } from '../outbox/attention-list.ts'
import type { Attention, Outbox } from '../outbox/attention.ts'
import { checkOutbox } from '../outbox/check-outbox.ts'
import { lastEntryIdOf } from '../outbox/device-facts.ts'
import { checkRequests } from '../outbox/check-requests.ts'
import type { OutboxContext } from '../outbox/local-transaction.ts'
import { writeMeta } from '../outbox/meta-value.ts'
import { OutboxList } from '../outbox/outbox-list.ts'
import { OutboxStore } from '../outbox/outbox-store.ts'
import { RequestQueue, type BatchKeeper, type RequestKeeper } from '../outbox/request-queue.ts'
import { PriorityBook } from '../outbox/priority-book.ts'
import { defaultThresholds, type PriorityRule, type PriorityThresholds } from '../outbox/priority.ts'
import { defaultRetrySchedule, type RetriesByEntity, type RetrySchedule } from '../outbox/retry-schedule.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import type { SyncStore } from '../sync/sync-store.ts'
import { EntityRecords } from './record-collection.ts'
import { RecordWriter } from './record-writer.ts'
import type { Records } from './records.ts'

export interface LocalRecordsOptions<Own extends Schema> {
  readonly schema: Own
  readonly database: RecordDatabase
  readonly clock: Clock
  /** Makes the ids of records, operations and devices too: it must not repeat itself over devices. */
  readonly random: Random
  /** Lets the page do what waits, between two slices of work. */
  readonly yieldToHost: () => Promise<void>
  readonly rules?: readonly PriorityRule[]
  readonly thresholds?: PriorityThresholds
  readonly retries?: RetrySchedule
  readonly retriesByEntity?: RetriesByEntity
  /** A person's setting; stands above the schedule's own count. */
  readonly maxRetries?: number | (() => number | undefined)
}

/** Everything about records that needs no network. */
export interface LocalRecords<Own extends Schema> {
  readonly records: Records<Own>
  readonly syncStore: SyncStore
  readonly attention: Attention
  readonly outbox: Outbox
  readonly requests: RequestKeeper & BatchKeeper
  readonly priorities: PriorityBook
  /** Looks through the outbox once, in slices: what is damaged is set aside and shown, what this version can read again goes back to its lane, what was scored by other rules is scored anew. `until`: the last entry to look at; default: the last that there is. */
  check(until?: number): Promise<void>
  /** The last entry that was made on this device, by whatever tab. */
  lastEntryId(): Promise<number>
  /** Some of the server's rows cannot be read here: all of them are asked for once more, beside the old ones. */
  distrustRows(): Promise<void>
  /** Finishes what was called before, then closes the database. */
  close(): Promise<void>
}

/** The options with what is left open filled in. */
export function outboxContextOf(options: Omit<LocalRecordsOptions<Schema>, 'database' | 'yieldToHost'>): OutboxContext {
  const { schema, clock, random } = options
  return {
    schema,
    clock,
    random,
    rules: options.rules ?? [],
    thresholds: options.thresholds ?? defaultThresholds,
    retries: options.retries ?? defaultRetrySchedule,
    retriesByEntity: options.retriesByEntity ?? {},
    get maxRetries() {
      return typeof options.maxRetries === 'function' ? options.maxRetries() : options.maxRetries
    },
  }
}

export function createLocalRecords<Own extends Schema>(options: LocalRecordsOptions<Own>): LocalRecords<Own> {
  const { schema, database, clock, yieldToHost } = options
  const context = outboxContextOf(options)
  const writer = new RecordWriter(database, context)
  const priorities = new PriorityBook({ database, context, yieldToHost })
  const collections = Object.entries(schema.entities).map(([entityType, entity]) => {
    return [entityType, new EntityRecords({ entityType, entity, database, writer, context, yieldToHost })]
  })
  const lastEntryId = (): Promise<number> => database.transaction('read', lastEntryIdOf)
  return {
    // Each collection checks what goes in by its own entity of this very schema.
    records: Object.fromEntries(collections) as Records<Own>,
    syncStore: new OutboxStore(database, context),
    attention: new AttentionList(database, context),
    outbox: new OutboxList(database, clock),
    requests: new RequestQueue(database, context),
    priorities,
    lastEntryId,
    check: async (until) => {
      await checkOutbox(database, context, { until: until ?? (await lastEntryId()), yieldToHost })
      await checkRequests(database, context)
      await priorities.rescore()
    },
    // A checkpoint that no server can read.
    distrustRows: () => database.transaction('write', (tables) => writeMeta(tables, 'checkpoint', 'distrusted')),
    close: async () => {
      priorities.close()
      await writer.settle()
      await database.close()
    },
  }
}
