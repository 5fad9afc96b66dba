import type { JsonObject, JsonValue, RecordRow, Schema } from '@rejoin/core'
import { ConfirmedRecords, parseConfirmed } from '../outbox/confirmed-records.ts'
import type { OperationEntry } from '../outbox/outbox-entry.ts'
import { parseEntries } from '../outbox/outbox-row.ts'
import { readPages } from '../record-database/read-pages.ts'
import type { RecordTables } from '../record-database/record-database.ts'
import { entityRange, termOf } from '../record-database/record-key.ts'

/** What a record is folded from. */
export interface RecordParts {
  readonly recordId: string
  readonly confirmed: RecordRow | undefined
  readonly entries: readonly OperationEntry[]
}

/** More records than this are not looked up one by one. */
const lookupsMax = 500

export async function readRecord(
  tables: RecordTables,
  schema: Schema,
  record: { readonly entityType: string; readonly recordId: string },
): Promise<RecordParts> {
  const key = `${record.entityType}/${record.recordId}`
  const confirmed = await (await ConfirmedRecords.open(tables, schema)).get(key)
  return { recordId: record.recordId, confirmed, entries: await entriesOf(tables, key) }
}

export interface Candidates {
  readonly records: readonly RecordParts[]
  /** They are all records of the entity. */
  readonly isWhole: boolean
}

/** All records that may be equal to `where`: more than those, never fewer. Indexed fields are looked up, by what is confirmed and by what is pending. */
export async function readCandidates(
  tables: RecordTables,
  schema: Schema,
  { entityType, where }: { readonly entityType: string; readonly where: JsonObject },
): Promise<Candidates> {
  const term = lookupTerm(schema, entityType, where)
  const keys = term === undefined ? undefined : await keysByTerm(tables, schema, term)
  if (keys === undefined || keys.length > lookupsMax) return { records: await readAll(tables, schema, entityType), isWhole: true }
  return { records: await readByKeys(tables, schema, { entityType, keys }), isWhole: false }
}

/** Each is looked up by itself. Of what is not there the parts are empty. */
export async function readByKeys(
  tables: RecordTables,
  schema: Schema,
  { entityType, keys }: { readonly entityType: string; readonly keys: readonly string[] },
): Promise<readonly RecordParts[]> {
  const confirmed = await (await ConfirmedRecords.open(tables, schema)).bulkGet(keys)
  const entries = await Promise.all(keys.map((key) => entriesOf(tables, key)))
  return keys.map((key, index) => ({
    recordId: key.slice(entityType.length + 1),
    confirmed: confirmed.get(key),
    entries: entries[index] ?? [],
  }))
}

function lookupTerm(schema: Schema, entityType: string, where: JsonObject): string | undefined {
  const field = schema.entities[entityType]?.indexes.find((name) => Object.hasOwn(where, name))
  const value: JsonValue | undefined = field === undefined ? undefined : where[field]
  return field === undefined || value === undefined ? undefined : termOf(entityType, field, value)
}

async function keysByTerm(tables: RecordTables, schema: Schema, term: string): Promise<readonly string[]> {
  const lookup = { index: 'terms', from: term, to: term, limit: lookupsMax + 1 }
  const { current } = await ConfirmedRecords.open(tables, schema)
  const [confirmed, pending] = await Promise.all([current.range(lookup), tables.outbox.range(lookup)])
  const keys = [...confirmed.map((row) => parseConfirmed(row).key), ...parseEntries(pending).map(({ lanes: [own = ''] }) => own)]
  return [...new Set(keys)]
}

async function readAll(tables: RecordTables, schema: Schema, entityType: string): Promise<readonly RecordParts[]> {
  const range = entityRange(entityType)
  const { current } = await ConfirmedRecords.open(tables, schema)
  const confirmed = await readPages(current, { ...range, primaryKey: 'key' }, (page) => page.map(parseConfirmed))
  const partsByKey = new Map<string, RecordParts & { readonly entries: OperationEntry[] }>()
  for (const { key, row } of confirmed) {
    partsByKey.set(key, { recordId: row.recordId, confirmed: row, entries: [] })
  }
  for (const entry of await entriesOfEntity(tables, entityType)) {
    const [key = ''] = entry.lanes
    const parts = partsByKey.get(key)
    if (parts !== undefined) parts.entries.push(entry)
    else partsByKey.set(key, { recordId: entry.operation.recordId, confirmed: undefined, entries: [entry] })
  }
  return [...partsByKey.values()]
}

async function entriesOf({ outbox }: RecordTables, key: string): Promise<readonly OperationEntry[]> {
  return parseEntries(await outbox.range({ index: 'recordKey', from: key, to: key }))
}

/** Of the whole entity, in the order in which things were done. */
async function entriesOfEntity(tables: RecordTables, entityType: string): Promise<readonly OperationEntry[]> {
  const count = await tables.outbox.count({ index: 'recordKey', ...entityRange(entityType) })
  if (count === 0) return []
  if (count <= lookupsMax) {
    const entries = parseEntries(await tables.outbox.range({ index: 'recordKey', ...entityRange(entityType) }))
    return entries.toSorted((left, right) => left.entryId - right.entryId)
  }
  return readPages(tables.outbox, { primaryKey: 'entryId' }, (page) =>
    parseEntries(page).filter(({ lanes: [own = ''] }) => own.startsWith(`${entityType}/`)),
  )
}
