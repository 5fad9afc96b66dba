import { constant, assert, array, asyncProperty, integer, nat, oneof, record, subarray } from 'fast-check'
import { expect, test } from 'vitest'
import { entryOf, rowOf } from '../outbox/outbox-row.ts'
import { sampleEntry } from '../testing/sample-entry.ts'
import { sentMarksKey, withMarkedOutbox } from './marked-outbox.ts'
import { MemoryTable, tableOf } from './memory-table.ts'
import { readOutboxRow } from './read-outbox-row.ts'
import type { RecordTables, RowRange } from './record-database.ts'
import type { OutboxRow } from './record-rows.ts'
import { SentRows } from './sent-rows.ts'
import { tableSpecs } from './table-specs.ts'

/** Tables as they are stored, without anybody's view of them. */
function createTables(): RecordTables {
  const check = (): void => {}
  return {
    confirmedA: tableOf(new MemoryTable(tableSpecs.confirmedA), check),
    confirmedB: tableOf(new MemoryTable(tableSpecs.confirmedB), check),
    outbox: tableOf(new MemoryTable(tableSpecs.outbox), check),
    requests: tableOf(new MemoryTable(tableSpecs.requests), check),
    requestBodies: tableOf(new MemoryTable(tableSpecs.requestBodies), check),
    attention: tableOf(new MemoryTable(tableSpecs.attention), check),
    meta: tableOf(new MemoryTable(tableSpecs.meta), check),
  }
}

const index = '[lot+order]'
const standing = { waitsOn: [], isHeld: false, entity: undefined }
const freeRow = (id: number, score: number): OutboxRow =>
  rowOf(sampleEntry(id, { score, operation: { recordId: `p${id}` } }), standing)

type Tables = Pick<RecordTables, 'outbox'>

async function rewrite({ outbox }: Tables, ids: readonly number[], change: (row: OutboxRow) => OutboxRow): Promise<void> {
  const rows = (await outbox.bulkGet(ids)).flatMap((row) => readOutboxRow(row) ?? [])
  await outbox.bulkPut(rows.map(change))
}

const sentAt =
  (firstSentAt: number, nextRetryAt?: number) =>
  (row: OutboxRow): OutboxRow => {
    const operation = { ...row.operation, tenantId: 'tenant' }
    const planned = nextRetryAt === undefined ? {} : { nextRetryAt }
    return rowOf({ ...entryOf(row), operation, state: 'sent', firstSentAt: row.firstSentAt ?? firstSentAt, ...planned }, standing)
  }

type Command = (tables: Tables) => Promise<void>

const ids = subarray(Array.from({ length: 12 }, (_, at) => at + 1))
const commands = oneof(
  record({ ids, score: integer({ min: 1, max: 3 }) }).map(
    (facts): Command =>
      ({ outbox }) =>
        outbox.bulkPut(facts.ids.map((id) => freeRow(id, facts.score))),
  ),
  record({ ids, at: integer({ min: 1, max: 3 }) }).map(
    (facts): Command =>
      (tables) =>
        rewrite(tables, facts.ids, sentAt(facts.at)),
  ),
  record({ ids, at: nat(5) }).map(
    (facts): Command =>
      (tables) =>
        rewrite(tables, facts.ids, sentAt(1, facts.at)),
  ),
  ids.map(
    (some): Command =>
      (tables) =>
        rewrite(tables, some, (row) => ({ ...row, attempts: row.attempts + 1 })),
  ),
  ids.map(
    (some): Command =>
      ({ outbox }) =>
        outbox.bulkDelete(some),
  ),
  constant<Command>(({ outbox }) => outbox.clear()),
)

const ranges: readonly RowRange[] = [
  {},
  { from: 3, isFromOpen: true, to: 9, limit: 4 },
  { index },
  { index, limit: 5 },
  ...['free', 'sent'].flatMap((lot): RowRange[] => [
    { index, from: [lot, -Infinity], to: [lot, Infinity] },
    { index, from: [lot, -Infinity], to: [lot, Infinity], limit: 3 },
    { index, from: [lot, 0], isFromOpen: true, to: [lot, 3] },
    { index, from: [lot, -2], to: [lot, 0] },
  ]),
  { index: 'recordKey', from: 'product/p2', to: 'product/p7' },
  { index: 'operation.deviceSeq', limit: 1 },
]

async function lookAt({ outbox }: Tables): Promise<unknown> {
  return {
    rows: await Promise.all(ranges.map((range) => outbox.range(range))),
    keys: await Promise.all(ranges.map((range) => outbox.keys(range))),
    counts: await Promise.all(ranges.map(({ limit: _all, ...range }) => outbox.count(range))),
    single: [await outbox.get(2), await outbox.bulkGet([3, 1, 99])],
  }
}

