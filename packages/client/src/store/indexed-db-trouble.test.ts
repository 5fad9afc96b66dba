import { createManualTime } from '@rejoin/core/testing'
import { forceCloseDatabase, IDBDatabase, IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { marksOf, markUpdate, typedUpdates } from '../testing/index.ts'
import type { StoreTrouble, UpdateToAppend } from './document-store.ts'
import { createIndexedDbDocumentStore } from './indexed-db-document-store.ts'

const databaseName = 'trouble'
const mark = (text: string, clientId = 1): UpdateToAppend => ({ update: markUpdate(text, clientId), isLocal: true })

function setUp(indexedDB = new IDBFactory()) {
  const time = createManualTime(1_000)
  const troubles: StoreTrouble[] = []
  const open = () => {
    const store = createIndexedDbDocumentStore({ databaseName, indexedDB, keyRange: IDBKeyRange, clock: time })
    store.onTrouble((trouble) => troubles.push(trouble))
    return store
  }
  return { indexedDB, time, troubles, open, store: open() }
}

function succeed<T>(request: IDBRequest<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  request.addEventListener('success', () => resolve(request.result))
  request.addEventListener('error', () => reject(request.error ?? new Error('no reason given')))
  return promise
}

/** Resolves when the method is called next; the call goes through. */
function firstCall(prototype: IDBObjectStore, method: 'add'): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const spy = vi.spyOn(prototype, method).mockImplementationOnce(function (this: IDBObjectStore, value: unknown) {
    spy.mockRestore()
    resolve()
    return this.add(value)
  })
  return promise
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('writing', () => {
  test('[D5] the appends of one turn are one strict transaction', async () => {
    const { store } = setUp()
    const transactions = vi.spyOn(IDBDatabase.prototype, 'transaction')
    await store.listDirty()
    transactions.mockClear()
    const first = store.append('a', [mark('a')])
    const together = [store.append('b', [mark('b')]), store.append('a', [mark('c', 2)])]
    await first
    expect(await Promise.all(together)).toEqual([[1], [2]])
    const writes = transactions.mock.calls.filter(([, mode]) => mode === 'readwrite')
    expect(writes.map(([, , options]) => options)).toEqual([{ durability: 'strict' }])
  })

  test('[D5] the appends made while a transaction is under way are the next one', async () => {
    const { store } = setUp()
    const transactions = vi.spyOn(IDBDatabase.prototype, 'transaction')
    await store.listDirty()
    transactions.mockClear()
    const first = store.append('a', [mark('a')])
    await firstCall(IDBObjectStore.prototype, 'add')
    const later = Array.from({ length: 5 }, (_, index) => store.append('a', [mark(`later${index}`, 10 + index)]))
    expect(await Promise.all([first, ...later])).toEqual([[1], [2], [3], [4], [5], [6]])
    expect(transactions.mock.calls.filter(([, mode]) => mode === 'readwrite')).toHaveLength(2)
  })

  test('[D10] a copy with too many rows is compacted by itself', async () => {
    const { indexedDB, time } = setUp()
    const store = createIndexedDbDocumentStore({
      databaseName,
      indexedDB,
      keyRange: IDBKeyRange,
      clock: time,
      rowsBeforeCompaction: 10,
    })
    for (let index = 0; index < 11; index++) await store.append('a', [mark(`m${10 + index}`, index + 1)])
    const copy = await store.load('a')
    expect([copy?.updates.length, copy?.lastSeq, copy?.dirtySeqs.length, marksOf(copy?.updates ?? []).length]).toEqual([
      1, 11, 11, 11,
    ])
  })

  test('[D10] a large document is folded less often: that costs as much as the document is large', async () => {
    const { indexedDB, time } = setUp()
    const store = createIndexedDbDocumentStore({
      databaseName,
      indexedDB,
      keyRange: IDBKeyRange,
      clock: time,
      rowsBeforeCompaction: 10,
    })
    await store.append(
      'a',
      typedUpdates(['x'.repeat(200_000)]).map((update) => ({ update, isLocal: true })),
    )
    const rowCounts: number[] = []
    for (let index = 0; index < 62; index++) {
      await store.append('a', [mark(`m${index}`, index + 2)])
      rowCounts.push((await store.load('a'))?.updates.length ?? 0)
    }
    expect(rowCounts.indexOf(1)).toBe(9)
    expect(rowCounts.lastIndexOf(1)).toBe(58)
    expect(Math.max(...rowCounts)).toBe(49)
  })

  test('[D10] a copy that cannot be folded is not tried at every append', async () => {
    const { indexedDB, time } = setUp()
    const store = createIndexedDbDocumentStore({
      databaseName,
      indexedDB,
      keyRange: IDBKeyRange,
      clock: time,
      rowsBeforeCompaction: 4,
    })
    const reads = vi.spyOn(IDBObjectStore.prototype, 'getAll')
    const [first, ...others] = typedUpdates(Array.from({ length: 20 }, (_, index) => `${index} `))
    for (const update of others) await store.append('a', [{ update, isLocal: true }])
    // Two reads a try, at 5, 11 and 23 rows at most.
    expect(reads.mock.calls.length).toBeLessThanOrEqual(6)
    if (first !== undefined) await store.append('a', [{ update: first, isLocal: true }])
    await store.compact('a')
    expect((await store.load('a'))?.updates).toHaveLength(1)
  })

  test('[D15] a full device: the append rejects, tells, and succeeds once there is room', async () => {
    const { store, troubles } = setUp()
    await store.append('a', [mark('before')])
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    await expect(store.append('a', [mark('kept', 2)])).rejects.toMatchObject({ code: 'quotaExceeded' })
    expect(troubles).toEqual([{ type: 'quotaExceeded' }])
    expect(marksOf((await store.load('a'))?.updates ?? [])).toEqual(['before'])
    vi.restoreAllMocks()
    expect(await store.append('a', [mark('kept', 2)])).toEqual([2])
    expect(marksOf((await store.load('a'))?.updates ?? [])).toEqual(['before', 'kept'])
  })
})

describe('the connection', () => {
  test('[D16] lost twice in a row: the call rejects and tells; a later call tries again', async () => {
    const { store, troubles } = setUp()
    await store.append('a', [mark('before')])
    const broken = vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(() => {
      throw new DOMException('Connection to Indexed Database server lost. Refresh the page to try again', 'UnknownError')
    })
    await expect(store.append('a', [mark('lost', 2)])).rejects.toMatchObject({ code: 'connectionLost' })
    expect(troubles).toEqual([{ type: 'connectionLost' }])
    broken.mockRestore()
    await store.append('a', [mark('after', 3)])
    expect(marksOf((await store.load('a'))?.updates ?? [])).toEqual(['after', 'before'])
  })

  test('[D17] a newer tab gets its upgrade: what is under way completes, then every call rejects', async () => {
    const { store, troubles, indexedDB, open } = setUp()
    await store.listDirty()
    const underWay = store.append('a', [mark('a')])
    const newer = await succeed(indexedDB.open(databaseName, 20))
    expect(newer.version).toBe(20)
    const [outcome] = await Promise.allSettled([underWay])
    await expect(store.load('a')).rejects.toMatchObject({ code: 'versionChanged' })
    await expect(store.append('a', [mark('b')])).rejects.toMatchObject({ code: 'versionChanged' })
    expect(troubles).toEqual([{ type: 'versionChanged' }])
    const row = await succeed(newer.transaction('documents').objectStore('documents').get('a'))
    expect(row === undefined ? 'rejected' : 'fulfilled').toBe(outcome.status)
    newer.close()
    await expect(open().load('a')).rejects.toMatchObject({ code: 'versionChanged' })
  })

  test('[D17] the transaction that is under way when a newer tab comes completes', async () => {
    const { store, indexedDB } = setUp()
    await store.listDirty()
    const appended = store.append('a', [mark('a')])
    await firstCall(IDBObjectStore.prototype, 'add')
    const newer = succeed(indexedDB.open(databaseName, 20))
    expect(await appended).toEqual([1])
    ;(await newer).close()
  })

  test('[D17] deleting the database is not in its way either', async () => {
    const { store, troubles, indexedDB } = setUp()
    await store.append('a', [mark('a')])
    await succeed(indexedDB.deleteDatabase(databaseName))
    await expect(store.append('a', [mark('b')])).rejects.toMatchObject({ code: 'versionChanged' })
    expect(troubles).toEqual([{ type: 'versionChanged' }])
  })

  test('[D17] an older tab that holds on blocks: calls wait, the person is told, and it goes on', async () => {
    const { store, troubles, indexedDB } = setUp()
    const older = await succeed(indexedDB.open(databaseName, 5))
    const { promise: blocked, resolve } = Promise.withResolvers<void>()
    store.onTrouble(() => resolve())
    const appended = store.append('a', [mark('a')])
    await blocked
    expect(troubles).toEqual([{ type: 'blocked' }])
    older.close()
    expect(await appended).toEqual([1])
  })

  test('[D17] a blocked store can be closed', async () => {
    const { store, indexedDB } = setUp()
    const older = await succeed(indexedDB.open(databaseName, 5))
    const appended = store.append('a', [mark('a')])
    const closed = store.close()
    await expect(appended).rejects.toMatchObject({ code: 'closed' })
    await closed
    older.close()
  })

  const cuts: readonly (readonly [string, (connection: IDBDatabase) => void])[] = [
    ['and tells so', (connection) => Reflect.apply(forceCloseDatabase, undefined, [connection])],
    ['without a word', (connection) => connection.close()],
  ]
  for (const [title, cut] of cuts) {
    test(`[D18] the browser deletes the database in use ${title}: the one made anew is not taken for it`, async () => {
      const { store, troubles, indexedDB, time, open } = setUp()
      const connections = vi.spyOn(IDBDatabase.prototype, 'transaction')
      await store.append('a', [mark('first half')])
      for (const connection of new Set(connections.mock.contexts)) if (connection instanceof IDBDatabase) cut(connection)
      await succeed(indexedDB.deleteDatabase(databaseName))
      time.advance(1)
      await expect(store.append('a', [mark('second half', 2)])).rejects.toMatchObject({ code: 'unavailable' })
      await expect(store.load('a')).rejects.toMatchObject({ code: 'unavailable' })
      expect(troubles).toMatchObject([{ type: 'unavailable' }])
      expect(await open().load('a')).toBeUndefined()
    })
  }

  test('[D18] no IndexedDB, or no permission, is unavailable', async () => {
    const missing = createIndexedDbDocumentStore({ databaseName, clock: createManualTime() })
    await expect(missing.load('a')).rejects.toMatchObject({ code: 'unavailable' })
    const { store, troubles, indexedDB } = setUp()
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError')
    })
    await expect(store.append('a', [mark('a')])).rejects.toMatchObject({ code: 'unavailable' })
    expect(troubles).toMatchObject([{ type: 'unavailable' }])
  })
})

