import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createManualTime } from '@rejoin/core/testing'
import { describe, expect, test, vi } from 'vitest'
import { createRecordsWorld, identityOf, ScriptedDevice, startMs } from '../../testing/records-world.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { databaseFile } from '../database/database-file.ts'
import { documentsMigration } from '../database/migrations/0001-documents.ts'
import { createSqliteDocumentStore } from '../sqlite-document-store.ts'

vi.setConfig({ testTimeout: 60_000 })

const ann = identityOf('ann')
const beet = { name: 'Beet', priceCents: 1 }
const dayMs = 24 * 60 * 60 * 1000

/** A folder with one product, and what was done to its database meanwhile. */
async function damagedBy(sql: string): Promise<string> {
  const dataDir = temporaryFolder()
  const store = await createSqliteDocumentStore({ dataDir })
  const phone = new ScriptedDevice('phone')
  await createRecordsWorld({ store: store.records }).service.sync(ann, phone.request([phone.create('product', 'p1', beet)]))
  await store.close()
  change(dataDir, sql)
  return dataDir
}

function change(dataDir: string, sql: string): void {
  const database = new DatabaseSync(join(dataDir, databaseFile))
  database.exec(sql)
  database.close()
}

describe('[RS13] damage', () => {
  test.each([
    ['fields that are no JSON', 'UPDATE record SET fields = \'{"name":\''],
    ['fields that are no object', "UPDATE record SET fields = '7'"],
    ['empty fields', "UPDATE record SET fields = ''"],
    ['stamps that are no JSON', "UPDATE record SET stamps = '['"],
    ['stamps that are no list', "UPDATE record SET stamps = '{}'"],
    ['stamps of another form', 'UPDATE record SET stamps = \'[[1,2,3,"name"]]\''],
    ['stamps of nothing', "UPDATE record SET stamps = '[7]'"],
    ['a field that is no text', 'UPDATE record SET stamps = \'[[1,"o",1,7]]\''],
  ])('[RS13] %s reject every read of the record as corrupt', async (_name, sql) => {
    const store = await createSqliteDocumentStore({ dataDir: await damagedBy(sql) })
    const records = store.records.tenant('acme')
    const key = { entityType: 'product', recordId: 'p1' }
    const request = { operationIds: [], places: [], devices: [], records: [key] }
    for (const read of [records.get(key), records.changes({ afterSeq: 0, limit: 9 }), records.read(request)])
      await expect(read).rejects.toMatchObject({ code: 'corrupt' })
    const { service } = createRecordsWorld({ store: store.records })
    const desk = new ScriptedDevice('desk')
    await expect(service.sync(ann, desk.request([desk.update('product', 'p1', { priceCents: 2 })]))).rejects.toMatchObject({
      code: 'corrupt',
    })
    await store.close()
  })

  test.each(["UPDATE applied_operation SET status = 'perhaps'", "UPDATE applied_operation SET code = 'WHATEVER'"])(
    '[RS13] a verdict that is none: %s',
    async (sql) => {
      const store = await createSqliteDocumentStore({ dataDir: await damagedBy(sql) })
      const places = [{ user: 'ann', deviceId: 'phone', deviceSeq: 1 }]
      const reading = store.records.tenant('acme').read({ operationIds: [], places, devices: [], records: [] })
      await expect(reading).rejects.toMatchObject({ code: 'corrupt' })
      await store.close()
    },
  )
})

