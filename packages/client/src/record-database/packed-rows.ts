import { compareKeys } from './key-order.ts'
import type { ConfirmedRow } from './record-rows.ts'

export type ConfirmedSide = 'A' | 'B'

/** One row of `meta` with many confirmed rows. `name` says which: no two of one database are alike. */
export interface PackName {
  readonly id: number
  readonly name: string
}

export type Pack = ReadonlyMap<string, ConfirmedRow>

/** Shorter lists are written row by row. */
const packFrom = 64

/** What one tab remembers of packs between transactions: they never change, so that each is read at most once. */
export class PackedRows {
  readonly packFrom: number
  /** Packs that were made here. */
  madeCount = 0
  readonly #packByName = new Map<string, Pack>()
  #sorted: { readonly names: string; readonly keys: readonly string[] } | undefined

  constructor(options: { readonly packFrom?: number } = {}) {
    this.packFrom = options.packFrom ?? packFrom
  }

  find({ id, name }: PackName): Pack | undefined {
    return this.#packByName.get(`${id} ${name}`)
  }

  keep({ id, name }: PackName, pack: Pack): void {
    this.#packByName.set(`${id} ${name}`, pack)
  }

  /** Of packs that there are no more. */
  retain(names: readonly PackName[]): void {
    const kept = new Set(names.map(({ id, name }) => `${id} ${name}`))
    for (const name of this.#packByName.keys()) if (!kept.has(name)) this.#packByName.delete(name)
  }

  /** All keys of these packs, each once, in order. */
  keysOf(names: readonly PackName[], packs: readonly Pack[]): readonly string[] {
    const joined = names.map(({ id, name }) => `${id} ${name}`).join('\n')
    if (this.#sorted?.names !== joined) {
      const keys = [...new Set(packs.flatMap((pack) => [...pack.keys()]))].toSorted(compareKeys)
      this.#sorted = { names: joined, keys }
    }
    return this.#sorted.keys
  }
}

/** A hash of what is in it: what the server says of a record at one number is always the same. */
export function nameOf(rows: readonly ConfirmedRow[]): string {
  let hash = 0x811c9dc5
  for (const { key, row } of rows) {
    const text = `${key}@${row.seq}.${row.version}`
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  return `${rows.length} ${(hash >>> 0).toString(36)}`
}

/** The row that stands above all others; `undefined` where none of these packs has it. */
export function rowIn(packs: readonly Pack[], key: string): ConfirmedRow | undefined {
  for (const pack of packs) {
    const row = pack.get(key)
    if (row !== undefined) return row
  }
  return undefined
}
