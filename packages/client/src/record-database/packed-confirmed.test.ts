import { createManualTime } from '@rejoin/core/testing'
import { array, assert, asyncProperty, integer, nat, oneof, record, subarray } from 'fast-check'
import { expect, test } from 'vitest'
import { ConfirmedRecords } from '../outbox/confirmed-records.ts'
import { stockSchema } from '../testing/test-records.ts'
import { MemoryTable, tableOf } from './memory-table.ts'
import { unpack, withPackedConfirmed } from './packed-confirmed.ts'
import { PackedRows } from './packed-rows.ts'
import { packListKey } from './packs.ts'
import type { RecordTables, RowRange } from './record-database.ts'
import type { ConfirmedRow } from './record-rows.ts'
import { tableSpecs } from './table-specs.ts'
import { Unpacker } from './unpacker.ts'

type Tables = Pick<RecordTables, 'confirmedA' | 'confirmedB' | 'meta'>

/** Tables as they are stored, without anybody's view of them. */
function createTables(): Tables {
  const check = (): void => {}
  return {
    confirmedA: tableOf(new MemoryTable(tableSpecs.confirmedA), check),
    confirmedB: tableOf(new MemoryTable(tableSpecs.confirmedB), check),
    meta: tableOf(new MemoryTable(tableSpecs.meta), check),
  }
}

const keyAt = (at: number): string => `product/${String(at).padStart(4, '0')}`

function rowAt(at: number, seq: number, terms: readonly string[] = []): ConfirmedRow {
  const time = '2026-11-21T12:00:00.000Z'
  const [entityType = '', recordId = ''] = keyAt(at).split('/')
  const times = { clientCreatedAt: time, clientUpdatedAt: time, serverCreatedAt: time, serverUpdatedAt: time }
  return {
    key: keyAt(at),
    row: { entityType, recordId, version: seq, seq, fields: { name: `${at} ${seq}` }, isDeleted: false, ...times },
    terms: [...terms],
  }
}

type Command = (tables: Tables) => Promise<unknown>
const places = subarray(Array.from({ length: 12 }, (_, at) => at))
const terms = subarray(['a', 'b', 'c'])
const commands = oneof(
  record({ places, seq: integer({ min: 1, max: 5 }), terms }).map(
    (facts): Command =>
      ({ confirmedA }) =>
        confirmedA.bulkPut(facts.places.map((at) => rowAt(at, facts.seq, facts.terms))),
  ),
  record({ at: nat(11), seq: integer({ min: 1, max: 5 }), terms }).map(
    (facts): Command =>
      ({ confirmedA }) =>
        confirmedA.put(rowAt(facts.at, facts.seq, facts.terms)),
  ),
  record({ places }).map(
    (facts): Command =>
      ({ confirmedB }) =>
        confirmedB.bulkPut(facts.places.map((at) => rowAt(at, 9))),
  ),
  record({ places: subarray([1, 2, 3]) }).map(
    (facts): Command =>
      ({ confirmedA }) =>
        confirmedA.bulkDelete(facts.places.map(keyAt)),
  ),
  integer({ min: 0, max: 1 }).map(
    (side): Command =>
      (tables) =>
        (side === 0 ? tables.confirmedA : tables.confirmedB).clear(),
  ),
)

const ranges: readonly RowRange[] = [
  {},
  { limit: 3 },
  { from: keyAt(4), isFromOpen: true, limit: 2 },
  { from: keyAt(2), to: keyAt(7), isToOpen: true },
  { index: 'terms', from: 'a', to: 'a' },
  { index: 'terms', from: 'b', to: 'b', limit: 2 },
]

async function lookAt({ confirmedA, confirmedB, meta }: Tables): Promise<unknown> {
  return {
    rows: await Promise.all(ranges.map((range) => confirmedA.range(range))),
    others: await confirmedB.range({}),
    keys: await Promise.all(ranges.map((range) => confirmedA.keys(range))),
    counts: await Promise.all(ranges.map(({ limit: _all, ...range }) => confirmedA.count(range))),
    single: [await confirmedA.get(keyAt(2)), await confirmedA.bulkGet([keyAt(3), keyAt(1), keyAt(99)])],
    meta: [await meta.range({}), await meta.keys({}), await meta.count({})],
  }
}

