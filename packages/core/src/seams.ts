/** Wall-clock time in milliseconds since the epoch. It may jump; nothing that matters may be decided by it alone. */
export interface Clock {
  now(): number
  /** Milliseconds since some moment, which nobody sets; may stand still while the device sleeps. Absent where the host has none. */
  elapsed?(): number
}

/** One-shot timers. The returned function cancels; cancelling twice, or after the timer fired, does nothing. */
export interface Scheduler {
  after(delayMs: number, run: () => void): () => void
}

/** A source of uniformly distributed numbers in [0, 1). */
export interface Random {
  next(): number
}
