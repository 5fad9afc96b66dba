import type { RecordTable, RecordTables, RowKey } from './record-database.ts'
import type { ConfirmedRow, OutboxRow } from './record-rows.ts'

/** More keys of one transaction are not told one by one. */
const writtenKeysMax = 4_000

/** Confirmed rows by their key, entries that were put by their number, entries that were deleted by theirs. */
export type WrittenKind = 'confirmedA' | 'confirmedB' | 'entries' | 'deletedEntries'

/** Which rows were written, so that who shows some of them reads no others. */
export class WrittenRows {
  /** Too much to be told, or nobody knows: any row may be another one. */
  isEverything = false
  readonly #keysByPart = new Map<string, Set<RowKey>>()
  #count = 0

  /** `entityType` is empty for deleted entries: only the number of what is deleted is known. */
  add(kind: WrittenKind, entityType: string, key: RowKey): void {
    if (this.isEverything) return
    const keys = this.#keysByPart.get(`${kind}/${entityType}`)
    if (keys === undefined) this.#keysByPart.set(`${kind}/${entityType}`, new Set([key]))
    else keys.add(key)
    if (++this.#count > writtenKeysMax) this.addEverything()
  }

  addEverything(): void {
    this.isEverything = true
    this.#keysByPart.clear()
  }

  clear(): void {
    this.isEverything = false
    this.#keysByPart.clear()
  }

  get isEmpty(): boolean {
    return !this.isEverything && this.#keysByPart.size === 0
  }

  keys(kind: WrittenKind, entityType: string): ReadonlySet<RowKey> {
    return this.#keysByPart.get(`${kind}/${entityType}`) ?? none
  }

  /** `kind/entityType`, as it was added. */
  parts(): Iterable<readonly [part: string, keys: ReadonlySet<RowKey>]> {
    return this.#keysByPart
  }
}

const none: ReadonlySet<RowKey> = new Set()

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
