import type { Schema } from '@rejoin/core'
import { ConfirmedRecords } from '../outbox/confirmed-records.ts'
import { parseEntries } from '../outbox/outbox-row.ts'
import type { RecordTables } from '../record-database/record-database.ts'
import type { RowKey } from '../record-database/row-key.ts'
import type { WrittenRows } from '../record-database/written-rows.ts'
import type { KnownEntries } from './known-entries.ts'
import { readByKeys, type RecordParts } from './read-records.ts'

export interface WrittenReading {
  readonly schema: Schema
  readonly entityType: string
  /** Where confirmed rows are read. */
  readonly side: 'confirmedA' | 'confirmedB'
  readonly written: readonly WrittenRows[]
  readonly entries: KnownEntries
  /** All entries of the entity's records are known, but for those that were written. */
  readonly isWhole: boolean
  /** With more keys than this, nothing is read. */
  readonly changesMax: number
}

/**
 * The records that what was written is about, each whole as it is in this transaction: a row that was settled and the entry that it settled
 * are never seen together. `undefined`: too many.
 */
export async function readWritten(tables: RecordTables, reading: WrittenReading): Promise<readonly RecordParts[] | undefined> {
  const { schema, entityType, side, written, entries, isWhole, changesMax } = reading
  const entryIds = keysOf(written, 'entries', entityType).filter(isNumber)
  const deleted = keysOf(written, 'deletedEntries', '').flatMap((id) => entries.recordOf(id) ?? [])
  const confirmed = keysOf(written, side, entityType).map(String)
  if (entryIds.length + confirmed.length > changesMax) return undefined
  const put = await readEntries(tables, entryIds)
  const keys = [...new Set([...confirmed, ...deleted, ...put.map(recordKeyOfEntry)])]
  if (keys.length > changesMax) return undefined
  if (!isWhole) return readByKeys(tables, schema, { entityType, keys })
  const asked = new Set(entryIds)
  const known = keys.flatMap((key) => entries.of(key)).filter((id) => !asked.has(id))
  const entriesByKey = Map.groupBy([...put, ...(await readEntries(tables, known))], recordKeyOfEntry)
  const rows = await (await ConfirmedRecords.open(tables, schema)).bulkGet(keys)
  return keys.map((key) => ({
    recordId: key.slice(entityType.length + 1),
    confirmed: rows.get(key),
    entries: (entriesByKey.get(key) ?? []).toSorted((left, right) => left.entryId - right.entryId),
  }))
}

async function readEntries({ outbox }: RecordTables, ids: readonly number[]): Promise<RecordParts['entries']> {
  if (ids.length === 0) return []
  const rows = await outbox.bulkGet(ids)
  return parseEntries(rows.filter((row) => row !== undefined))
}

function keysOf(
  written: readonly WrittenRows[],
  kind: Parameters<WrittenRows['keys']>[0],
  entityType: string,
): readonly RowKey[] {
  return [...new Set(written.flatMap((rows) => [...rows.keys(kind, entityType)]))]
}

function recordKeyOfEntry({ lanes: [own = ''] }: RecordParts['entries'][number]): string {
  return own
}

function isNumber(key: RowKey): key is number {
  return typeof key === 'number'
}
