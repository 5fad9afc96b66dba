import type { Clock, Scheduler } from '@rejoin/core'
import { callListener } from './call-listener.ts'

export interface FollowedRead<Result, Change> {
  readonly result: Result
  /** Whether this read may give something else after that change. */
  readonly isTouchedBy: (change: Change) => boolean
}

export interface FollowOptions<Result, Change> {
  /** `takeChanges` gives what was told since it was last called. What was not told before the read and is not taken is answered by another one. */
  readonly read: (takeChanges: () => readonly Change[]) => Promise<FollowedRead<Result, Change>>
  /** Tells of changes after they are committed. The returned function stops it. */
  readonly listen: (hear: (change: Change) => void) => () => void
  readonly listener: (result: Result) => void
  /** Of several failures in a row the first is told. */
  readonly onError: ((error: Error) => void) | undefined
  /** Absent: reads follow each other without a rest, and what failed is tried again only after a change. */
  readonly pace?: { readonly clock: Clock; readonly scheduler: Scheduler } | undefined
}

/** However long a read took: nobody waits longer than this for the next. */
const restMsMax = 1_000
/** After a failure; doubles with each in a row. */
const retryMsMin = 1_000
const retryMsMax = 30_000

/**
 * Reads at once, and again after every change of what was read; changes during a read are not missed. A read after a read waits as long as
 * that one took: while much is synced, a long list would otherwise be read without end, and writes wait for reads. A read that fails is
 * done again after a while and after every change, until it is stopped.
 */
export function followReads<Result, Change>(options: FollowOptions<Result, Change>): () => void {
  const following = new FollowedReads(options)
  following.start()
  return () => following.stop()
}

class FollowedReads<Result, Change> {
  readonly #options: FollowOptions<Result, Change>
  #stopListening: (() => void) | undefined
  #cancelRetry: (() => void) | undefined
  #isStopped = false
  #isReading = false
  #failures = 0
  #heard: Change[] = []
  #isTouchedBy: (change: Change) => boolean = () => true

  constructor(options: FollowOptions<Result, Change>) {
    this.#options = options
  }

  start(): void {
    this.#stopListening = this.#options.listen((change) => {
      if (!this.#isReading && !this.#isTouchedBy(change)) return
      this.#heard.push(change)
      if (!this.#isReading) void this.#refresh()
    })
    void this.#refresh()
  }

  stop(): void {
    this.#isStopped = true
    this.#stopListening?.()
    this.#cancelRetry?.()
  }

  async #refresh(): Promise<void> {
    const { clock } = this.#options.pace ?? {}
    if (this.#isStopped || this.#isReading) return
    this.#isReading = true
    this.#cancelRetry?.()
    try {
      for (let isDue = true; isDue && !this.#isStopped;) {
        const startedAt = clock?.now() ?? 0
        await this.#readOnce()
        this.#heard = this.#heard.filter(this.#isTouchedBy)
        isDue = !this.#isStopped && this.#heard.length > 0
        if (isDue) await this.#rest(startedAt)
      }
    } catch (error) {
      if (!this.#isStopped) this.#fail(error)
    } finally {
      this.#isReading = false
    }
  }

  async #readOnce(): Promise<void> {
    const { read, listener } = this.#options
    const before = this.#heard.splice(0)
    const { result, isTouchedBy } = await read(() => [...before.splice(0), ...this.#heard.splice(0)])
    this.#isTouchedBy = isTouchedBy
    this.#failures = 0
    if (!this.#isStopped) callListener(() => listener(result))
  }

  async #rest(sinceMs: number): Promise<void> {
    const { pace } = this.#options
    if (pace === undefined) return
    const restMs = Math.max(0, Math.min(restMsMax, pace.clock.now() - sinceMs))
    await new Promise<void>((resolve) => void pace.scheduler.after(restMs, resolve))
  }

  #fail(error: unknown): void {
    const { onError, pace } = this.#options
    const wasChanged = this.#heard.splice(0).length > 0
    const retryMs = wasChanged ? retryMsMin : Math.min(retryMsMax, retryMsMin * 2 ** this.#failures)
    this.#isTouchedBy = () => true
    this.#failures += 1
    if (pace !== undefined) this.#cancelRetry = pace.scheduler.after(retryMs, () => void this.#refresh())
    else if (wasChanged) queueMicrotask(() => void this.#refresh())
    if (this.#failures === 1) onError?.(error instanceof Error ? error : new Error(String(error)))
  }
}
