interface Waiter {
  readonly ordinal: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** The `stored` promises of one open document. */
export class ReceiptWaiters {
  #waiters: Waiter[] = []

  /** Settles with everything up to the ordinal. */
  add(ordinal: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiters.push({ ordinal, resolve, reject })
    return promise
  }

  resolveThrough(ordinal: number): void {
    const isSettled = (waiter: Waiter): boolean => waiter.ordinal <= ordinal
    for (const waiter of this.#take(isSettled)) waiter.resolve()
  }

  /** A change with this ordinal will never be stored. */
  rejectFrom(ordinal: number, error: Error): void {
    for (const waiter of this.#take((candidate) => candidate.ordinal >= ordinal)) waiter.reject(error)
  }

  #take(isWanted: (waiter: Waiter) => boolean): readonly Waiter[] {
    if (this.#waiters.length === 0) return []
    const taken = this.#waiters.filter(isWanted)
    if (taken.length > 0) this.#waiters = this.#waiters.filter((waiter) => !isWanted(waiter))
    return taken
  }
}
