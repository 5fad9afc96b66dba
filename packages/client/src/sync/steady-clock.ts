import type { Clock } from '@rejoin/core'

/**
 * Time that never goes back, in ms: a clock that is set back stands still for as long as it takes to be read again, so that no delay becomes
 * a day. A clock that is set forward ends delays early, which costs a request.
 */
export function createSteadyClock(clock: Clock): Clock {
  let last = clock.now()
  let steady = 0
  return {
    now: () => {
      const now = clock.now()
      steady += Math.max(0, now - last)
      last = now
      return steady
    },
  }
}
