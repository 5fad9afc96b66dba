/**
 * Goes through a set again and again, a share at a call: people who came back together after an outage would otherwise be looked after
 * together for as long as they stay (500 pings and their answers held everything else up for 10 ms).
 */
export class Rounds<Item> {
  readonly #items: ReadonlySet<Item>
  readonly #calls: number
  #call = 0
  #left: Iterator<Item>

  /** @param calls in which all of the set has its turn; what is added meanwhile has it in this round or the next */
  constructor(items: ReadonlySet<Item>, calls: number) {
    this.#items = items
    this.#calls = calls
    this.#left = items.values()
  }

  /** Those whose turn it is. The last call of a round takes all that are left. */
  next(): Item[] {
    if (this.#call === 0) this.#left = this.#items.values()
    this.#call = (this.#call + 1) % this.#calls
    const share = this.#call === 0 ? Infinity : Math.ceil(this.#items.size / this.#calls)
    const items: Item[] = []
    while (items.length < share) {
      const { done, value } = this.#left.next()
      if (done === true) break
      items.push(value)
    }
    return items
  }
}
