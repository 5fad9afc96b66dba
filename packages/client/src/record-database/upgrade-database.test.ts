import { createManualTime } from '@rejoin/core/testing'
import { Dexie } from 'dexie'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { expect, test } from 'vitest'
import { sampleRequest } from '../testing/fake-app-server.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { createIndexedDbRecordDatabase } from './indexed-db-record-database.ts'
import { recordSchemaVersion, tableSpecs } from './table-specs.ts'

Dexie.dependencies.indexedDB = new IDBFactory()

/** As it was before there were requests of the app. */
const versionOne = {
  confirmedA: 'key, *terms',
  confirmedB: 'key, *terms',
  outbox: 'entryId, recordKey, [lot+order], *waitsOn, operation.deviceSeq, operation.groupId, *terms',
  attention: 'id, entryId, recordKey',
  meta: 'key',
}

test('[RQ14] a database of the version before is upgraded: what it holds stays, and requests find their place', async () => {
  const [indexedDB, time, databaseName] = [new IDBFactory(), createManualTime(1_000), 'upgraded']
  // What a device wrote yesterday.
  const memory = openTestRecords({ time })
  await memory.records.product.create({ name: 'Beet' }, { id: 'beet' })
  await memory.takeBatch()
  await memory.records.product.update('beet', { note: 'red' })
  const rows = await memory.database.transaction('read', async (tables) => ({
    outbox: await tables.outbox.range({}),
    meta: await tables.meta.range({}),
  }))
  const old = new Dexie(databaseName, { indexedDB, IDBKeyRange })
  old.version(1).stores({ ...versionOne, identity: 'key' })
  await old.open()
  await old.table('identity').add({ key: 'identity', createdAt: 500 })
  await old.table('outbox').bulkAdd([...rows.outbox])
  await old.table('meta').bulkAdd([...rows.meta])
  old.close()

  const database = createIndexedDbRecordDatabase({ databaseName, indexedDB, keyRange: IDBKeyRange, clock: time })
  const device = openTestRecords({ database, time, seed: 2 })
  expect(await device.outbox.list()).toEqual(await memory.outbox.list())
  expect(await device.records.product.get('beet')).toMatchObject({ name: 'Beet', note: 'red' })
  await device.requests.keep(sampleRequest('/one'))
  const fence = await device.syncStore.takeFence()
  const request = await device.syncStore.takeRequest(fence, { lane: 'requests', now: time.now(), tenantId: 'acme' })
  expect(new TextDecoder().decode(request?.body)).toBe('{"path":"/one"}')
  expect(await device.outbox.list()).toMatchObject([
    { kind: 'operation' },
    { kind: 'operation' },
    { kind: 'request', entryId: 3 },
  ])
  await device.close()
  const raw = await new Dexie(databaseName, { indexedDB, IDBKeyRange }).open()
  expect([raw.verno, raw.tables.map(({ name }) => name).toSorted()]).toEqual([
    recordSchemaVersion,
    [...Object.keys(tableSpecs), 'identity'].toSorted(),
  ])
  raw.close()
})
