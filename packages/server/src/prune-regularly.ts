import type { Scheduler } from '@rejoin/core'

const pruneEveryMs = 6 * 60 * 60 * 1000
const firstPruneMs = 60_000

export interface PruneOptions {
  readonly scheduler: Scheduler
  /** Drops what has been archived for long enough. */
  readonly prune: () => Promise<void>
  readonly onFailed: (error: unknown) => void
}

/** Prunes soon after the start and then a few times a day; a failure is reported and the next round comes all the same. The returned function stops it. */
export function pruneRegularly({ scheduler, prune, onFailed }: PruneOptions): () => void {
  let isStopped = false
  let cancel = scheduler.after(firstPruneMs, run)
  function run(): void {
    prune()
      .catch(onFailed)
      .finally(() => {
        // A round may have been under way.
        if (!isStopped) cancel = scheduler.after(pruneEveryMs, run)
      })
  }
  return () => {
    isStopped = true
    cancel()
  }
}
