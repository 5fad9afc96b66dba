const bucketMs = 0.01
const rangeMs = 5_000

/** Counts durations in buckets of 10 µs up to 5 s; longer ones count as 5 s. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(rangeMs / bucketMs)
  #total = 0

  get total(): number {
    return this.#total
  }

  record(durationMs: number): void {
    const bucket = Math.min(this.#counts.length - 1, Math.max(0, Math.floor(durationMs / bucketMs)))
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#total += 1
  }

  reset(): void {
    this.#counts.fill(0)
    this.#total = 0
  }

  /** The duration in ms that `share` (0 to 1) of all do not exceed; NaN without any. */
  percentile(share: number): number {
    if (this.#total === 0) return Number.NaN
    const wanted = Math.ceil(this.#total * share)
    let seen = 0
    for (let bucket = 0; bucket < this.#counts.length; bucket += 1) {
      seen += this.#counts[bucket] ?? 0
      if (seen >= wanted) return (bucket + 1) * bucketMs
    }
    return rangeMs
  }
}
