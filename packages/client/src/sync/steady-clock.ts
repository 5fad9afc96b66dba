import type { Clock } from '@rejoin/core'

/** A clock that lags behind by more was set back. */
const toleranceMs = 50

/**
 * Time that never goes back, in ms, so that no delay becomes a day. A clock that is set back is passed over for what has elapsed; where the host
 * does not tell that, it stands still for as long as it takes to be read again. A clock that is set forward, or goes on while the device sleeps,
 * ends delays early, which costs a request.
 */
export function createSteadyClock(clock: Clock): Clock {
  const read = () => ({ now: clock.now(), elapsed: clock.elapsed?.() ?? 0 })
  let last = read()
  let steady = 0
  return {
    now: () => {
      const next = read()
      const [passed, elapsed] = [next.now - last.now, Math.round(next.elapsed - last.elapsed)]
      steady += Math.max(0, elapsed - passed > toleranceMs ? elapsed : passed)
      last = next
      return steady
    },
  }
}
