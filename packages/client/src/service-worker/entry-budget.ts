import { WorkQueue } from '../store/work-queue.ts'

export interface Allowance {
  /** So many entries may be settled, groups excepted: they are not torn. */
  readonly entriesMax: number
  /** After every answer that settled something. */
  readonly onSettled: (settled: number) => Promise<void>
}

/** What is left of an allowance, less what was taken and may still be settled. */
export class EntryBudget {
  readonly #onSettled: Allowance['onSettled']
  /** What one of them takes is not there for the next. */
  readonly #takes = new WorkQueue()
  #left: number
  /** The next batch is chosen while these are settled. */
  #settling = 0
  /** Of the push under way: out, or chosen to follow. */
  #inBatches = 0
  #pushesOut = 0
  /** By lane, their ids. */
  readonly #requestsOut = new Map<string, string>()
  #returned = Promise.withResolvers<void>()

  constructor({ entriesMax, onSettled }: Allowance) {
    this.#left = entriesMax
    this.#onSettled = onSettled
  }

  get free(): number {
    return this.#left - this.#settling - this.#requestsOut.size - this.#inBatches
  }

  tookBatch(count: number): void {
    this.#inBatches += count
  }

  pushLeft(): void {
    this.#pushesOut++
  }

  /** An answer is settled next. Without one its operations have no room any more. */
  pushEnded(isAnswered: boolean): void {
    this.#pushesOut--
    if (!isAnswered) this.returnBatches()
  }

  /** No push is under way any more: what it had taken without an answer may be taken again. */
  returnBatches(): void {
    this.#inBatches = 0
    this.#tellReturned()
  }

  tookRequest(lane: string, requestId: string): void {
    this.#requestsOut.set(lane, requestId)
  }

  returnRequest(requestId: string): void {
    for (const [lane, out] of this.#requestsOut) if (out === requestId) this.#requestsOut.delete(lane)
    this.#tellReturned()
  }

  /** No request of this lane is under way any more: what was taken of it before may have been given up. */
  returnLane(lane: string): void {
    this.#requestsOut.delete(lane)
    this.#tellReturned()
  }

  async settleBatch<Outcome extends { readonly settled: number }>(
    count: number,
    settle: () => Promise<Outcome>,
  ): Promise<Outcome> {
    this.#settling += count
    this.#inBatches = Math.max(0, this.#inBatches - count)
    try {
      const outcome = await settle()
      await this.spend(outcome.settled)
      return outcome
    } finally {
      this.#settling -= count
      this.#tellReturned()
    }
  }

  async spend(settled: number): Promise<void> {
    this.#left -= settled
    if (settled > 0) await this.#onSettled(settled)
  }

  /** One take at a time; `none` where nothing is free. */
  takeNow<T>(take: () => Promise<T>, none: T): Promise<T> {
    return this.#takes.run(async () => (this.free > 0 ? take() : none))
  }

  /** Waits while nothing is free because the rest is out: some of it may come back without having settled anything. */
  async takeWhenFree<T>(take: () => Promise<T>, none: T): Promise<T> {
    for (;;) {
      const { promise } = this.#returned
      const taken = await this.takeNow<{ readonly value: T } | undefined>(async () => ({ value: await take() }), undefined)
      if (taken !== undefined) return taken.value
      if (this.#left <= 0 || !this.#isAnythingOut()) return none
      await promise
    }
  }

  #isAnythingOut(): boolean {
    return this.#pushesOut + this.#settling + this.#requestsOut.size > 0
  }

  #tellReturned(): void {
    this.#returned.resolve()
    this.#returned = Promise.withResolvers()
  }
}
