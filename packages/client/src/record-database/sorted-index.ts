import { compareKeys } from './key-order.ts'
import type { RowRange } from './record-database.ts'
import type { IndexKey, RowKey } from './row-key.ts'

interface IndexedKey {
  readonly at: IndexKey
  readonly key: RowKey
}

/** Reads the index keys of a row. `spec` is one part of a table's spec. */
export function readIndexKeys(spec: string, row: unknown): readonly IndexKey[] {
  if (spec.startsWith('*')) {
    const list = memberAt(row, spec.slice(1))
    return Array.isArray(list) ? [...new Set(list.filter(isRowKey))] : []
  }
  if (!spec.startsWith('[')) {
    const value = memberAt(row, spec)
    return isRowKey(value) ? [value] : []
  }
  const values = spec
    .slice(1, -1)
    .split('+')
    .map((path) => memberAt(row, path))
  return values.every(isRowKey) ? [values] : []
}

function memberAt(row: unknown, path: string): unknown {
  let value: unknown = row
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, name)
  }
  return value
}

function isRowKey(value: unknown): value is RowKey {
  return typeof value === 'string' || typeof value === 'number'
}

/** Primary keys in the order of one index: a sorted list, which is quick enough for what fits a page's memory. */
export class SortedIndex {
  readonly #sorted: IndexedKey[] = []

  add(at: IndexKey, key: RowKey): void {
    this.#sorted.splice(this.#place({ at, key }), 0, { at, key })
  }

  delete(at: IndexKey, key: RowKey): void {
    const place = this.#place({ at, key })
    const found = this.#sorted[place]
    if (found !== undefined && compareIndexed(found, { at, key }) === 0) this.#sorted.splice(place, 1)
  }

  clear(): void {
    this.#sorted.length = 0
  }

  keysIn({ from, to, isFromOpen = false, isToOpen = false, limit = Infinity }: RowRange): readonly RowKey[] {
    const start = from === undefined ? 0 : this.#firstFrom(from, isFromOpen)
    const end = to === undefined ? this.#sorted.length : this.#firstFrom(to, !isToOpen)
    return this.#sorted.slice(start, Math.max(start, Math.min(end, start + limit))).map(({ key }) => key)
  }

  /** Where the first entry at (or, with `isAfter`, after) this index key stands. */
  #firstFrom(at: IndexKey, isAfter: boolean): number {
    return this.#search((entry) => {
      const order = compareKeys(entry.at, at)
      return isAfter ? order > 0 : order >= 0
    })
  }

  #place(wanted: IndexedKey): number {
    return this.#search((entry) => compareIndexed(entry, wanted) >= 0)
  }

  #search(isAtOrAfter: (entry: IndexedKey) => boolean): number {
    let [low, high] = [0, this.#sorted.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const entry = this.#sorted[middle]
      if (entry !== undefined && isAtOrAfter(entry)) high = middle
      else low = middle + 1
    }
    return low
  }
}

function compareIndexed(left: IndexedKey, right: IndexedKey): number {
  return compareKeys(left.at, right.at) || compareKeys(left.key, right.key)
}
