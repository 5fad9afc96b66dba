import type { Clock, Scheduler } from '@rejoin/core'
import { callListener } from './call-listener.ts'

export interface FollowedRead<Result, Change> {
  readonly result: Result
  /** Whether this read may give something else after that change. */
  readonly isTouchedBy: (change: Change) => boolean
}

export interface FollowOptions<Result, Change> {
  readonly read: () => Promise<FollowedRead<Result, Change>>
  /** Tells of changes after they are committed. The returned function stops it. */
  readonly listen: (hear: (change: Change) => void) => () => void
  readonly listener: (result: Result) => void
  readonly onError: ((error: Error) => void) | undefined
  /** Absent: reads follow each other without a rest. */
  readonly pace?: { readonly clock: Clock; readonly scheduler: Scheduler }
}

/** However long a read took: nobody waits longer than this for the next. */
const restMsMax = 1_000

/**
 * Reads at once, and again after every change of what was read; changes during a read are not missed. An error ends it. A read after a read
 * waits as long as that one took: while much is synced, a long list would otherwise be read without end, and writes wait for reads.
 */
export function followReads<Result, Change>(options: FollowOptions<Result, Change>): () => void {
  const { read, listen, listener, onError, pace } = options
  let isStopped = false
  let isReading = false
  let heard: Change[] = []
  let isTouchedBy: (change: Change) => boolean = () => true

  const stopListening = listen((change) => {
    if (isReading) heard.push(change)
    else if (isTouchedBy(change)) void refresh()
  })
  const stop = (): void => {
    isStopped = true
    stopListening()
  }
  const rest = async (sinceMs: number): Promise<void> => {
    if (pace === undefined) return
    const restMs = Math.max(0, Math.min(restMsMax, pace.clock.now() - sinceMs))
    await new Promise<void>((resolve) => void pace.scheduler.after(restMs, resolve))
  }
  const refresh = async (): Promise<void> => {
    isReading = true
    try {
      for (let isDue = true; isDue;) {
        heard = []
        const startedAt = pace?.clock.now() ?? 0
        const latest = await read()
        isTouchedBy = latest.isTouchedBy
        if (!isStopped) callListener(() => listener(latest.result))
        isDue = !isStopped && heard.some(isTouchedBy)
        if (isDue) await rest(startedAt)
        isDue &&= !isStopped
      }
      isReading = false
    } catch (error) {
      if (isStopped) return
      stop()
      onError?.(error instanceof Error ? error : new Error(String(error)))
    }
  }
  void refresh()
  return stop
}
