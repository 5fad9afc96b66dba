import type { Clock, Scheduler } from '@rejoin/core'
import { createSeededRandom, type SeededRandom } from '@rejoin/core/testing'

interface Event {
  readonly dueMs: number
  /** Drawn from the seed, so that events of the same instant come in any order. */
  readonly tieBreak: number
  readonly run: () => void
}

/** Time, chance and everything that is due: one seed drives all of it. */
export class World implements Clock, Scheduler {
  readonly seed: number
  readonly #hops: number
  readonly #random: SeededRandom
  readonly #ties: SeededRandom
  #nowMs = 1_800_000_000_000
  #events: Event[] = []
  #stepCount = 0

  /** `hops`: so many immediates the code under test may use within one instant. */
  constructor(seed: number, { hops = 3 } = {}) {
    this.seed = seed
    this.#hops = hops
    this.#random = createSeededRandom(seed)
    this.#ties = this.#random.fork('ties')
  }

  get stepCount(): number {
    return this.#stepCount
  }

  now(): number {
    return this.#nowMs
  }

  /** An independent source of chance for one concern. */
  random(concern: string): SeededRandom {
    return this.#random.fork(concern)
  }

  after(delayMs: number, run: () => void): () => void {
    const event: Event = { dueMs: this.#nowMs + Math.max(0, delayMs), tieBreak: this.#ties.next(), run }
    this.#insert(event)
    return () => {
      const index = this.#events.indexOf(event)
      if (index >= 0) this.#events.splice(index, 1)
    }
  }

  /** Lets everything come to pass that needs no time. */
  settle(): Promise<void> {
    return settlePromises(this.#hops)
  }

  /** Lets so much simulated time pass. `check` runs after every event and all that it set off. */
  async pass(durationMs: number, check: () => void): Promise<void> {
    const untilMs = this.#nowMs + durationMs
    for (let event = this.#events[0]; event !== undefined && event.dueMs <= untilMs; event = this.#events[0]) {
      this.#events.shift()
      this.#nowMs = Math.max(this.#nowMs, event.dueMs)
      this.#stepCount++
      event.run()
      await this.settle()
      check()
    }
    this.#nowMs = untilMs
  }

  #insert(event: Event): void {
    let low = 0
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#events[middle]
      const isLater =
        other !== undefined && (other.dueMs > event.dueMs || (other.dueMs === event.dueMs && other.tieBreak > event.tieBreak))
      if (isLater) high = middle
      else low = middle + 1
    }
    this.#events.splice(low, 0, event)
  }
}

/** Promises and immediates that the code under test uses within one instant; nothing in it waits for real time. */
async function settlePromises(hops: number): Promise<void> {
  for (let hop = 0; hop < hops; hop++) await new Promise<void>((resolve) => setImmediate(resolve))
}
