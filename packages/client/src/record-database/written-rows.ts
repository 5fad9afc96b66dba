import type { RowKey } from './row-key.ts'

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
