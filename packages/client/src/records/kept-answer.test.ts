import { createManualTime } from '@rejoin/core/testing'
import { Dexie } from 'dexie'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createIndexedDbRecordDatabase } from '../record-database/indexed-db-record-database.ts'
import { createMemoryRecordDatabase, RecordDisk } from '../record-database/memory-record-database.ts'
import type { RecordDatabase, RecordTable } from '../record-database/record-database.ts'
import type { RowKey } from '../record-database/row-key.ts'
import { openTestRecords, type StockSchema, type TestRecords } from '../testing/test-records.ts'
import { RecordValidationError, type RecordQuery } from './records.ts'

Dexie.dependencies.indexedDB = new IDBFactory()

type ProductQuery = RecordQuery<StockSchema['entities']['product']>

const queries: readonly ProductQuery[] = [
  {},
  { includeDeleted: true },
  { orderBy: 'name' },
  { orderBy: 'priceCents', direction: 'descending' },
  { orderBy: 'note', limit: 2 },
  { orderBy: 'priceCents', direction: 'descending', limit: 1, includeDeleted: true },
  { limit: 0 },
  { where: { name: 'Beet' } },
  { where: { name: 'Beet', priceCents: 1 }, orderBy: 'priceCents', limit: 2 },
  { where: { name: 'Leek' }, includeDeleted: true, direction: 'descending' },
  { where: { priceCents: 2 } },
  { filter: ({ priceCents, name }) => priceCents > 0 && name !== 'Kale', orderBy: 'name', limit: 3 },
]

const step = fc.record({
  what: fc.constantFrom(
    ...(['create', 'create', 'update', 'update', 'delete', 'restore', 'elsewhere', 'elsewhereDeletes'] as const),
    ...(['take', 'drain', 'reject', 'discard', 'resync', 'beginResync', 'movement', 'group'] as const),
  ),
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  tab: fc.nat(1),
  fields: fc.record({
    name: fc.constantFrom('Beet', 'Leek', 'Kale'),
    priceCents: fc.nat(3),
    note: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
  }),
  /** Whether the lists have caught up before the next step. */
  isAwaited: fc.boolean(),
})
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

const limits = { operationsMax: 3, requestBytesMax: 512 * 1024 }

type Tabs = readonly [TestRecords, TestRecords]

const products = ([main, other]: Tabs, { tab }: Step) => (tab === 0 ? main : other).records.product
/** What cannot be done to a record that is not there, or is, is refused and changes nothing. */
const unlessRefused = (write: Promise<unknown>) =>
  write.catch((error: unknown) => expect(error).toBeInstanceOf(RecordValidationError))

/** `main`'s engine is the one that syncs. */
const actions: Readonly<Record<Step['what'], (tabs: Tabs, step: Step) => unknown>> = {
  create: (tabs, step) => unlessRefused(products(tabs, step).create(step.fields, { id: step.id })),
  update: (tabs, step) => unlessRefused(products(tabs, step).update(step.id, step.fields)),
  delete: (tabs, step) => products(tabs, step).delete(step.id),
  restore: (tabs, step) => unlessRefused(products(tabs, step).restore(step.id)),
  movement: ([{ records }], { id }) => records.stockMovement.create({ productId: id, quantity: 1 }),
  group: (tabs, step) => {
    const groupId = `${step.id}${tabs[0].time.now()}`
    return Promise.all(['a', 'b', 'c'].map((id) => unlessRefused(products(tabs, step).update(id, step.fields, { groupId }))))
  },
  elsewhere: ([{ server }], { id, fields }) =>
    server.change({ entityType: 'product', recordId: id, operationType: 'update', payload: { ...fields, note: 'z' } }),
  elsewhereDeletes: ([{ server }], { id }) => server.change({ entityType: 'product', recordId: id, operationType: 'delete' }),
  take: async ([{ syncStore, time }]) =>
    syncStore.takeBatch(await syncStore.takeFence(), { now: time.now(), limits, tenantId: 'acme' }),
  drain: ([{ drain }]) => drain(),
  reject: async ([{ server, drain }], { id }) => {
    server.interfere = ({ recordId }) => (recordId === id ? { status: 'rejected', code: 'FORBIDDEN' } : undefined)
    await drain()
    server.interfere = () => undefined
  },
  discard: async ([{ attention }]) => {
    for (const { id } of await attention.list()) await unlessRefused(attention.discard(id))
  },
  beginResync: async ([{ syncStore }]) => syncStore.beginResync(await syncStore.takeFence()),
  resync: async ([{ syncStore, server, time }]) => {
    const fence = await syncStore.takeFence()
    await syncStore.beginResync(fence)
    await syncStore.applyResyncPage(fence, server.pull(undefined))
    await syncStore.finishResync(fence, server.pull(undefined).checkpoint ?? '', time.now())
  },
}