test('[RD8] rows that were marked are found, counted, changed and deleted as if each had been written', async () => {
  await assert(
    asyncProperty(array(record({ run: commands, isNextTransaction: nat(2) }), { maxLength: 12 }), async (steps) => {
      const [written, stored] = [createTables(), createTables()]
      // One tab, and another whose writes this one does not see.
      const sentRows = new SentRows()
      let marked = withMarkedOutbox(stored, { sentRows })
      for (const { run, isNextTransaction } of steps) {
        if (isNextTransaction > 0) marked = withMarkedOutbox(stored, isNextTransaction === 1 ? { sentRows } : {})
        await run(written)
        await run(marked)
        expect(await lookAt(marked)).toEqual(await lookAt(written))
      }
      expect(await lookAt(withMarkedOutbox(stored))).toEqual(await lookAt(written))
    }),
    { numRuns: 200 },
  )
})

test('[RD8] a request of rows that were never sent writes one row, which goes with them', async () => {
  const stored = createTables()
  const rowIds = Array.from({ length: 500 }, (_, at) => at + 1)
  await stored.outbox.bulkPut(rowIds.map((id) => freeRow(id, 50)))
  const before = await stored.outbox.range({})
  await rewrite(withMarkedOutbox(stored), rowIds, sentAt(7))
  expect(await stored.outbox.range({})).toEqual(before)
  expect(await stored.meta.range({})).toEqual([
    { key: sentMarksKey, value: [{ firstSentAt: 7, tenantId: 'tenant', order: -50, runs: [[1, 500]] }] },
  ])
  // Every second one is answered: more stretches than are ever made, and none of them is forgotten.
  const even = rowIds.filter((id) => id % 2 === 0)
  await withMarkedOutbox(stored).outbox.bulkDelete(even)
  const left = await withMarkedOutbox(stored).outbox.range({ index, from: ['sent', 0], to: ['sent', 0] })
  expect(left).toHaveLength(250)
  await withMarkedOutbox(stored).outbox.bulkDelete(rowIds)
  expect(await stored.meta.range({})).toEqual([])
})

test('[RD8] marks that cannot be read are said to be damaged: without them, what was sent would count as never sent', async () => {
  const stored = createTables()
  await stored.outbox.put(freeRow(1, 50))
  await stored.meta.put({ key: sentMarksKey, value: 'what' })
  await expect(withMarkedOutbox(stored).outbox.get(1)).rejects.toMatchObject({ code: 'corrupt' })
})

test('[RD8] the marks are nobody else’s', async () => {
  const stored = createTables()
  await stored.outbox.put(freeRow(1, 50))
  const tables = withMarkedOutbox(stored)
  await tables.meta.put({ key: 'a', value: 1 })
  await rewrite(tables, [1], sentAt(7))
  expect([await tables.meta.range({}), await tables.meta.count({})]).toEqual([[{ key: 'a', value: 1 }], 1])
})

test('[RD9] what was marked here is not read again while it has its mark, whoever asks, and what hides behind marks is not read at all', async () => {
  const stored = createTables()
  const rowIds = Array.from({ length: 20 }, (_, at) => at + 1)
  await stored.outbox.bulkPut(rowIds.map((id) => freeRow(id, 50)))
  let rowsRead = 0
  const note = (rows: readonly unknown[]): readonly unknown[] => {
    rowsRead += rows.length
    return rows
  }
  const { outbox } = stored
  const watched: RecordTables = {
    ...stored,
    outbox: {
      ...outbox,
      range: async (range) => note(await outbox.range(range)),
      bulkGet: async (keys) => note(await outbox.bulkGet(keys)),
    },
  }
  const sentRows = new SentRows()
  await rewrite(withMarkedOutbox(watched, { sentRows }), rowIds.slice(0, 10), sentAt(7))
  expect(rowsRead).toBe(10)
  const sent = await withMarkedOutbox(watched, { sentRows }).outbox.range({ index, from: ['sent', 0], to: ['sent', 0] })
  expect([sent.length, rowsRead]).toEqual([10, 10])
  const free = { index, from: ['free', -Infinity], to: ['free', Infinity], limit: 5 }
  expect(await withMarkedOutbox(watched, { sentRows }).outbox.range(free)).toEqual(
    rowIds.slice(10, 15).map((id) => freeRow(id, 50)),
  )
  expect(rowsRead).toBe(15)
  // Another tab writes one of them: it is read as it is now.
  await rewrite(withMarkedOutbox(stored), [3], (row) => ({ ...row, attempts: 4 }))
  expect(await withMarkedOutbox(watched, { sentRows }).outbox.get(3)).toMatchObject({ entryId: 3, attempts: 4 })
})
