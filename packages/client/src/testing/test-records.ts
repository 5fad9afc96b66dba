import { appendOnly, defineSchema, entity, lastWriteWins, serverWins, type Schema } from '@rejoin/core'
import { createManualTime, createSeededRandom, type ManualTime } from '@rejoin/core/testing'
import { z } from 'zod'
import { createMemoryRecordDatabase, RecordDisk, type CommitFate } from '../record-database/memory-record-database.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { createLocalRecords, type LocalRecords, type LocalRecordsOptions } from '../records/local-records.ts'
import type { OutboxBatch } from '../sync/sync-store.ts'
import { FakeRecordServer } from './fake-record-server.ts'

/** The stock room: one entity for each way of settling. */
export const stockSchema = defineSchema({
  version: 1,
  entities: {
    product: entity({
      fields: z.object({ name: z.string().min(1), priceCents: z.int().nonnegative().default(0), note: z.string().optional() }),
      policy: lastWriteWins({ by: 'field' }),
      indexes: ['name'],
    }),
    stockMovement: entity({
      fields: z.object({ productId: z.string(), quantity: z.int() }),
      policy: appendOnly(),
      references: { productId: 'product' },
      indexes: ['productId'],
    }),
    recipe: entity({ fields: z.object({ title: z.string(), body: z.string() }), policy: serverWins() }),
  },
})

export type StockSchema = typeof stockSchema

const startMs = Date.parse('2026-11-21T12:00:00Z')
const limits = { operationsMax: 500, requestBytesMax: 512 * 1024 }

export interface TestRecords<Own extends Schema = StockSchema> extends Omit<LocalRecords<Own>, 'check'> {
  readonly check: (until?: number) => Promise<void>
  readonly time: ManualTime
  readonly disk: RecordDisk
  readonly database: RecordDatabase
  readonly server: FakeRecordServer
  readonly takeBatch: (options?: Partial<typeof limits>) => Promise<OutboxBatch>
  /** Pushes until nothing can be sent; gives how many requests that took. */
  readonly drain: () => Promise<number>
}

export interface TestRecordsOptions<Own extends Schema> extends Partial<
  Omit<LocalRecordsOptions<Own>, 'schema' | 'clock' | 'database'>
> {
  readonly schema?: Own
  readonly disk?: RecordDisk
  readonly time?: ManualTime
  readonly server?: FakeRecordServer
  readonly seed?: number
  readonly fateOf?: () => Promise<CommitFate>
  readonly database?: RecordDatabase
}

export function openTestRecords<Own extends Schema>(options: TestRecordsOptions<Own> & { readonly schema: Own }): TestRecords<Own>
export function openTestRecords(options?: TestRecordsOptions<StockSchema>): TestRecords
/** A tab of a device with a memory for a disk, and a server to push to. Opening again on the same disk is a reload, or another tab. */
export function openTestRecords(options: TestRecordsOptions<Schema> = {}): TestRecords<Schema> {
  const { schema = stockSchema, disk = new RecordDisk(), time = createManualTime(startMs), seed = 1, fateOf } = options
  const server = options.server ?? new FakeRecordServer(schema)
  const database = options.database ?? createMemoryRecordDatabase({ disk, ...(fateOf !== undefined && { fateOf }) })
  const local = createLocalRecords({
    random: createSeededRandom(seed),
    yieldToHost: () => Promise.resolve(),
    ...options,
    schema,
    database,
    clock: time,
  })
  const { syncStore } = local
  let fence: Promise<number> | undefined
  const takeBatch: TestRecords['takeBatch'] = async (own = {}) =>
    syncStore.takeBatch(await (fence ??= syncStore.takeFence()), {
      now: time.now(),
      limits: { ...limits, ...own },
      tenantId: 'acme',
    })
  return {
    ...local,
    check: (until) => local.check(until),
    time,
    disk,
    database,
    server,
    takeBatch,
    drain: async () => {
      fence = syncStore.takeFence()
      for (let requests = 0; ; requests++) {
        const batch = await takeBatch()
        if (batch.operations.length === 0) return requests
        await syncStore.settle(await fence, batch, server.push(batch), time.now())
      }
    },
  }
}
