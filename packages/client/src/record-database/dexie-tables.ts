import { Dexie, type Collection, type Table, type Transaction } from 'dexie'
import { createDexie } from '../store/create-dexie.ts'
import type { ConnectedDatabase, IndexedDbHost } from '../store/store-connection.ts'
import { toStoreError } from '../store/store-failure.ts'
import { compareKeys } from './key-order.ts'
import { gatherMeta } from './gathered-meta.ts'
import { runsOf } from './key-runs.ts'
import { withMarkedOutbox } from './marked-outbox.ts'
import type { RecordTable, RecordTables, RowRange } from './record-database.ts'
import type { RowKey } from './row-key.ts'
import { recordSchemaVersion, tableSpecs } from './table-specs.ts'
import { withPackedConfirmed } from './packed-confirmed.ts'
import type { TabMemory } from './tab-memory.ts'
import { noteWrites } from './note-writes.ts'
import type { WrittenRows } from './written-rows.ts'

/** So many calls of one row each are not worth a plan. */
const singleCallsMax = 16
const rowsPerQuestion = 100

export interface RecordDexie extends ConnectedDatabase {
  /** What a transaction covers. */
  readonly all: readonly Table<unknown>[]
}

/** One connection that is not open yet. */
export function createRecordDexie(databaseName: string, host: IndexedDbHost): RecordDexie {
  const dexie = createDexie(databaseName, host)
  dexie.version(recordSchemaVersion).stores({ ...tableSpecs, identity: 'key' })
  return {
    dexie,
    identity: dexie.table('identity'),
    all: Object.keys(tableSpecs).map((name) => dexie.table(name)),
  }
}

/**
 * The tables of one transaction. They name it, because Dexie finds the transaction of a call by itself only as long as there are few
 * promises between two calls; after a hundred it forgets, and the browser commits too early. What is written is noted in `written`.
 * `flush` is to be called at the end.
 */
export function tablesOf(
  transaction: Transaction,
  { written, memory }: { readonly written: WrittenRows; readonly memory: TabMemory },
): { readonly tables: RecordTables; readonly flush: () => Promise<void> } {
  const stored = storedTablesOf(transaction)
  const { meta, flush } = gatherMeta(stored.meta)
  const packed = withPackedConfirmed({ ...stored, meta }, memory.packedRows)
  // That rows were marked as sent, or put into their places, changes nothing of what records are shown as, and is not noted.
  return { tables: withMarkedOutbox(noteWrites(packed, written), { sentRows: memory.sentRows }), flush }
}

/** As they are stored. */
export function storedTablesOf(transaction: Transaction): RecordTables {
  return {
    confirmedA: tableOf(transaction, 'confirmedA'),
    confirmedB: tableOf(transaction, 'confirmedB'),
    outbox: tableOf(transaction, 'outbox'),
    requests: tableOf(transaction, 'requests'),
    requestBodies: tableOf(transaction, 'requestBodies'),
    attention: tableOf(transaction, 'attention'),
    meta: tableOf(transaction, 'meta'),
  }
}

function tableOf<Row, Key extends RowKey>(transaction: Transaction, name: string): RecordTable<Row, Key> {
  const table: Table<unknown, Key, Row> = transaction.table(name)
  return {
    get: (key) => call(() => table.get(key)),
    bulkGet: (keys) => call(() => readMany(table, keys)),
    put: (row) => done(() => table.put(row)),
    bulkPut: (rows) => done(() => table.bulkPut(rows)),
    bulkDelete: (keys) => done(() => deleteMany(table, keys)),
    clear: () => done(() => table.clear()),
    range: (range) => call(() => collectionOf(table, range).toArray()),
    keys: (range) => call(() => collectionOf(table, range).primaryKeys()),
    count: (range) => call(() => collectionOf(table, range).count()),
  }
}

/** Where the stretch from the first to the last key holds few other rows, it is read in one go: each single look costs a message to another process. */
async function readMany<Row, Key extends RowKey>(
  table: Table<unknown, Key, Row>,
  keys: readonly Key[],
): Promise<readonly unknown[]> {
  if (keys.length <= singleCallsMax) return table.bulkGet([...keys])
  const sorted = keys.toSorted((left, right) => compareKeys(left, right))
  if (!isDense(sorted)) {
    const count = await stretchOf(table, sorted).count()
    if (count === 0) return keys.map(() => undefined)
    if (count > keys.length * 2) return table.bulkGet([...keys])
  }
  const rowByKey = new Map<unknown, unknown>()
  for (const rows of await Promise.all(partsOf(sorted).map((part) => stretchOf(table, part).toArray())))
    for (const row of rows) rowByKey.set(Dexie.getByKeyPath(Object(row), String(table.schema.primKey.keyPath)), row)
  return keys.map((key) => rowByKey.get(key))
}

function stretchOf<Row, Key extends RowKey>(
  table: Table<unknown, Key, Row>,
  sorted: readonly Key[],
): Collection<unknown, Key, Row> {
  return table.where(':id').between(sorted[0], sorted.at(-1), true, true)
}

/** The browser reads one part while another is on its way: half the time. */
function partsOf<Key>(sorted: readonly Key[]): readonly (readonly Key[])[] {
  return Array.from({ length: Math.ceil(sorted.length / rowsPerQuestion) }, (_, part) =>
    sorted.slice(part * rowsPerQuestion, (part + 1) * rowsPerQuestion),
  )
}

/** Between whole numbers that lie close together there is no room for many other rows. */
function isDense(sorted: readonly RowKey[]): boolean {
  const [first, last] = [sorted[0], sorted.at(-1)]
  return Number.isSafeInteger(first) && Number.isSafeInteger(last) && Number(last) - Number(first) < sorted.length * 2
}

/** Whole numbers in a row are deleted as one stretch, which costs no more than one of them. */
async function deleteMany<Row, Key extends RowKey>(table: Table<unknown, Key, Row>, keys: readonly Key[]): Promise<void> {
  const { runs, others } = runsOf(keys)
  await Promise.all([
    table.bulkDelete([...others]),
    ...runs.map(([first, last]) => table.where(':id').between(first, last, true, true).delete()),
  ])
}

/** An equality reads by one key; everything else by a stretch of the index. */
function collectionOf<Row, Key extends RowKey>(table: Table<unknown, Key, Row>, range: RowRange): Collection<unknown, Key, Row> {
  const { index = ':id', from, to, isFromOpen = false, isToOpen = false, limit } = range
  const where = table.where(index)
  const found = from === undefined && to === undefined ? table.orderBy(index) : stretch()
  return limit === undefined ? found : found.limit(limit)

  function stretch(): Collection<unknown, Key, Row> {
    if (from !== undefined && from === to && !isFromOpen && !isToOpen) return where.equals(from)
    if (from === undefined) return isToOpen ? where.below(to) : where.belowOrEqual(to)
    if (to === undefined) return isFromOpen ? where.above(from) : where.aboveOrEqual(from)
    return where.between(from, to, !isFromOpen, !isToOpen)
  }
}

/** What a table call throws is trouble of the store; what anything else throws inside a transaction is not. */
async function call<T>(run: () => PromiseLike<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw toStoreError(error)
  }
}

async function done(run: () => PromiseLike<unknown>): Promise<void> {
  await call(run)
}
