/** Strings known to both threads; beyond this many both forget all and begin anew. */
const stringsMax = 50_000

/** Gives each tenant, document, generation and user a small number, so that a batch carries a string once and never again. */
export class StringTable {
  readonly #numberByString = new Map<string, number>()
  #added: string[] = []

  numberOf(string: string): number {
    const known = this.#numberByString.get(string)
    if (known !== undefined) return known
    // 0 stands for "nobody" where a user may be missing.
    const number = this.#numberByString.size + 1
    this.#numberByString.set(string, number)
    this.#added.push(string)
    return number
  }

  /** Strings added since the last call, in the order of their numbers. */
  takeAdded(): readonly string[] {
    const added = this.#added
    this.#added = []
    return added
  }

  /** Forgets everything where the table is full; the other side must be told. Only between batches. */
  forgetIfFull(): boolean {
    if (this.#numberByString.size < stringsMax) return false
    this.#numberByString.clear()
    return true
  }
}
