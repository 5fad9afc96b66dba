import type { AppendRequest, AppendResult, KeptVerdict } from '../../relay/document-store.ts'
import { rowHeaderBytes, writeRow } from './row-format.ts'
import type { StringTable } from './string-table.ts'

/** What fits into one transaction; more waits for the next. */
const transactionBytesMax = 16 * 1024 * 1024
const bytesAtFirst = 64 * 1024
const numbersAtFirst = 1024
/** Buffers that had to grow past this for one large batch are not kept for the next. */
const spareBytesMax = 1024 * 1024
/** Numbers of an append before its bindings. */
const appendNumbers = 8

/**
 * Many appends in two buffers: handing thousands of small objects to another thread would cost more than writing them.
 * `numbers` holds for each append: tenant, document, generation (numbers of strings), afterSeq, rows, their bytes, time of the last row,
 * bindings; then for each binding: client, user. `bytes` holds the rows (row-format.ts) one after another.
 */
export interface PackedAppends {
  readonly numbers: Float64Array<ArrayBuffer>
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly addedStrings: readonly string[]
  readonly forgetStrings: boolean
  /** By position of the append, for the few that have any. */
  readonly verdicts: ReadonlyMap<number, readonly KeptVerdict[]>
}

/** Buffers of a batch that is packed, to be filled again. */
export interface SpareBuffers {
  readonly numbers: Float64Array<ArrayBuffer>
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Everything that is to be committed together, packed as it comes: the callers' bytes are copied once, here. */
export class AppendBatch {
  readonly #settlers: PromiseWithResolvers<AppendResult>[] = []
  /** The sequence number that each append reaches, if it is not stale. */
  readonly #seqs: number[] = []
  readonly #verdicts = new Map<number, readonly KeptVerdict[]>()
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

  add(tenant: string, { document, generation, afterSeq, rows, bindings, verdicts = [] }: AppendRequest): Promise<AppendResult> {
    const strings = this.#strings
    const firstByte = this.#byteCount
    for (const row of rows) {
      this.#reserveBytes(rowHeaderBytes + row.update.byteLength)
      const author = row.user === null ? 0 : strings.numberOf(row.user)
      this.#byteCount = writeRow(this.#bytes, this.#byteCount, row, author)
    }
    this.#reserveNumbers(appendNumbers + 2 * bindings.length)
    const numbers = this.#numbers
    let at = this.#numberCount
    numbers[at++] = strings.numberOf(tenant)
    numbers[at++] = strings.numberOf(document)
    numbers[at++] = strings.numberOf(generation)
    numbers[at++] = afterSeq
    numbers[at++] = rows.length
    numbers[at++] = this.#byteCount - firstByte
    numbers[at++] = rows.at(-1)?.at ?? 0
    numbers[at++] = bindings.length
    for (const { client, user } of bindings) {
      numbers[at++] = client
      numbers[at++] = strings.numberOf(user)
    }
    this.#numberCount = at
    if (verdicts.length > 0) this.#verdicts.set(this.#settlers.length, verdicts)
    const settler = Promise.withResolvers<AppendResult>()
    this.#settlers.push(settler)
    this.#seqs.push(afterSeq + rows.length)
    return settler.promise
  }

  /**
   * Copies of just the size, for the writer to keep. The buffers themselves stay here: V8 counts what arrives from another thread as
   * newly allocated, and sending 100 KB to and fro a thousand times a second made it collect all garbage three times a second.
   */
  packed(): PackedAppends {
    return {
      numbers: this.#numbers.slice(0, this.#numberCount),
      bytes: this.#bytes.slice(0, this.#byteCount),
      addedStrings: this.#strings.takeAdded(),
      forgetStrings: this.#forgetStrings,
      verdicts: this.#verdicts,
    }
  }

  /** The buffers, for another batch once this one is packed. */
  get spare(): SpareBuffers | undefined {
    return this.#bytes.byteLength > spareBytesMax ? undefined : { numbers: this.#numbers, bytes: this.#bytes }
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

  #reserveBytes(count: number): void {
    const end = this.#byteCount + count
    if (end <= this.#bytes.byteLength) return
    const grown = new Uint8Array(Math.max(end, this.#bytes.byteLength * 2))
    grown.set(this.#bytes.subarray(0, this.#byteCount))
    this.#bytes = grown
  }

  #reserveNumbers(count: number): void {
    const end = this.#numberCount + count
    if (end <= this.#numbers.length) return
    const grown = new Float64Array(Math.max(end, this.#numbers.length * 2))
    grown.set(this.#numbers.subarray(0, this.#numberCount))
    this.#numbers = grown
  }
}
