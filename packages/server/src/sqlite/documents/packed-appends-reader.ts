import type { PackedAppends } from './append-batch.ts'

/** One append as the writer sees it; its bindings follow with `nextBinding`, all of them. */
export interface PackedAppend {
  readonly tenant: string
  readonly document: string
  readonly generation: string
  readonly afterSeq: number
  readonly rowCount: number
  /** Where its rows stand in the batch's bytes. */
  readonly offset: number
  readonly byteLength: number
  /** Time of its last row. */
  readonly at: number
  readonly bindingCount: number
}

/** Reads a batch in the order it was packed. */
export class PackedAppendsReader {
  readonly #packed: PackedAppends
  readonly #strings: readonly string[]
  #at = 0
  #byteAt = 0

  constructor(packed: PackedAppends, strings: readonly string[]) {
    this.#packed = packed
    this.#strings = strings
  }

  nextAppend(): PackedAppend | undefined {
    if (this.#at >= this.#packed.numbers.length) return undefined
    const [tenant, document, generation] = [this.#string(), this.#string(), this.#string()]
    const [afterSeq, rowCount, byteLength] = [this.#number(), this.#number(), this.#number()]
    const [at, bindingCount] = [this.#number(), this.#number()]
    const offset = this.#byteAt
    this.#byteAt += byteLength
    return { tenant, document, generation, afterSeq, rowCount, offset, byteLength, at, bindingCount }
  }

  nextBinding(): { readonly client: number; readonly user: string } {
    return { client: this.#number(), user: this.#string() }
  }

  #number(): number {
    const number = this.#packed.numbers[this.#at++]
    if (number === undefined) throw new Error('a packed batch ends too early')
    return number
  }

  #string(): string {
    const number = this.#number()
    const string = this.#strings[number - 1]
    if (string === undefined) throw new Error(`string ${number} is unknown to the writer`)
    return string
  }
}
