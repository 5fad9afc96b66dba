import { createManualTime } from '@rejoin/core/testing'
import { Dexie } from 'dexie'
import { forceCloseDatabase, IDBDatabase, IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb'
import { afterEach, expect, test, vi } from 'vitest'
import type { StoreTrouble } from '../store/document-store.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { createIndexedDbRecordDatabase } from './indexed-db-record-database.ts'
import { waitingOperations } from '../testing/waiting-operations.ts'
import { recordSchemaVersion } from './table-specs.ts'

Dexie.dependencies.indexedDB = new IDBFactory()

let databases = 0

function setUp() {
  const [indexedDB, time, troubles] = [new IDBFactory(), createManualTime(1_000), new Array<StoreTrouble>()]
  const databaseName = `trouble ${databases++}`
  const open = (seed = 1) => {
    const database = createIndexedDbRecordDatabase({ databaseName, indexedDB, keyRange: IDBKeyRange, clock: time })
    database.onTrouble((trouble) => troubles.push(trouble))
    return openTestRecords({ database, time, seed })
  }
  const transactions = vi.spyOn(IDBDatabase.prototype, 'transaction')
  const connections = () => [...new Set(transactions.mock.contexts)].filter((context) => context instanceof IDBDatabase)
  return { indexedDB, databaseName, time, troubles, open, transactions, connections }
}

function succeed<T>(request: IDBRequest<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  request.addEventListener('success', () => resolve(request.result))
  request.addEventListener('error', () => reject(request.error ?? new Error('no reason given')))
  return promise
}

afterEach(() => {
  vi.restoreAllMocks()
})

test('[RD1] every write is one transaction with strict durability', async () => {
  const { open, transactions } = setUp()
  const { records, outbox } = open()
  await outbox.list()
  transactions.mockClear()
  await Promise.all(['Beet', 'Leek'].map((name) => records.product.create({ name })))
  const writes = transactions.mock.calls.filter(([, mode]) => mode === 'readwrite')
  expect(writes.map(([, , options]) => options)).toEqual([{ durability: 'strict' }])
})

test('[RD1] records live and settle over IndexedDB, also after a reload', async () => {
  const { open } = setUp()
  const first = open()
  const { id } = await first.records.product.create({ name: 'Beet' })
  await first.records.stockMovement.create({ productId: id, quantity: 5 })
  await first.drain()
  await first.records.product.update(id, { priceCents: 7 })
  await first.close()
  const { records, outbox, syncStore, time } = open(2)
  expect(await records.product.query({ where: { name: 'Beet' } })).toMatchObject([
    { id, priceCents: 7, meta: { version: 1, isPending: true } },
  ])
  expect(await outbox.list()).toMatchObject([{ operation: { payload: { priceCents: 7 }, deviceSeq: 3, baseVersion: 1 } }])
  expect(await syncStore.counts(time.now())).toMatchObject({ pending: 1, sendable: 1 })
})

for (const [title, cut] of [
  ['and says so', (connection: IDBDatabase) => Reflect.apply(forceCloseDatabase, undefined, [connection])],
  ['without a word', (connection: IDBDatabase) => connection.close()],
] as const) {
  test(`[RD6] kill case 38: the browser closes the database in the background ${title}: the next write succeeds, once, and live queries go on`, async () => {
    const { open, connections, troubles } = setUp()
    const { records, outbox } = open()
    const seen: string[][] = []
    const { promise: both, resolve } = Promise.withResolvers<void>()
    records.product.liveQuery({ orderBy: 'name' }).subscribe((found) => {
      seen.push(found.map(({ name }) => name))
      if (found.length === 2) resolve()
    })
    await records.product.create({ name: 'Beet' })
    for (const connection of connections()) cut(connection)
    await records.product.create({ name: 'Leek' })
    expect((await waitingOperations(outbox)).map(({ operation }) => operation.payload['name'])).toEqual(['Beet', 'Leek'])
    await both
    expect(seen.at(-1)).toEqual(['Beet', 'Leek'])
    expect(troubles).toEqual([])
  })
}

test('[RD6] kill case 38: where the connection cannot be had again the write fails loudly', async () => {
  const { open, troubles } = setUp()
  const { records, outbox } = open()
  await records.product.create({ name: 'Beet' })
  const broken = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('Connection to Indexed Database server lost', 'UnknownError')
  })
  await expect(records.product.create({ name: 'Leek' })).rejects.toMatchObject({ code: 'connectionLost' })
  expect(troubles).toEqual([{ type: 'connectionLost' }])
  broken.mockRestore()
  expect(await outbox.list()).toHaveLength(1)
})

test('[RD6] kill case 40: a full device refuses the write, tells, and keeps what it has', async () => {
  const { open, troubles } = setUp()
  const { records, outbox } = open()
  await records.product.create({ name: 'Beet' })
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError')
  })
  await expect(records.product.create({ name: 'Leek' })).rejects.toMatchObject({ code: 'quotaExceeded' })
  vi.restoreAllMocks()
  expect(troubles).toEqual([{ type: 'quotaExceeded' }])
  expect((await records.product.query()).map(({ name }) => name)).toEqual(['Beet'])
  expect(await outbox.list()).toHaveLength(1)
})

test('[RD6] kill case 41: blocked storage refuses writes; nothing is kept in memory alone', async () => {
  const { open, indexedDB, troubles } = setUp()
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('denied', 'SecurityError')
  })
  const { records } = open()
  await expect(records.product.create({ name: 'Beet' })).rejects.toMatchObject({ code: 'unavailable' })
  await expect(records.product.query()).rejects.toMatchObject({ code: 'unavailable' })
  expect(troubles).toMatchObject([{ type: 'unavailable' }, { type: 'unavailable' }])
})

test('[RD6] a newer tab gets its upgrade, and every call of the older one rejects', async () => {
  const { open, indexedDB, databaseName, troubles } = setUp()
  const { records } = open()
  await records.product.create({ name: 'Beet' })
  ;(await succeed(indexedDB.open(databaseName, (recordSchemaVersion + 1) * 10))).close()
  await expect(records.product.create({ name: 'Leek' })).rejects.toMatchObject({ code: 'versionChanged' })
  expect(troubles).toEqual([{ type: 'versionChanged' }])
})

test('[ST18] kill case 39: the browser deletes the database in use: it is told, and the device starts over with another id', async () => {
  const { open, indexedDB, databaseName, connections, troubles, time } = setUp()
  const { records, takeBatch, syncStore, outbox } = open()
  await records.product.create({ name: 'Beet' })
  const before = await takeBatch()
  for (const connection of connections()) Reflect.apply(forceCloseDatabase, undefined, [connection])
  await succeed(indexedDB.deleteDatabase(databaseName))
  time.advance(1)
  await records.product.create({ name: 'Leek' })
  expect(troubles).toMatchObject([{ type: 'unavailable' }])
  const fence = await syncStore.takeFence()
  const after = await syncStore.takeBatch(fence, {
    now: time.now(),
    limits: { operationsMax: 5, requestBytesMax: 50_000 },
    tenantId: 'acme',
  })
  expect(after).toMatchObject({
    ackedThrough: 0,
    checkpoint: undefined,
    operations: [{ deviceSeq: 1, payload: { name: 'Leek' } }],
  })
  expect(after.deviceId).not.toBe(before.deviceId)
  expect(await outbox.list()).toHaveLength(1)
})