test('[RD10] packed rows are found, counted, replaced and deleted as if each had been written, whenever they are put into their places', async () => {
  await assert(
    asyncProperty(array(record({ run: commands, next: nat(4) }), { maxLength: 14 }), async (steps) => {
      const [written, stored] = [createTables(), createTables()]
      // Two tabs; what one remembers the other may have put away.
      const tabs = [new PackedRows({ packFrom: 2 }), new PackedRows({ packFrom: 4 })]
      let [tab = new PackedRows()] = tabs
      let packed = withPackedConfirmed(stored, tab)
      for (const { run, next } of steps) {
        if (next === 1) await unpack(stored, new PackedRows())
        if (next > 2) tab = tabs[next - 3] ?? tab
        if (next > 0) packed = withPackedConfirmed(stored, tab)
        await run(written)
        await run(packed)
        expect(await lookAt(packed)).toEqual(await lookAt(written))
      }
      while (await unpack(stored, tab)) expect(await lookAt(withPackedConfirmed(stored, tab))).toEqual(await lookAt(written))
      expect([await stored.confirmedA.range({}), await stored.confirmedB.range({})]).toEqual([
        await written.confirmedA.range({}),
        await written.confirmedB.range({}),
      ])
    }),
    { numRuns: 150 },
  )
})

const fiveHundred = (from: number): ConfirmedRow[] => Array.from({ length: 500 }, (_, at) => rowAt(from + at, 1))

test('[RD10] five hundred rows that come together are one row, and are read at most once', async () => {
  const stored = createTables()
  const tab = new PackedRows()
  await withPackedConfirmed(stored, tab).confirmedA.bulkPut(fiveHundred(0))
  expect(await stored.confirmedA.count({})).toBe(0)
  expect((await stored.meta.keys({})).length).toBe(2)
  const unread: Tables = {
    ...stored,
    meta: { ...stored.meta, get: (key) => (key === packListKey ? stored.meta.get(key) : Promise.reject(new Error(key))) },
  }
  expect(await withPackedConfirmed(unread, tab).confirmedA.get(keyAt(7))).toEqual(rowAt(7, 1))
  expect(await unpack(stored, tab)).toBe(false)
  expect(await stored.confirmedA.count({})).toBe(500)
  expect(await stored.meta.keys({})).toEqual([packListKey])
  expect(await unpack(stored, tab)).toBe(false)
})

test('[RD10] there is a bound on packs: beyond it the oldest is put into its place at once', async () => {
  const stored = createTables()
  const tab = new PackedRows()
  for (let pack = 0; pack < 26; pack++) await withPackedConfirmed(stored, tab).confirmedA.bulkPut(fiveHundred(pack * 500))
  expect(await stored.confirmedA.count({})).toBe(1_000)
  expect(await withPackedConfirmed(stored, tab).confirmedA.count({})).toBe(13_000)
})

test('[RD10] a pack is one text; one that an earlier build kept as a list is read as well', async () => {
  const stored = createTables()
  await withPackedConfirmed(stored).confirmedA.bulkPut(fiveHundred(0))
  expect(await stored.meta.get('pack/1')).toEqual({ key: 'pack/1', value: JSON.stringify(fiveHundred(0)) })
  await stored.meta.put({ key: 'pack/1', value: fiveHundred(0) })
  expect(await withPackedConfirmed(stored).confirmedA.range({})).toEqual(fiveHundred(0))
})

