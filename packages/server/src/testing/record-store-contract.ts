import type { Clock } from '@rejoin/core'
import { createManualTime, type ManualTime } from '@rejoin/core/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import type {
  ChangesPage,
  RecordsCommit,
  RecordStore,
  StoredRecord,
  StoredVerdict,
  TenantRecords,
} from '../records/record-store.ts'

export interface RecordStoreUnderTest {
  readonly store: RecordStore
  /** Transactions of commits so far. */
  readonly commitCount: () => number
  close(): Promise<void>
}

/** What every record store keeps (packages/server/SPEC.md, rules RS). `open` gives a fresh, empty store by this clock. */
export function recordStoreContract(name: string, open: (clock: Clock) => Promise<RecordStoreUnderTest>): void {
  const openStore = async (): Promise<RecordStoreUnderTest & { readonly time: ManualTime }> => {
    const time = createManualTime(1_000_000)
    const opened = await open(time)
    onTestFinished(() => opened.close())
    return { ...opened, time }
  }
  const openTenant = async (): Promise<TenantRecords> => (await openStore()).store.tenant('acme')

  describe(`${name}: commits`, () => {
    test('[RS1] records, verdicts and floors of a commit come back as they were given', async () => {
      const records = await openTenant()
      const odd = {
        text: 'ü\u0000"\\\ud83d\ude00',
        numbers: [0, -1, 1.5, 1e300, Number.MAX_SAFE_INTEGER],
        nothing: null,
        nested: { '': { toString: true } },
        lone: '\ud800',
      }
      const rows = [record('p1', 1, { fields: odd }), record('p 2/ü', 1, { isDeleted: true, version: 7 })]
      const verdicts = [
        verdict('o1', 1, { seq: 1, version: 1 }),
        verdict('o2', 2, { status: 'conflict', code: 'CONFLICT', user: null }),
      ]
      await commit(records, { head: 1, records: rows, verdicts, devices: [{ ...phone, ackedThrough: 2 }] })
      const basis = await records.read({
        operationIds: ['o1', 'o2', 'o9'],
        places: [],
        devices: [phone, { user: null, deviceId: 'phone' }],
        records: [...rows, { entityType: 'product', recordId: 'p9' }, { entityType: 'recipe', recordId: 'p1' }],
      })
      expect({ ...basis, records: byId(basis.records), verdicts: byOperation(basis.verdicts) }).toEqual({
        head: 1,
        records: byId(rows),
        verdicts,
        devices: expect.arrayContaining([{ ...phone, ackedThrough: 2, prunedThrough: 0 }]),
      })
      expect(await records.get({ entityType: 'product', recordId: 'p1' })).toEqual(rows[0])
      expect(await records.get({ entityType: 'product', recordId: 'p9' })).toBeUndefined()
    })

    test('[RS1] a verdict is found by its operation and by its place, and is given once', async () => {
      const records = await openTenant()
      await commit(records, { verdicts: [verdict('o1', 1), verdict('o2', 2)] })
      const found = await records.read({
        operationIds: ['o1', 'o1', 'o3'],
        places: [
          { ...phone, deviceSeq: 1 },
          { ...phone, deviceSeq: 2 },
          { ...phone, deviceSeq: 3 },
          { user: 'bob', deviceId: 'phone', deviceSeq: 2 },
        ],
        devices: [],
        records: [],
      })
      expect(byOperation(found.verdicts)).toEqual([verdict('o1', 1), verdict('o2', 2)])
    })

    test('[RS1] a record that is committed again is replaced', async () => {
      const records = await openTenant()
      await commit(records, { head: 1, records: [record('p1', 1)] })
      const second = record('p1', 2, { version: 2, fields: { name: 'new' }, isDeleted: true })
      await commit(records, { afterHead: 1, head: 2, records: [second] })
      expect(await records.get(second)).toEqual(second)
    })

    test('[RS2] a commit after another head, or of an operation or place that is taken, is stale and writes nothing', async () => {
      const records = await openTenant()
      await commit(records, { head: 1, records: [record('p1', 1)], verdicts: [verdict('o1', 1)] })
      const floors = [{ ...phone, ackedThrough: 9 }]
      const fitting = { afterHead: 1, head: 2, records: [record('p2', 2)], verdicts: [verdict('o2', 2)], devices: floors }
      for (const wrong of [
        { afterHead: 0, head: 1 },
        { afterHead: 2, head: 3 },
        { verdicts: [verdict('o2', 2), verdict('o1', 3)] },
        { verdicts: [verdict('o2', 2), verdict('o3', 1)] },
      ]) {
        expect(await records.commit({ ...empty, ...fitting, ...wrong })).toBe('stale')
      }
      const basis = await records.read({ operationIds: ['o2', 'o3'], places: [], devices: [phone], records: [record('p2', 2)] })
      expect(basis).toMatchObject({ head: 1, verdicts: [], records: [] })
      expect(basis.devices.map(({ ackedThrough }) => ackedThrough)).not.toContain(9)
      expect(await records.commit({ ...empty, ...fitting })).toBe('committed')
    })

    test('[RS2] nothing that a stale commit brought is remembered: a device new with it is new again', async () => {
      const records = await openTenant()
      await commit(records, { verdicts: [verdict('o1', 1)] })
      const tablet = verdict('o2', 1, { deviceId: 'tablet' })
      expect(await records.commit({ ...empty, verdicts: [tablet, verdict('o1', 2)] })).toBe('stale')
      const watch = verdict('o3', 1, { deviceId: 'watch' })
      await commit(records, { verdicts: [watch] })
      await commit(records, { verdicts: [tablet] })
      const basis = await records.read({ operationIds: ['o2', 'o3'], places: [], devices: [], records: [] })
      expect(byOperation(basis.verdicts)).toEqual([tablet, watch])
    })

    test('[RS2] of two commits made together after one head the first stands', async () => {
      const records = await openTenant()
      const outcomes = await Promise.all([
        records.commit({ ...empty, head: 1, records: [record('p1', 1)] }),
        records.commit({ ...empty, head: 1, records: [record('p2', 1)] }),
      ])
      expect(outcomes).toEqual(['committed', 'stale'])
      expect(await idsAfter(records, 0)).toEqual(['p1'])
    })

    test('[RS3] a read begun after a commit has resolved sees it', async () => {
      const records = await openTenant()
      for (let seq = 1; seq <= 30; seq++) {
        await commit(records, { afterHead: seq - 1, head: seq, records: [record(`p${seq}`, seq)] })
        expect((await records.changes({ afterSeq: seq - 1, limit: 10 })).head).toBe(seq)
      }
    })

    test('[RS4] floors rise and never sink', async () => {
      const records = await openTenant()
      for (const ackedThrough of [5, 3, 8]) await commit(records, { devices: [{ ...phone, ackedThrough }] })
      const { devices } = await records.read({ operationIds: [], places: [], devices: [phone], records: [] })
      expect(devices).toEqual([{ ...phone, ackedThrough: 8, prunedThrough: 0 }])
    })

    test('[RS5] a device of one user is none of another, nor of nobody', async () => {
      const records = await openTenant()
      const users = ['ann', 'bob', null, '']
      const verdicts = users.map((user, index) => verdict(`o${index}`, 1, { user }))
      const devices = users.map((user, index) => ({ user, deviceId: 'phone', ackedThrough: index + 1 }))
      await commit(records, { verdicts, devices })
      const places = users.map((user) => ({ user, deviceId: 'phone', deviceSeq: 1 }))
      for (const [index, place] of places.entries()) {
        const basis = await records.read({ operationIds: [], places: [place], devices: [place], records: [] })
        expect(basis.verdicts).toEqual([verdicts[index]])
        expect(basis.devices).toEqual([{ ...devices[index], prunedThrough: 0 }])
      }
    })

    test('[RS6] nothing is shared between tenants', async () => {
      const { store } = await openStore()
      const [acme, other] = [store.tenant('acme'), store.tenant('other')]
      await commit(acme, {
        head: 1,
        records: [record('p1', 1)],
        verdicts: [verdict('o1', 1)],
        devices: [{ ...phone, ackedThrough: 1 }],
      })
      const request = { operationIds: ['o1'], places: [{ ...phone, deviceSeq: 1 }], devices: [phone], records: [record('p1', 1)] }
      expect(await other.read(request)).toEqual({ head: 0, verdicts: [], devices: [], records: [] })
      expect(await other.changes({ afterSeq: 0, limit: 10 })).toEqual({ records: [], throughSeq: 0, head: 0, purgedThrough: 0 })
      expect(await other.get(record('p1', 1))).toBeUndefined()
      await commit(other, { head: 1, records: [record('p1', 1)], verdicts: [verdict('o1', 1)] })
    })

    test('[RS7] commits of many tenants made without a pause are one transaction', async () => {
      const { store, commitCount } = await openStore()
      const tenants = Array.from({ length: 20 }, (_, index) => store.tenant(`t${index}`))
      const outcomes = await Promise.all(tenants.map((tenant) => tenant.commit({ ...empty, head: 1, records: [record('p', 1)] })))
      expect(outcomes).toEqual(tenants.map(() => 'committed'))
      expect(commitCount()).toBe(1)
    })
  })

  describe(`${name}: the feed`, () => {
    test('[RS8] changes come in order of their sequence numbers, each record once as it is now, and no number is split', async () => {
      const records = await openTenant()
      await commit(records, { head: 1, records: ['a', 'b', 'c', 'e', 'f'].map((id) => record(id, 1)) })
      await commit(records, { afterHead: 1, head: 3, records: [record('d', 2), record('b', 3, { version: 2 })] })
      const page = (afterSeq: number, limit: number): Promise<ChangesPage> => records.changes({ afterSeq, limit })
      const ofOne = ['a@1', 'c@1', 'e@1', 'f@1']
      for (const limit of [1, 2, 3, 4]) expect(summaryOf(await page(0, limit))).toEqual({ rows: ofOne, throughSeq: 1, head: 3 })
      expect(summaryOf(await page(0, 5))).toEqual({ rows: [...ofOne, 'd@2'], throughSeq: 2, head: 3 })
      expect(summaryOf(await page(0, 6))).toEqual({ rows: [...ofOne, 'd@2', 'b@3'], throughSeq: 3, head: 3 })
      expect(summaryOf(await page(2, 1))).toEqual({ rows: ['b@3'], throughSeq: 3, head: 3 })
      expect(summaryOf(await page(3, 1))).toEqual({ rows: [], throughSeq: 3, head: 3 })
    })

    test('[RS8] a page of one entity goes on to the head when there is no more of it', async () => {
      const records = await openTenant()
      const recipe = (id: string, seq: number): StoredRecord => record(id, seq, { entityType: 'recipe' })
      await commit(records, { head: 3, records: [record('a', 1), recipe('r', 1), recipe('s', 2), record('b', 3)] })
      const page = (afterSeq: number, limit: number): Promise<ChangesPage> =>
        records.changes({ afterSeq, limit, entityType: 'recipe' })
      expect(summaryOf(await page(0, 1))).toEqual({ rows: ['r@1'], throughSeq: 1, head: 3 })
      expect(summaryOf(await page(1, 1))).toEqual({ rows: ['s@2'], throughSeq: 3, head: 3 })
    })

    test('[RS8] records changed since a time come strictly after it, in order of their sequence numbers', async () => {
      const records = await openTenant()
      const at = (id: string, seq: number, serverUpdatedAt: number): StoredRecord => record(id, seq, { serverUpdatedAt })
      await commit(records, {
        head: 4,
        records: [at('a', 1, 100), at('b', 2, 300), at('c', 3, 200), record('r', 3, { entityType: 'recipe' }), at('d', 4, 201)],
      })
      const since = (time: number, limit: number): Promise<ChangesPage> =>
        records.changedSince({ entityType: 'product', since: time, limit })
      expect(summaryOf(await since(200, 10))).toEqual({ rows: ['b@2', 'd@4'], throughSeq: 4, head: 4 })
      expect(summaryOf(await since(200, 1))).toEqual({ rows: ['b@2'], throughSeq: 2, head: 4 })
      expect(summaryOf(await since(300, 10))).toEqual({ rows: [], throughSeq: 4, head: 4 })
    })
  })

  describe(`${name}: pruning`, () => {
    test('[RS9] old tombstones are deleted, and the feed says through where', async () => {
      const { store } = await openStore()
      const records = store.tenant('acme')
      const gone = (id: string, seq: number, serverUpdatedAt: number): StoredRecord =>
        record(id, seq, { isDeleted: true, serverUpdatedAt })
      await commit(records, { head: 4, records: [record('a', 1), gone('b', 2, 99), gone('c', 3, 100), record('d', 4)] })
      await pruneAll(store, { tombstones: 100, verdicts: 0 })
      expect(await records.changes({ afterSeq: 0, limit: 10 })).toMatchObject({ purgedThrough: 2, head: 4, throughSeq: 4 })
      expect(await idsAfter(records, 0)).toEqual(['a', 'c', 'd'])
      await pruneAll(store, { tombstones: 101, verdicts: 0 })
      expect(await records.changes({ afterSeq: 0, limit: 10 })).toMatchObject({ purgedThrough: 3 })
    })

    test('[RS10] old verdicts that the device has acknowledged are deleted, and the floor says through where', async () => {
      const { store, time } = await openStore()
      const records = store.tenant('acme')
      await commit(records, { verdicts: [verdict('o1', 1), verdict('o2', 2), verdict('o3', 3)] })
      time.advance(1_000)
      await commit(records, { verdicts: [verdict('o4', 4)], devices: [{ ...phone, ackedThrough: 2 }] })
      const found = async (): Promise<unknown> => {
        const operationIds = ['o1', 'o2', 'o3', 'o4']
        const basis = await records.read({ operationIds, places: [], devices: [phone], records: [] })
        return { left: byOperation(basis.verdicts).map(({ operationId }) => operationId), devices: basis.devices }
      }
      await pruneAll(store, { tombstones: 0, verdicts: 1_000_000 })
      expect(await found()).toMatchObject({ left: ['o1', 'o2', 'o3', 'o4'], devices: [{ prunedThrough: 0 }] })
      await pruneAll(store, { tombstones: 0, verdicts: 1_000_001 })
      expect(await found()).toEqual({ left: ['o3', 'o4'], devices: [{ ...phone, ackedThrough: 2, prunedThrough: 2 }] })
      await commit(records, { devices: [{ ...phone, ackedThrough: 4 }] })
      await pruneAll(store, { tombstones: 0, verdicts: 2_000_000 })
      expect(await found()).toEqual({ left: [], devices: [{ ...phone, ackedThrough: 4, prunedThrough: 4 }] })
    })

    test('[RS10] a place whose verdict was deleted is free in the table; the floor is what remembers it', async () => {
      const { store } = await openStore()
      const records = store.tenant('acme')
      await commit(records, { verdicts: [verdict('o1', 1)], devices: [{ ...phone, ackedThrough: 1 }] })
      await pruneAll(store, { tombstones: 0, verdicts: 2_000_000 })
      const basis = await records.read({
        operationIds: ['o1'],
        places: [{ ...phone, deviceSeq: 1 }],
        devices: [phone],
        records: [],
      })
      expect(basis).toEqual({ head: 0, verdicts: [], devices: [{ ...phone, ackedThrough: 1, prunedThrough: 1 }], records: [] })
    })
  })
}

