/** Runs work one piece after another, in the order of the calls. */
export class WorkQueue {
  #last: Promise<unknown> = Promise.resolve()

  /** Never starts in the caller's turn. Settles as the work does; a failure does not stop what comes after. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    // The failure belongs to whoever holds `result`; the queue only has to know that it is over.
    this.#last = Promise.allSettled([result])
    return result
  }
}
