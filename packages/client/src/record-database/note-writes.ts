import type { RecordTable, RecordTables } from './record-database.ts'
import type { ConfirmedRow, OutboxRow } from './record-rows.ts'
import type { RowKey } from './row-key.ts'
import type { WrittenRows } from './written-rows.ts'

/** The same tables; what is written through them is noted. Which side is read, and what has a place in `meta`, is for the reader to look at. */
export function noteWrites(tables: RecordTables, written: WrittenRows): RecordTables {
  return {
    ...tables,
    confirmedA: noteConfirmed(tables.confirmedA, 'confirmedA', written),
    confirmedB: noteConfirmed(tables.confirmedB, 'confirmedB', written),
    outbox: noteTable(tables.outbox, written, {
      put: ({ recordKey, entryId }: OutboxRow) => written.add('entries', entityOf(recordKey), entryId),
      delete: (entryId) => written.add('deletedEntries', '', entryId),
    }),
  }
}

function noteConfirmed(
  table: RecordTables['confirmedA'],
  kind: 'confirmedA' | 'confirmedB',
  written: WrittenRows,
): RecordTables['confirmedA'] {
  const note = (key: string): void => written.add(kind, entityOf(key), key)
  return noteTable(table, written, { put: ({ key }: ConfirmedRow) => note(key), delete: note })
}

function noteTable<Row, Key extends RowKey>(
  table: RecordTable<Row, Key>,
  written: WrittenRows,
  note: { readonly put: (row: Row) => void; readonly delete: (key: Key) => void },
): RecordTable<Row, Key> {
  return {
    ...table,
    put: (row) => {
      note.put(row)
      return table.put(row)
    },
    bulkPut: (rows) => {
      for (const row of rows) note.put(row)
      return table.bulkPut(rows)
    },
    bulkDelete: (keys) => {
      for (const key of keys) note.delete(key)
      return table.bulkDelete(keys)
    },
    clear: () => {
      written.addEverything()
      return table.clear()
    },
  }
}

function entityOf(recordKey: string): string {
  return recordKey.slice(0, recordKey.indexOf('/'))
}