const phone = { user: 'ann', deviceId: 'phone' }
const empty: RecordsCommit = { afterHead: 0, head: 0, records: [], verdicts: [], devices: [], audit: [] }

async function commit(records: TenantRecords, some: Partial<RecordsCommit>): Promise<void> {
  const audit = [{ at: 1, user: 'ann', deviceId: 'phone', facts: '{}' }]
  const afterHead = some.afterHead ?? 0
  expect(await records.commit({ ...empty, audit, ...some, afterHead, head: some.head ?? afterHead })).toBe('committed')
}

async function pruneAll(store: RecordStore, before: Parameters<RecordStore['prune']>[0]): Promise<void> {
  while (await store.prune(before));
}

function record(recordId: string, seq: number, more: Partial<StoredRecord> = {}): StoredRecord {
  return {
    entityType: 'product',
    recordId,
    version: 1,
    fields: { name: recordId },
    isDeleted: false,
    stamps: { name: { time: 5, operationId: 'o', version: 1 } },
    seq,
    clientCreatedAt: -62_135_596_800_000,
    clientUpdatedAt: 253_402_300_799_999,
    serverCreatedAt: 3,
    serverUpdatedAt: 4,
    ...more,
  }
}

function verdict(operationId: string, deviceSeq: number, more: Partial<StoredVerdict> = {}): StoredVerdict {
  const facts = { user: 'ann', deviceId: 'phone', payloadHash: `hash of ${operationId}` }
  return { operationId, deviceSeq, ...facts, status: 'applied', code: undefined, seq: undefined, version: undefined, ...more }
}

function byId(records: readonly StoredRecord[]): readonly StoredRecord[] {
  return records.toSorted((one, other) => (one.recordId < other.recordId ? -1 : 1))
}

function byOperation(verdicts: readonly StoredVerdict[]): readonly StoredVerdict[] {
  return verdicts.toSorted((one, other) => (one.operationId < other.operationId ? -1 : 1))
}

function summaryOf({ records, throughSeq, head }: ChangesPage): unknown {
  const ordered = records.toSorted((one, other) => one.seq - other.seq || (one.recordId < other.recordId ? -1 : 1))
  expect(records.map(({ seq }) => seq)).toEqual(ordered.map(({ seq }) => seq))
  return { rows: ordered.map(({ recordId, seq }) => `${recordId}@${seq}`), throughSeq, head }
}

async function idsAfter(records: TenantRecords, afterSeq: number): Promise<readonly string[]> {
  const page = await records.changes({ afterSeq, limit: 1_000 })
  return page.records.map(({ recordId }) => recordId).toSorted()
}
