import type { PackedAppends } from './append-batch.ts'

/** One append as the writer sees it; its rows are read with `nextRow`, then its bindings with `nextBinding`, all of them. */
export interface AppendHead {
  readonly tenant: string
  readonly document: string
  readonly generation: string
  readonly afterSeq: number
  readonly rowCount: number
  readonly bindingCount: number
}

/** Reads a batch in the order it was packed. */
export class PackedAppendsReader {
  readonly #packed: PackedAppends
  readonly #strings: readonly string[]
  #at = 0
  #byteAt = 0
  /** Of the row last read; ms since the epoch. */
  rowAt = 0
  /** Of the row last read. */
  rowUser: string | undefined
  /** Of the binding last read. */
  bindingUser = ''

  constructor(packed: PackedAppends, strings: readonly string[]) {
    this.#packed = packed
    this.#strings = strings
  }

  nextAppend(): AppendHead | undefined {
    if (this.#at >= this.#packed.numberCount) return undefined
    return {
      tenant: this.#string(this.#number()),
      document: this.#string(this.#number()),
      generation: this.#string(this.#number()),
      afterSeq: this.#number(),
      rowCount: this.#number(),
      bindingCount: this.#number(),
    }
  }

  /** The stored value of the next row, as a view; `rowUser` and `rowAt` tell the rest. */
  nextRow(): Uint8Array {
    const user = this.#number()
    this.rowUser = user === -1 ? undefined : this.#string(user)
    this.rowAt = this.#number()
    const start = this.#byteAt
    this.#byteAt += this.#number()
    return this.#packed.bytes.subarray(start, this.#byteAt)
  }

  /** The client of the next binding; `bindingUser` tells whose it is. */
  nextBinding(): number {
    const client = this.#number()
    this.bindingUser = this.#string(this.#number())
    return client
  }

  /** Passes over an append that is not to be written. */
  skip({ rowCount, bindingCount }: AppendHead): void {
    for (let row = 0; row < rowCount; row++) this.nextRow()
    for (let binding = 0; binding < bindingCount; binding++) this.nextBinding()
  }

  #number(): number {
    const number = this.#packed.numbers[this.#at++]
    if (number === undefined) throw new Error('a packed batch ends too early')
    return number
  }

  #string(number: number): string {
    const string = this.#strings[number]
    if (string === undefined) throw new Error(`string ${number} is unknown to the writer`)
    return string
  }
}