describe('damage', () => {
  const damages: readonly (readonly [string, (stores: (name: string) => IDBObjectStore) => void])[] = [
    ['a row is gone from the middle', (stores) => stores('updates').delete(['a', 2])],
    ['the last row is gone', (stores) => stores('updates').delete(['a', 3])],
    ['all rows are gone', (stores) => [1, 2, 3].map((seq) => stores('updates').delete(['a', seq]))],
    ['the entry is gone', (stores) => stores('documents').delete('a')],
    [
      'a row has a field that this version does not know',
      (stores) => stores('updates').put({ name: 'a', seq: 2, fromSeq: 2, update: new Uint8Array(2), codec: 1 }),
    ],
    ['a row has no bytes', (stores) => stores('updates').put({ name: 'a', seq: 2, fromSeq: 2, update: 'text' })],
    ['the entry is of another shape', (stores) => stores('documents').put({ name: 'a', lastSeq: 3 })],
    ['a dirty row names an update that is not there', (stores) => stores('dirty').put({ name: 'a', seq: 9, at: 0 })],
  ]

  for (const [title, damage] of damages) {
    test(`[D14] ${title}: the load rejects, and the copy can be set aside`, async () => {
      const { store, troubles, indexedDB, open } = setUp()
      await store.append('a', [mark('one', 1), mark('two', 2), mark('three', 3)], 'g1')
      await store.append('b', [mark('other')])
      await store.close()
      const raw = await succeed(indexedDB.open(databaseName))
      const transaction = raw.transaction([...raw.objectStoreNames], 'readwrite')
      damage((name) => transaction.objectStore(name))
      raw.close()
      const reopened = open()
      await expect(reopened.load('a')).rejects.toMatchObject({ code: 'corrupt' })
      await expect(reopened.compact('a')).rejects.toMatchObject({ code: 'corrupt' })
      expect(troubles).toMatchObject([{ type: 'corrupt' }, { type: 'corrupt' }])
      expect(marksOf((await reopened.load('b'))?.updates ?? [])).toEqual(['other'])
      const moved = await reopened.setAside('a', { code: 'CORRUPT', message: 'The local copy could not be read.' })
      expect(moved).toMatchObject({ name: 'a' })
      expect(await reopened.load('a')).toBeUndefined()
      const [seq] = await reopened.append('a', [mark('new')], 'g2')
      expect(seq).toBeGreaterThan(3)
      expect((await reopened.load('a'))?.updates).toHaveLength(1)
    })
  }

  test('[D14] bytes that Yjs cannot read are never folded away', async () => {
    const { store } = setUp()
    await store.append('a', [mark('one'), { update: new Uint8Array([9, 9, 9]), isLocal: true }])
    await expect(store.compact('a')).rejects.toMatchObject({ code: 'corrupt' })
    expect((await store.load('a'))?.updates).toHaveLength(2)
    const moved = await store.setAside('a', { code: 'CORRUPT', message: 'The local copy could not be read.' })
    await expect(store.readSetAside(moved?.id ?? 0)).rejects.toMatchObject({ code: 'corrupt' })
  })
})
