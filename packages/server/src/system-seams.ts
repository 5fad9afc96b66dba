import type { Clock, Scheduler } from '@rejoin/core'

export const systemClock: Clock = { now: () => Date.now() }

export const systemScheduler: Scheduler = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}
