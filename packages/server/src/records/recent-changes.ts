import type { ChangesPage, RecordKey, StoredRecord } from './record-store.ts'

/** Versions kept; a device that pushes again and again stands well within them. */
const versionsMax = 2_000

/**
 * The last changes of a tenant, so that a device that is nearly up to date costs no read of the store. Knows nothing from before its first
 * change, and starts anew where another process has come between.
 */
export class RecentChanges {
  #head = 0
  /** Everything after this sequence number is here. */
  #floor = 0
  /** In order of `seq`; a record that changed again is in it twice. */
  #kept: StoredRecord[] = []
  readonly #seqByKey = new Map<string, number>()
  readonly #keptMax: number

  constructor(keptMax: number = versionsMax) {
    this.#keptMax = keptMax
  }

  add({ from, to, records }: { readonly from: number; readonly to: number; readonly records: readonly StoredRecord[] }): void {
    if (from !== this.#head) {
      this.#floor = from
      this.#kept = []
      this.#seqByKey.clear()
    }
    for (const record of records) {
      this.#kept.push(record)
      this.#seqByKey.set(keyOf(record), record.seq)
    }
    this.#head = to
    if (this.#kept.length > 2 * this.#keptMax) this.#forgetSome()
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

  #forgetSome(): void {
    const forgotten = this.#kept.splice(0, this.#kept.length - this.#keptMax)
    this.#floor = forgotten.at(-1)?.seq ?? this.#floor
    for (const record of forgotten) if (this.#seqByKey.get(keyOf(record)) === record.seq) this.#seqByKey.delete(keyOf(record))
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
