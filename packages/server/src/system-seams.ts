import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Clock, Scheduler } from '@rejoin/core'
import type { LoopDelay } from './socket/load-guard.ts'

/** How often the loop is asked; the measure itself costs a timer. */
const loopDelayResolutionMs = 20

export const systemClock: Clock = { now: () => Date.now() }

export const systemScheduler: Scheduler = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Of this thread, from now on. */
export function watchLoopDelay(): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: loopDelayResolutionMs })
  histogram.enable()
  return {
    takeP99Ms() {
      const p99Ms = histogram.percentile(99) / 1e6
      histogram.reset()
      return p99Ms
    },
    elapsedMs: () => performance.now(),
  }
}
