import type { OrdinalRange } from './ordinal-ledger.ts'

/** Which row of the database holds which change. Ordinals are this tab's, sequence numbers the database's. */
export class ChangeBook {
  readonly #seqByOrdinal = new Map<number, number>()
  readonly #ordinalBySeq = new Map<number, number>()
  /** Settled before the database said which row they are in. */
  readonly #settledUnkept = new Set<number>()
  readonly #unkept = new Set<number>()
  #madeThrough = 0

  /** Whether no change is known that is dirty in the database. */
  get isClean(): boolean {
    return this.#ordinalBySeq.size === 0
  }

  /** Gives the next ordinal; with `seq` to a change that is in the database already. */
  make(seq?: number): number {
    this.#madeThrough++
    if (seq === undefined) this.#unkept.add(this.#madeThrough)
    else this.#pair(this.#madeThrough, seq)
    return this.#madeThrough
  }

  /** The row of a change. `true` where the change was settled before, so that the row is clean at once. */
  keep(ordinal: number, seq: number): boolean {
    this.#unkept.delete(ordinal)
    if (this.#settledUnkept.delete(ordinal)) return true
    this.#pair(ordinal, seq)
    return false
  }

  /** Forgets settled changes, and gives the rows that are clean now. */
  settle(ranges: readonly OrdinalRange[]): readonly number[] {
    const seqs: number[] = []
    for (const { from, through } of ranges) {
      for (let ordinal = from; ordinal <= through; ordinal++) {
        const seq = this.#seqByOrdinal.get(ordinal)
        if (seq !== undefined) {
          seqs.push(seq)
          this.#unpair(ordinal, seq)
        } else if (this.#unkept.has(ordinal)) {
          this.#settledUnkept.add(ordinal)
        }
      }
    }
    return seqs
  }

  /** The changes in these rows, which are clean now; rows of nobody's here are left out. */
  takeOrdinals(seqs: readonly number[]): readonly number[] {
    return seqs.flatMap((seq) => {
      const ordinal = this.#ordinalBySeq.get(seq)
      if (ordinal === undefined) return []
      this.#unpair(ordinal, seq)
      return [ordinal]
    })
  }

  /** Rows of unsettled changes. */
  seqs(): readonly number[] {
    return [...this.#ordinalBySeq.keys()]
  }

  hasSeq(seq: number): boolean {
    return this.#ordinalBySeq.has(seq)
  }

  #pair(ordinal: number, seq: number): void {
    this.#seqByOrdinal.set(ordinal, seq)
    this.#ordinalBySeq.set(seq, ordinal)
  }

  #unpair(ordinal: number, seq: number): void {
    this.#seqByOrdinal.delete(ordinal)
    this.#ordinalBySeq.delete(seq)
  }
}