test('[RD10] a damaged pack is said to be damaged, and what the server says later stands above it', async () => {
  const stored = createTables()
  await withPackedConfirmed(stored).confirmedA.bulkPut(fiveHundred(0))
  await stored.meta.put({ key: 'pack/1', value: 'what' })
  const tables = (): Tables => withPackedConfirmed(stored)
  await expect(tables().confirmedA.get(keyAt(3))).rejects.toMatchObject({ code: 'corrupt' })
  await expect(unpack(stored, new PackedRows())).rejects.toMatchObject({ code: 'corrupt' })
  // All rows are brought anew then, beside the damaged ones, and the two change places.
  const confirmed = await ConfirmedRecords.open(
    { ...tables(), outbox: unused, requests: unused, requestBodies: unused, attention: unused },
    stockSchema,
  )
  await confirmed.putNewer([rowAt(3, 2).row])
  await confirmed.beginResync()
  await confirmed.putResynced([rowAt(3, 2).row])
  expect(await confirmed.finishResync()).toBe(true)
  expect(await confirmed.get(keyAt(3))).toMatchObject({ seq: 2 })
  expect((await tables().confirmedA.range({})).length).toBe(0)
})

test('[RD10] where it cannot be read which packs there are, no row is said to be missing, and bringing them anew mends it', async () => {
  const stored = createTables()
  await withPackedConfirmed(stored).confirmedA.bulkPut(fiveHundred(0))
  await stored.meta.put({ key: packListKey, value: 'what' })
  const tables = (): Tables => withPackedConfirmed(stored)
  const open = () =>
    ConfirmedRecords.open(
      { ...tables(), outbox: unused, requests: unused, requestBodies: unused, attention: unused },
      stockSchema,
    )
  await expect(tables().confirmedA.get(keyAt(3))).rejects.toMatchObject({ code: 'corrupt' })
  await expect(tables().confirmedB.range({})).rejects.toMatchObject({ code: 'corrupt' })
  await expect(unpack(stored, new PackedRows())).rejects.toMatchObject({ code: 'corrupt' })
  // What an answer says is kept meanwhile.
  await (await open()).putNewer(fiveHundred(250).map(({ row }) => row))
  await expect(tables().confirmedA.get(keyAt(3))).rejects.toMatchObject({ code: 'corrupt' })
  await (await open()).beginResync()
  await expect(tables().confirmedA.get(keyAt(3))).rejects.toMatchObject({ code: 'corrupt' })
  await (await open()).putResynced(fiveHundred(1).map(({ row }) => row))
  expect(await (await open()).finishResync()).toBe(true)
  expect([...(await (await open()).bulkGet([keyAt(0), keyAt(1), keyAt(500)])).keys()]).toEqual([keyAt(1), keyAt(500)])
  expect(await tables().confirmedA.count({})).toBe(0)
  while (await unpack(stored, new PackedRows())) continue
  expect(await stored.meta.keys({})).toEqual([packListKey, 'sides'])
})

const unused = tableOf<never, never>(new MemoryTable('key'), () => {
  throw new Error('not for this')
})

test('[RD11] packs are put into their places when nothing was packed for five seconds, one at a time, with rests', async () => {
  const time = createManualTime(0)
  let packs = 3
  const work: number[] = []
  const unpacker = new Unpacker({
    clock: time,
    scheduler: time,
    unpackOne: () => {
      work.push(time.now())
      return new Promise((resolve) => void time.after(40, () => resolve(--packs > 0)))
    },
  })
  const pass = async (durationMs: number): Promise<void> => {
    for (let ms = 0; ms < durationMs; ms += 20) {
      time.advance(20)
      await Promise.resolve()
      await Promise.resolve()
      await Promise.resolve()
    }
  }
  unpacker.wake()
  await pass(4_800)
  unpacker.wake()
  await pass(4_800)
  expect(work).toEqual([])
  await pass(2_000)
  expect(work.length).toBe(3)
  expect(work.every((at, index) => index === 0 || at - (work[index - 1] ?? 0) >= 80)).toBe(true)
  await pass(9_000)
  expect(work.length).toBe(3)
  unpacker.wake()
  unpacker.close()
  await pass(9_000)
  expect(work.length).toBe(3)
})