async function followAll(device: TestRecords) {
  const lives = queries.map((query) => ({ query, live: device.records.product.liveQuery(query) }))
  const stops = lives.map(({ live }) => live.subscribe(() => undefined))
  return {
    /** Gives the lists their turns; what they say then is what holds. */
    catchUp: async (): Promise<void> => {
      const asked = await Promise.all(lives.map(({ query }) => device.records.product.query(query)))
      for (let turns = 0; turns < 200; turns++) {
        if (JSON.stringify(lives.map(({ live }) => live.current)) === JSON.stringify(asked)) break
        await new Promise((resolve) => void setImmediate(resolve))
      }
      expect(lives.map(({ live }) => live.current)).toEqual(asked)
    },
    rowCounts: (): readonly (number | undefined)[] => lives.map(({ live }) => live.current?.length),
    stop: () => stops.forEach((stop) => stop()),
  }
}

/** `tidy`: what a page does meanwhile that has nothing else to do. */
async function checkSteps(
  open: () => RecordDatabase,
  steps: readonly Step[],
  tidy: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  const time = createManualTime(Date.parse('2026-11-21T12:00:00Z'))
  const main = openTestRecords({ database: open(), time, maxRetries: 0 })
  const other = openTestRecords({ database: open(), time, server: main.server, seed: 2 })
  await main.records.product.create({ name: 'Beet', priceCents: 1 }, { id: 'a' })
  await main.drain()
  const lists = await followAll(main)
  for (const one of steps) {
    time.advance(7)
    await actions[one.what]([main, other], one)
    if (one.isAwaited) await lists.catchUp()
    else await tidy()
  }
  await lists.catchUp()
  lists.stop()
  await Promise.all([main.close(), other.close()])
}

test('[RV10] a live list brought up to date by what changed is the list read anew, whatever was done', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const disk = new RecordDisk({ packFrom: 2 })
      await checkSteps(
        () => createMemoryRecordDatabase({ disk }),
        steps,
        () => disk.unpack(),
      )
    }),
    { numRuns: 80 },
  )
})

test('[RV10] the same over IndexedDB, where tabs hear of each other’s writes', async () => {
  let databases = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      const place = { databaseName: `kept ${databases++}`, indexedDB: new IDBFactory(), keyRange: IDBKeyRange }
      await checkSteps(() => createIndexedDbRecordDatabase({ ...place, clock: createManualTime(0) }), steps)
    }),
    { numRuns: 12 },
  )
})

test('[RV10] a database that was emptied shows as empty', async () => {
  const disk = new RecordDisk()
  const device = openTestRecords({ disk })
  await device.records.product.create({ name: 'Beet' })
  const lists = await followAll(device)
  await lists.catchUp()
  disk.wipe()
  await lists.catchUp()
  expect(lists.rowCounts()).toEqual(queries.map(() => 0))
  lists.stop()
})

test('[RV10] with a long list open, a change reads its own records and no others, also while much is synced', async () => {
  const inner = createMemoryRecordDatabase()
  let rowsRead = 0
  const watch = <Row, Key extends RowKey>(table: RecordTable<Row, Key>): RecordTable<Row, Key> => ({
    ...table,
    range: async (range) => count(await table.range(range)),
    bulkGet: async (keys) => count(await table.bulkGet(keys)),
  })
  const count = (rows: readonly unknown[]): readonly unknown[] => {
    rowsRead += rows.length
    return rows
  }
  const database: RecordDatabase = {
    transaction: (mode, work) => {
      if (mode === 'write') return inner.transaction(mode, work)
      return inner.transaction(mode, (tables) =>
        work({ ...tables, outbox: watch(tables.outbox), confirmedA: watch(tables.confirmedA) }),
      )
    },
    observe: (tables, listener) => inner.observe(tables, listener),
    live: (read, listener, onError) => inner.live(read, listener, onError),
    follow: (read, listener, onError) => inner.follow(read, listener, onError),
    onTrouble: (listener) => inner.onTrouble(listener),
    close: () => inner.close(),
  }
  const device = openTestRecords({ database })
  const ids = Array.from({ length: 2_000 }, (_, index) => `p${index}`)
  await Promise.all(ids.map((id) => device.records.product.create({ name: id }, { id })))
  const live = device.records.product.liveQuery({ orderBy: 'name' })
  const { promise: first, resolve } = Promise.withResolvers<void>()
  const stop = live.subscribe(() => resolve())
  await first
  const shows = async (isIt: () => boolean): Promise<void> => {
    for (let turns = 0; turns < 2_000 && !isIt(); turns++) await new Promise((go) => void setImmediate(go))
    expect(isIt()).toBe(true)
  }
  rowsRead = 0
  await device.records.product.update('p7', { priceCents: 7 })
  await shows(() => live.current?.find(({ id }) => id === 'p7')?.priceCents === 7)
  expect(rowsRead).toBeLessThan(10)
  rowsRead = 0
  await device.drain()
  await shows(() => live.current?.every(({ meta }) => !meta.isPending) ?? false)
  // Each record's row and what lay over it, once.
  expect(rowsRead).toBeLessThan(3 * ids.length)
  stop()
})
