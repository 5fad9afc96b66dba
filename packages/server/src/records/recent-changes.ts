import { charactersOf } from '@rejoin/core'
import type { ChangesPage, RecordKey, StoredRecord } from './record-store.ts'

export interface RecentChangesBounds {
  /** Versions kept at most; a device that pushes again and again stands well within them. */
  readonly versionsMax: number
  /** Characters of their fields at most, roughly. */
  readonly charactersMax: number
}

const defaultBounds: RecentChangesBounds = { versionsMax: 4_000, charactersMax: 1_000_000 }

/**
 * The last changes of a tenant, so that a device that is nearly up to date costs no read of the store. Knows nothing from before its first
 * change, and starts anew where another process has come between.
 */
export class RecentChanges {
  readonly #bounds: RecentChangesBounds
  #head = 0
  /** Everything after this sequence number is here. */
  #floor = 0
  /** In order of `seq`; a record that changed again is in it twice. */
  #kept: StoredRecord[] = []
  #characters = 0
  readonly #seqByKey = new Map<string, number>()

  constructor(bounds: RecentChangesBounds = defaultBounds) {
    this.#bounds = bounds
  }

  add({ from, to, records }: { readonly from: number; readonly to: number; readonly records: readonly StoredRecord[] }): void {
    if (from !== this.#head) this.#forgetAll(from)
    for (const record of records) {
      this.#kept.push(record)
      this.#characters += charactersOf(record.fields)
      this.#seqByKey.set(keyOf(record), record.seq)
    }
    this.#head = to
    const { versionsMax, charactersMax } = this.#bounds
    if (this.#kept.length > versionsMax || this.#characters > charactersMax) this.#forgetHalf()
  }

  /** Keeps nothing but where the feed stands. */
  forget(): void {
    this.#forgetAll(this.#head)
  }

  /** `undefined` where the store has to be asked. */
  page({ afterSeq, limit }: { readonly afterSeq: number; readonly limit: number }): ChangesPage | undefined {
    if (afterSeq < this.#floor || afterSeq > this.#head || this.#head === 0) return undefined
    const facts = { head: this.#head, purgedThrough: this.#floor }
    const records: StoredRecord[] = []
    for (let index = this.#firstAfter(afterSeq); index < this.#kept.length; index++) {
      const record = this.#kept[index]
      if (record === undefined || this.#seqByKey.get(keyOf(record)) !== record.seq) continue
      const lastSeq = records.at(-1)?.seq
      if (records.length >= limit && lastSeq !== undefined && record.seq !== lastSeq)
        return { records, throughSeq: lastSeq, ...facts }
      records.push(record)
    }
    return { records, throughSeq: this.#head, ...facts }
  }

  #forgetAll(floor: number): void {
    this.#floor = floor
    this.#kept = []
    this.#characters = 0
    this.#seqByKey.clear()
  }

  /** Half, so that it is seldom done. */
  #forgetHalf(): void {
    const versionsLeft = this.#bounds.versionsMax / 2
    const charactersLeft = this.#bounds.charactersMax / 2
    let count = 0
    for (const record of this.#kept) {
      if (this.#kept.length - count <= versionsLeft && this.#characters <= charactersLeft) break
      count += 1
      this.#floor = record.seq
      this.#characters -= charactersOf(record.fields)
      if (this.#seqByKey.get(keyOf(record)) === record.seq) this.#seqByKey.delete(keyOf(record))
    }
    this.#kept.splice(0, count)
  }

  #firstAfter(seq: number): number {
    let low = 0
    let high = this.#kept.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#kept[middle]?.seq ?? 0) > seq) high = middle
      else low = middle + 1
    }
    return low
  }
}

function keyOf({ entityType, recordId }: RecordKey): string {
  return `${entityType}/${recordId}`
}