test('[RS7] a transaction that fails rejects every commit in it, leaves nothing, and nothing of it is remembered', async () => {
  const refusing =
    "CREATE TRIGGER refusing BEFORE INSERT ON record WHEN NEW.record_id = 'bad' BEGIN SELECT raise(ABORT, 'refused'); END"
  const store = await createSqliteDocumentStore({ dataDir: await damagedBy(refusing) })
  const commit = (tenant: string, deviceId: string, recordId: string): Promise<'committed' | 'stale'> => {
    const made = { entityType: 'product', recordId, version: 1, seq: 2, fields: beet, isDeleted: false, stamps: {} }
    const times = { clientCreatedAt: 0, clientUpdatedAt: 0, serverCreatedAt: 0, serverUpdatedAt: 0 }
    const verdict = { operationId: recordId, user: 'ann', deviceId, deviceSeq: 1, payloadHash: '', status: 'applied' as const }
    const afterHead = tenant === 'acme' ? 1 : 0
    return store.records.tenant(tenant).commit({
      afterHead,
      head: afterHead + 1,
      records: [{ ...made, ...times }],
      verdicts: [{ ...verdict, code: undefined, seq: 2, version: 1 }],
      devices: [],
      audit: [],
    })
  }
  const failed = await Promise.allSettled([commit('other', 'tablet', 't1'), commit('acme', 'phone-2', 'bad')])
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await commit('third', 'watch', 'w1')).toBe('committed')
  expect(await commit('other', 'tablet', 't1')).toBe('committed')
  for (const [tenant, deviceId, recordId] of [
    ['third', 'watch', 'w1'],
    ['other', 'tablet', 't1'],
  ] as const) {
    const places = [{ user: 'ann', deviceId, deviceSeq: 1 }]
    const basis = await store.records.tenant(tenant).read({ operationIds: [], places, devices: [], records: [] })
    expect(basis).toMatchObject({ head: 1, verdicts: [{ operationId: recordId, deviceId }] })
  }
  await store.close()
})

test('[RS14] the audit can be added to and read, not changed and not deleted', async () => {
  const dataDir = await damagedBy('SELECT 1')
  for (const sql of ["UPDATE audit SET user = 'eve'", 'DELETE FROM audit', 'REPLACE INTO audit SELECT * FROM audit'])
    expect(() => change(dataDir, sql)).toThrow('append-only')
  const database = new DatabaseSync(join(dataDir, databaseFile), { readOnly: true })
  expect(database.prepare('SELECT tenant_id, user, device FROM audit').all()).toMatchObject([
    { tenant_id: 1, user: 'ann', device: 'phone' },
  ])
  database.close()
})

test('[RS15] upkeep drops tombstones after 90 days and acknowledged verdicts after 30, however many there are', async () => {
  const time = createManualTime(startMs)
  const store = await createSqliteDocumentStore({ dataDir: temporaryFolder(), clock: time })
  const { service } = createRecordsWorld({ store: store.records, time })
  const [phone, lazy] = [new ScriptedDevice('phone'), new ScriptedDevice('lazy')]
  const ids = Array.from({ length: 1_200 }, (_, index) => `p${index}`)
  const send = async (device: ScriptedDevice, operations: readonly unknown[], ackedThrough = 0): Promise<void> => {
    for (let from = 0; from < operations.length || from === 0; from += 400)
      await service.sync(ann, device.request(operations.slice(from, from + 400), { ackedThrough }))
  }
  await send(lazy, [lazy.create('product', 'kept', beet)])
  await send(
    phone,
    ids.map((id) => phone.create('product', id, beet)),
  )
  await send(
    phone,
    ids.map((id) => phone.delete('product', id, { baseVersion: 1 })),
  )
  await send(phone, [], 2_400)
  const look = async (): Promise<unknown> => {
    const places = [1, 1_200, 2_400].map((deviceSeq) => ({ user: 'ann', deviceId: 'phone', deviceSeq }))
    const device = { user: 'ann', deviceId: 'phone' }
    const basis = await store.records.tenant('acme').read({
      operationIds: [],
      places: [...places, { user: 'ann', deviceId: 'lazy', deviceSeq: 1 }],
      devices: [device],
      records: ['kept', 'p0', 'p1199'].map((recordId) => ({ entityType: 'product', recordId })),
    })
    const { purgedThrough } = await store.records.tenant('acme').changes({ afterSeq: 0, limit: 1 })
    return [basis.records.length, basis.verdicts.length, basis.devices[0]?.prunedThrough, purgedThrough]
  }
  time.advance(30 * dayMs)
  await store.prune()
  expect(await look()).toEqual([3, 4, 0, 0])
  time.advance(1)
  await store.prune()
  expect(await look()).toEqual([3, 1, 2_400, 0])
  time.advance(60 * dayMs)
  await store.prune()
  expect(await look()).toEqual([1, 1, 2_400, 7])
  await store.close()
})

