import type { Clock, Random, Scheduler } from '@rejoin/core'

/** What passes and what is not foreseen, as the host has it. */
export interface HostTime {
  readonly clock: Clock
  readonly random: Random
  readonly scheduler: Scheduler
}

export const hostTime: HostTime = {
  clock: { now: () => Date.now(), elapsed: () => performance.now() },
  random: { next: () => Math.random() },
  scheduler: {
    after: (delayMs, run) => {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
  },
}

/** Makes ids: it does not repeat itself over devices. */
export const idRandom: Random = { next: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32 }
