import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { expect, test } from 'vitest'
import { createIndexedDbRecordDatabase } from '../record-database/indexed-db-record-database.ts'
import { recordSchemaVersion } from '../record-database/table-specs.ts'
import { until } from '../testing/test-device.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { databaseName, WorkerDevice } from '../testing/worker-device.ts'
import { WorkRemainsError } from './sync-worker.ts'

/** Dexie counts in tens. */
const nextVersion = (recordSchemaVersion + 1) * 10

async function setUp() {
  const [device, indexedDB] = [new WorkerDevice(), new IDBFactory()]
  const openDatabase = (name: string) =>
    createIndexedDbRecordDatabase({ databaseName: name, indexedDB, keyRange: IDBKeyRange, clock: device.time })
  const page = openTestRecords({ database: openDatabase(databaseName), time: device.time, server: device.server })
  await page.records.product.create({ name: 'Beet' })
  await page.close()
  /** As a page of a newer build does; rejects where somebody does not let it. */
  const upgrade = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open(databaseName, nextVersion)
      request.onblocked = () => reject(new Error('blocked'))
      request.onerror = () => reject(request.error ?? new Error('no reason given'))
      request.onsuccess = () => {
        request.result.close()
        resolve(request.result.version)
      }
    })
  const raise = () => {
    const event = device.startWorker({ openDatabase }).raise('sync', { tag: 'sync-changes' })
    const ended: unknown[] = []
    event.then(
      () => ended.push('resolved'),
      (error: unknown) => ended.push(error),
    )
    return ended
  }
  return { device, upgrade, raise }
}

test('[BG6] a database of a newer version is left alone by the worker of an older one, and the event is left to that of the newer one', async () => {
  const { device, upgrade, raise } = await setUp()
  await upgrade()
  const ended = raise()
  await until(() => ended.length > 0)
  expect([ended, device.requests]).toEqual([[expect.any(WorkRemainsError)], []])
  expect(await upgrade()).toBe(nextVersion)
})

test('[BG6] a page of a newer build that upgrades the database while the worker drains is not held up, and the event ends', async () => {
  const { device, upgrade, raise } = await setUp()
  device.network = 'silent'
  const ended = raise()
  await until(() => device.tokens.length > 0)
  expect(await upgrade()).toBe(nextVersion)
  await until(() => ended.length > 0)
  expect(ended).toEqual([expect.any(WorkRemainsError)])
  expect(device.locks.countOf(`${databaseName}/drain`)).toBe(0)
})

test('[BG1] the same over IndexedDB: what a page left behind is delivered', async () => {
  const { device, raise } = await setUp()
  const ended = raise()
  await until(() => ended.length > 0)
  expect([ended, device.server.judged.length]).toEqual([['resolved'], 1])
})
