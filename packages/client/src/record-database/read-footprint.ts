import { RangeSet, rangesOverlap, type IndexableType, type IntervalTree } from 'dexie'
import { sentMarksKey } from './marked-outbox.ts'
import { packListKey } from './packs.ts'
import type { RecordTable, RecordTableName, RecordTables, RowRange } from './record-database.ts'
import type { RowKey } from './row-key.ts'

/** What Dexie tells of a change: for each table and index, the stretches in which something changed. */
export type ChangedParts = Readonly<Record<string, IntervalTree>>

/** Every key lies between these two: a list inside a list comes after every key of ours. */
const everything: { readonly from: IndexableType; readonly to: IndexableType } = { from: -Infinity, to: [[]] }

/** Which stretches of which indexes a read looked at, in the words in which Dexie tells of changes. */
export class ReadFootprint {
  readonly #databaseName: string
  readonly #rangesByPart = new Map<string, RangeSet>()

  constructor(databaseName: string) {
    this.#databaseName = databaseName
  }

  /** The same tables; what is read through them is noted. */
  watch(tables: RecordTables): RecordTables {
    return {
      confirmedA: this.#watch('confirmedA', 'key', tables.confirmedA),
      confirmedB: this.#watch('confirmedB', 'key', tables.confirmedB),
      outbox: this.#watch('outbox', 'entryId', tables.outbox),
      requests: this.#watch('requests', 'entryId', tables.requests),
      requestBodies: this.#watch('requestBodies', 'bodyId', tables.requestBodies),
      attention: this.#watch('attention', 'id', tables.attention),
      meta: this.#watch('meta', 'key', tables.meta),
    }
  }

  /** This row is looked at. */
  note(name: RecordTableName, key: RowKey): void {
    this.#part(name).addKey(key)
  }

  isTouchedBy(parts: ChangedParts): boolean {
    return Object.entries(parts).some(([part, changed]) => {
      // A page that was put away and is shown again is told of everything.
      if (part === 'all') return true
      const looked = this.#rangesByPart.get(part)
      return looked !== undefined && rangesOverlap(looked, changed)
    })
  }

  #watch<Row, Key extends RowKey>(name: string, primaryKey: string, table: RecordTable<Row, Key>): RecordTable<Row, Key> {
    return {
      ...table,
      get: (key) => {
        this.#part(name).addKey(key)
        return table.get(key)
      },
      bulkGet: (keys) => {
        this.#part(name).addKeys([...keys])
        return table.bulkGet(keys)
      },
      range: async (range) => {
        this.#look(name, range)
        const rows = await table.range(range)
        // A row whose place in the index stays the same is told by its key alone.
        this.#part(name).addKeys(rows.flatMap((row) => keyOf(row, primaryKey)))
        return rows
      },
      keys: async (range) => {
        this.#look(name, range)
        const keys = await table.keys(range)
        this.#part(name).addKeys([...keys])
        return keys
      },
      count: (range) => {
        this.#look(name, range)
        this.#part(name, ':dels').add(everything)
        return table.count(range)
      },
    }
  }

  /** Ends count as closed: reading once too often does no harm. */
  #look(name: string, { index = '', from, to }: RowRange): void {
    this.#part(name, index).add({ from: from ?? everything.from, to: to ?? everything.to })
  }

  #part(name: string, index = ''): RangeSet {
    // What was sent is said there.
    if (name === 'outbox') this.#part('meta').addKey(sentMarksKey)
    if (name === 'confirmedA' || name === 'confirmedB') this.#part('meta').addKey(packListKey)
    const part = `idb://${this.#databaseName}/${name}/${index}`
    const known = this.#rangesByPart.get(part)
    if (known !== undefined) return known
    const made = new RangeSet()
    this.#rangesByPart.set(part, made)
    return made
  }
}

function keyOf(row: unknown, primaryKey: string): RowKey[] {
  const key: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, primaryKey) : undefined
  return typeof key === 'string' || typeof key === 'number' ? [key] : []
}
