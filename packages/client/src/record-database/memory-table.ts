import type { RecordTable, RowRange } from './record-database.ts'
import type { RowKey } from './row-key.ts'
import { readIndexKeys, SortedIndex } from './sorted-index.ts'

/** A table in memory. Synchronous inside; what it did since `begin` can be undone. */
export class MemoryTable {
  readonly #rowByKey = new Map<RowKey, unknown>()
  readonly #indexBySpec: ReadonlyMap<string, SortedIndex>
  readonly #primary: string
  /** What rows were before the transaction under way touched them. */
  readonly #before = new Map<RowKey, unknown>()

  constructor(spec: string) {
    const [primary = '', ...others] = spec.split(', ')
    this.#primary = primary
    this.#indexBySpec = new Map([primary, ...others].map((part) => [part, new SortedIndex()]))
  }

  get(key: RowKey): unknown {
    return this.#rowByKey.get(key)
  }

  put(row: unknown): void {
    const [key] = readIndexKeys(this.#primary, row)
    if (typeof key !== 'string' && typeof key !== 'number') throw new Error(`a row without ${this.#primary}`)
    this.#set(key, row)
  }

  delete(key: RowKey): void {
    this.#set(key, undefined)
  }

  keys(): readonly RowKey[] {
    return [...this.#rowByKey.keys()]
  }

  keysIn(range: RowRange): readonly RowKey[] {
    return this.#index(range.index).keysIn(range)
  }

  /** Whether the transaction under way changed it. */
  get isTouched(): boolean {
    return this.#before.size > 0
  }

  commit(): void {
    this.#before.clear()
  }

  undo(): void {
    for (const [key, row] of this.#before) this.#set(key, row)
    this.#before.clear()
  }

  #set(key: RowKey, row: unknown): void {
    const old = this.#rowByKey.get(key)
    if (!this.#before.has(key)) this.#before.set(key, old)
    for (const [spec, index] of this.#indexBySpec) {
      if (old !== undefined) for (const at of readIndexKeys(spec, old)) index.delete(at, key)
      if (row !== undefined) for (const at of readIndexKeys(spec, row)) index.add(at, key)
    }
    if (row === undefined) this.#rowByKey.delete(key)
    else this.#rowByKey.set(key, row)
  }

  #index(name: string = this.#primary): SortedIndex {
    const found = this.#indexBySpec.get(name) ?? this.#indexBySpec.get(`*${name}`)
    if (found === undefined) throw new Error(`there is no index ${name}`)
    return found
  }
}

/** The table as a transaction sees it, for as long as `check` does not throw. */
export function tableOf<Row, Key extends RowKey>(table: MemoryTable, check: (isWrite: boolean) => void): RecordTable<Row, Key> {
  const read = <T>(run: () => T): Promise<T> => {
    check(false)
    return Promise.resolve(run())
  }
  const write = (run: () => void): Promise<void> => {
    check(true)
    run()
    return Promise.resolve()
  }
  return {
    get: async (key) => read(() => table.get(key)),
    bulkGet: async (keys) => read(() => keys.map((key) => table.get(key))),
    put: async (row) => write(() => table.put(row)),
    bulkPut: async (rows) => write(() => rows.forEach((row) => table.put(row))),
    bulkDelete: async (keys) => write(() => keys.forEach((key) => table.delete(key))),
    clear: async () => write(() => table.keys().forEach((key) => table.delete(key))),
    range: async (range) => read(() => table.keysIn(range).map((key) => table.get(key))),
    keys: async (range) => read(() => table.keysIn(range).filter(isKeyOf<Key>)),
    count: async (range) => read(() => table.keysIn(range).length),
  }
}

/** All keys of a table are of its own kind: only its rows gave it any. */
function isKeyOf<Key extends RowKey>(key: RowKey): key is Key {
  return key !== ''
}