test('[RS16] a database of documents alone is brought up to date and keeps its epoch; epoch and key outlive the process', async () => {
  const dataDir = temporaryFolder()
  change(
    dataDir,
    `${documentsMigration}; PRAGMA user_version = 1; INSERT INTO meta (key, value) VALUES ('epoch', 'abcdefghijkl')`,
  )
  const lives = []
  for (let start = 0; start < 2; start++) {
    const store = await createSqliteDocumentStore({ dataDir })
    lives.push({ epoch: store.records.epoch, key: Buffer.from(store.records.checkpointKey).toString('hex') })
    await store.close()
  }
  expect(lives).toEqual([
    { epoch: 'abcdefghijkl', key: expect.stringMatching(/^[0-9a-f]{64}$/) },
    { epoch: 'abcdefghijkl', key: lives[0]?.key },
  ])
})

test('[RP20] kill case 20: sixteen writers of one tenant make 100,000 rows, and a reader that polls misses none', async () => {
  const store = await createSqliteDocumentStore({ dataDir: temporaryFolder() })
  const { service } = createRecordsWorld({ store: store.records })
  const perRequest = 250
  const requestsPerWriter = 25
  const total = 16 * requestsPerWriter * perRequest
  let isWriting = true
  const write = async (name: string): Promise<void> => {
    const device = new ScriptedDevice(name)
    for (let request = 0; request < requestsPerWriter; request++) {
      const operations = Array.from({ length: perRequest }, (_, index) =>
        device.create('movement', `${name}-${request * perRequest + index}`, { productId: 'p1', quantity: 1 }),
      )
      expect((await service.sync(ann, device.request(operations))).summary.success).toBe(true)
    }
  }
  const seen = new Map<string, number>()
  const poll = async (): Promise<void> => {
    for (let checkpoint: string | undefined, hasMore = true, lastSeq = 0; hasMore || isWriting;) {
      const page = await service.changes(ann, { checkpoint, limit: 1_000 })
      for (const { recordId, seq } of page.changes) {
        expect(seq).toBeGreaterThanOrEqual(lastSeq)
        lastSeq = seq
        seen.set(recordId, (seen.get(recordId) ?? 0) + 1)
      }
      ;({ checkpoint, hasMore } = page)
    }
  }
  const polling = poll()
  await Promise.all(Array.from({ length: 16 }, (_, index) => write(`writer-${index}`)))
  isWriting = false
  await polling
  expect(seen.size).toBe(total)
  expect([...seen.values()].every((times) => times === 1)).toBe(true)
  await store.close()
})

test('[RS17] a page of large rows ends early, never inside a sequence number', async () => {
  const store = await createSqliteDocumentStore({ dataDir: temporaryFolder() })
  const { service } = createRecordsWorld({ store: store.records })
  const phone = new ScriptedDevice('phone')
  const large = { name: 'x'.repeat(120_000), priceCents: 1 }
  const push = (from: number, count: number) =>
    service.sync(
      ann,
      phone.request(
        Array.from({ length: count }, (_, index) => phone.create('product', `p${from + index}`, large)),
        {},
      ),
    )
  // Two rows a sequence number, then forty at once, then two again.
  for (let from = 0; from < 60; from += 2) await push(from, 2)
  await push(60, 40)
  await push(100, 2)
  const pages: (readonly [number, number])[] = []
  let checkpoint: string | undefined
  for (let hasMore = true; hasMore;) {
    const page = await service.changes(ann, { checkpoint, limit: 1_000 })
    pages.push([page.changes.length, page.changes.at(-1)?.seq ?? 0])
    ;({ checkpoint, hasMore } = page)
  }
  expect(pages).toEqual([
    [32, 16],
    [28, 30],
    [40, 31],
    [2, 32],
  ])
  await store.close()
})
