import type { AppendRequest, AppendResult } from '../relay/document-store.ts'
import { plainCodec } from './stored-value.ts'
import type { StringTable } from './string-table.ts'

/** What fits into one transaction; more waits for the next. */
const transactionBytesMax = 16 * 1024 * 1024
const bytesAtFirst = 64 * 1024
const numbersAtFirst = 4 * 1024

/**
 * Many appends in two buffers: handing thousands of small objects to another thread would cost more than writing them.
 * `numbers` holds for each append: tenant, document, generation (numbers of strings), afterSeq, rows, bindings; then for each row: author
 * (−1: none), at, bytes; then for each binding: client, user. `bytes` holds the stored values one after another.
 */
export interface PackedAppends {
  readonly numbers: Float64Array<ArrayBuffer>
  readonly numberCount: number
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly addedStrings: readonly string[]
  readonly forgetStrings: boolean
}

/** Everything that is to be committed together, packed as it comes: the callers' bytes are copied once, here. */
export class AppendBatch {
  readonly #settlers: PromiseWithResolvers<AppendResult>[] = []
  /** The sequence number that each append reaches, if it is not stale. */
  readonly #seqs: number[] = []
  readonly #strings: StringTable
  readonly #forgetStrings: boolean
  #numbers: Float64Array<ArrayBuffer>
  #numberCount = 0
  #bytes: Uint8Array<ArrayBuffer>
  #byteCount = 0

  constructor(strings: StringTable, spare?: SpareBuffers) {
    this.#strings = strings
    this.#forgetStrings = strings.forgetIfFull()
    this.#numbers = spare?.numbers ?? new Float64Array(numbersAtFirst)
    this.#bytes = spare?.bytes ?? new Uint8Array(bytesAtFirst)
  }

  get isFull(): boolean {
    return this.#byteCount >= transactionBytesMax
  }

  add(tenant: string, { document, generation, afterSeq, rows, bindings }: AppendRequest): Promise<AppendResult> {
    const strings = this.#strings
    this.#reserveNumbers(6 + 3 * rows.length + 2 * bindings.length)
    const numbers = this.#numbers
    let at = this.#numberCount
    numbers[at++] = strings.numberOf(tenant)
    numbers[at++] = strings.numberOf(document)
    numbers[at++] = strings.numberOf(generation)
    numbers[at++] = afterSeq
    numbers[at++] = rows.length
    numbers[at++] = bindings.length
    for (const row of rows) {
      numbers[at++] = row.user === null ? -1 : strings.numberOf(row.user)
      numbers[at++] = row.at
      numbers[at++] = row.update.byteLength + 1
      this.#addValue(row.update)
    }
    for (const { client, user } of bindings) {
      numbers[at++] = client
      numbers[at++] = strings.numberOf(user)
    }
    this.#numberCount = at
    const settler = Promise.withResolvers<AppendResult>()
    this.#settlers.push(settler)
    this.#seqs.push(afterSeq + rows.length)
    return settler.promise
  }

  packed(): PackedAppends {
    return {
      numbers: this.#numbers,
      numberCount: this.#numberCount,
      bytes: this.#bytes,
      addedStrings: this.#strings.takeAdded(),
      forgetStrings: this.#forgetStrings,
    }
  }

  /** @param stale positions of the appends that were not written, ascending */
  settle(stale: readonly number[]): void {
    const stalePositions = new Set(stale)
    for (const [position, settler] of this.#settlers.entries()) {
      const seq = this.#seqs[position]
      settler.resolve(seq === undefined || stalePositions.has(position) ? { type: 'stale' } : { type: 'committed', seq })
    }
  }

  fail(error: unknown): void {
    for (const settler of this.#settlers) settler.reject(error)
  }

  #addValue(update: Uint8Array): void {
    const end = this.#byteCount + 1 + update.byteLength
    if (end > this.#bytes.byteLength) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.byteLength * 2))
      grown.set(this.#bytes.subarray(0, this.#byteCount))
      this.#bytes = grown
    }
    this.#bytes[this.#byteCount] = plainCodec
    this.#bytes.set(update, this.#byteCount + 1)
    this.#byteCount = end
  }

  #reserveNumbers(count: number): void {
    const end = this.#numberCount + count
    if (end <= this.#numbers.length) return
    const grown = new Float64Array(Math.max(end, this.#numbers.length * 2))
    grown.set(this.#numbers.subarray(0, this.#numberCount))
    this.#numbers = grown
  }
}

/** Buffers that came back from the writer, to be filled again. */
export interface SpareBuffers {
  readonly numbers: Float64Array<ArrayBuffer>
  readonly bytes: Uint8Array<ArrayBuffer>
}
