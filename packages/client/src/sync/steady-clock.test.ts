import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSteadyClock } from './steady-clock.ts'

/** A clock that is set, and what has elapsed, which is not. */
function createSetClock() {
  const clock = {
    aheadMs: 0,
    elapsedMs: 0,
    sleptMs: 0,
    now: () => Math.floor(clock.elapsedMs + clock.sleptMs + clock.aheadMs),
    elapsed: () => clock.elapsedMs,
  }
  return clock
}

test('[SN8] a clock that was set back while nobody looked hides nothing of what has elapsed', () => {
  const clock = createSetClock()
  const steady = createSteadyClock(clock)
  clock.elapsedMs = 20_000
  clock.aheadMs = -3_600_000
  expect(steady.now()).toBe(20_000)
  clock.elapsedMs = 45_000
  expect(steady.now()).toBe(45_000)
})

test('[SN8] where the host does not tell what has elapsed, it stands still until the clock is read again', () => {
  let now = 1_000_000
  const steady = createSteadyClock({ now: () => now })
  now -= 500_000
  expect(steady.now()).toBe(0)
  now += 1_500
  expect(steady.now()).toBe(1_500)
})

test('[SN8] time that a device slept counts, and a clock that is set forward ends delays early', () => {
  const clock = createSetClock()
  const steady = createSteadyClock(clock)
  clock.sleptMs = 60_000
  expect(steady.now()).toBe(60_000)
  clock.aheadMs = 5_000
  expect(steady.now()).toBe(65_000)
})

test('[SN8] however often it is read and the clock is set: it never goes back, and is behind what has elapsed by the tolerance at most', () => {
  const step = fc.record({
    elapsedMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
    setMs: fc.integer({ min: -100_000, max: 0 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const clock = createSetClock()
      const steady = createSteadyClock(clock)
      let [before, setTimes] = [0, 0]
      for (const { elapsedMs, setMs } of steps) {
        clock.elapsedMs += elapsedMs
        clock.aheadMs += setMs
        if (setMs !== 0) setTimes++
        const now = steady.now()
        expect(now).toBeGreaterThanOrEqual(before)
        expect(now).toBeGreaterThanOrEqual(clock.elapsedMs - 51 * setTimes - 2)
        before = now
      }
    }),
  )
})
