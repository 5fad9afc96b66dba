import { compareKeys } from './key-order.ts'
import { rowIn, type Pack } from './packed-rows.ts'
import type { ConfirmedTable, RowRange } from './record-database.ts'
import { isIn } from './row-range.ts'

export interface Above {
  /** The later ones first. */
  readonly packs: readonly Pack[]
  /** All their keys, each once, in order. */
  readonly keys: readonly string[]
}

/** A stretch of a table with packs above it. */
export function rangeBelow(table: ConfirmedTable, above: Above, asked: RowRange): Promise<readonly unknown[]> {
  return asked.index === undefined ? rangeByKey(table, above, asked) : rangeByTerm(table, above, asked)
}

async function rangeByKey(
  table: ConfirmedTable,
  above: Above,
  { limit = Infinity, ...asked }: RowRange,
): Promise<readonly unknown[]> {
  const packed = above.keys.filter((key) => isIn(key, asked))
  const rows: unknown[] = []
  let next = 0
  const takeBefore = (key: string | undefined): void => {
    for (let at = packed[next]; at !== undefined && (key === undefined || at < key); at = packed[++next])
      rows.push(rowIn(above.packs, at))
  }
  for (let after: Partial<RowRange> = {}; rows.length < limit;) {
    const page = await table.range({ ...asked, ...after, ...(limit !== Infinity && { limit }) })
    for (const row of page) {
      takeBefore(keyOf(row))
      if (rowIn(above.packs, keyOf(row)) === undefined) rows.push(row)
    }
    if (page.length < limit) {
      takeBefore(undefined)
      break
    }
    after = { from: keyOf(page.at(-1)), isFromOpen: true }
  }
  return rows.slice(0, limit)
}

/** What is found in its place and has a packed row above it is not what it was. */
async function rangeByTerm(table: ConfirmedTable, above: Above, { limit, ...asked }: RowRange): Promise<readonly unknown[]> {
  const stored = new Map((await table.range(asked)).map((row) => [keyOf(row), row]))
  for (const key of above.keys) stored.set(key, rowIn(above.packs, key))
  const entries = [...stored].flatMap(([key, row]) =>
    termsOf(row).flatMap((term) => (isIn(term, asked) ? [{ place: [term, key], row }] : [])),
  )
  entries.sort((left, right) => compareKeys(left.place, right.place))
  return entries.slice(0, limit).map(({ row }) => row)
}

/** The table's own key: no row is without it, however damaged. */
export function keyOf(row: unknown): string {
  const key: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, 'key') : undefined
  return typeof key === 'string' ? key : ''
}

function termsOf(row: unknown): readonly string[] {
  const terms: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, 'terms') : undefined
  return Array.isArray(terms) ? [...new Set(terms.filter((term) => typeof term === 'string'))] : []
}
