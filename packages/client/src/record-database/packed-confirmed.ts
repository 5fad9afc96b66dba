import { keyOf, rangeBelow } from './packed-range.ts'
import { PackedRows, rowIn, type ConfirmedSide } from './packed-rows.ts'
import { packListKey, Packs, type PackedTables, type PackList } from './packs.ts'
import type { ConfirmedTable, RecordTable, RowRange } from './record-database.ts'
import type { ConfirmedRow, MetaRow } from './record-rows.ts'

/**
 * The same tables. Many confirmed rows that come together are kept as one row for all of them, a tenth of the work, and put into their places
 * when there is time (`unpack`). Whoever reads the tables sees them as if each had been written. A later pack stands above an earlier one, and all
 * of them above what is in its place.
 */
export function withPackedConfirmed<Tables extends PackedTables>(tables: Tables, packed = new PackedRows()): Tables {
  const packs = new Packs(tables, packed)
  return {
    ...tables,
    confirmedA: packedTable(tables.confirmedA, { packs, side: 'A' }),
    confirmedB: packedTable(tables.confirmedB, { packs, side: 'B' }),
    meta: withoutPacks(tables.meta),
  }
}

/** Puts the rows of the oldest pack into their places. `false` where there is none left then. */
export async function unpack(tables: PackedTables, packed: PackedRows): Promise<boolean> {
  const packs = new Packs(tables, packed)
  const list = await packs.list()
  const side = oldestSide(list)
  if (side === undefined) return false
  await packs.unpackOldest(side)
  return list.A.length + list.B.length > 1
}

function oldestSide({ A: [a], B: [b] }: PackList): ConfirmedSide | undefined {
  if (a === undefined || b === undefined) return a === undefined ? (b === undefined ? undefined : 'B') : 'A'
  return a.id < b.id ? 'A' : 'B'
}

function packedTable(
  table: ConfirmedTable,
  { packs, side }: { readonly packs: Packs; readonly side: ConfirmedSide },
): ConfirmedTable {
  const bulkGet = async (keys: readonly string[]): Promise<readonly unknown[]> => {
    const above = await packs.of(side)
    if (above.length === 0) return table.bulkGet(keys)
    const rows = keys.map((key) => rowIn(above, key))
    const missing = keys.filter((_key, at) => rows[at] === undefined)
    if (missing.length === 0) return rows
    const found = await table.bulkGet(missing)
    let next = 0
    return rows.map((row) => row ?? found[next++])
  }
  const bulkPut = async (rows: readonly ConfirmedRow[]): Promise<void> => {
    if (rows.length >= packs.packFrom) return packs.add(side, rows)
    const above = await packs.readable(side)
    const covered = rows.filter(({ key }) => above === undefined || above.some((pack) => pack.has(key)))
    if (covered.length > 0) await packs.add(side, covered)
    const free = covered.length === 0 ? rows : rows.filter((row) => !covered.includes(row))
    if (free.length > 0) await table.bulkPut(free)
  }
  const range = async (asked: RowRange): Promise<readonly unknown[]> => {
    const above = await packs.of(side)
    return above.length === 0 ? table.range(asked) : rangeBelow(table, { packs: above, keys: await packs.keysOf(side) }, asked)
  }
  return {
    get: async (key) => (await bulkGet([key]))[0],
    bulkGet,
    put: (row) => bulkPut([row]),
    bulkPut,
    bulkDelete: async (keys) => {
      await packs.unpackAll(side)
      await table.bulkDelete(keys)
    },
    clear: async () => {
      await packs.clear(side)
      await table.clear()
    },
    range,
    keys: async (asked) => (await range(asked)).map(keyOf),
    count: async (asked) => ((await packs.of(side)).length === 0 ? table.count(asked) : (await range(asked)).length),
  }
}

function withoutPacks(meta: RecordTable<MetaRow, string>): RecordTable<MetaRow, string> {
  const range = async (asked: RowRange): Promise<readonly unknown[]> => {
    const { limit, ...whole } = asked
    return (await meta.range(whole)).filter((row) => !isPackKey(keyOf(row))).slice(0, limit)
  }
  const keys = async (asked: RowRange): Promise<readonly string[]> => (await range(asked)).map(keyOf)
  return { ...meta, range, keys, count: async (asked) => (await range(asked)).length }
}

function isPackKey(key: string): boolean {
  return key === packListKey || key.startsWith('pack/')
}
