import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  defaultExponential,
  defaultRetrySchedule,
  exponential,
  retryDelayMs,
  schedule,
  type RetrySchedule,
} from './retry-schedule.ts'

const latest = { next: () => 0.999_999 }
const delays = (retries: RetrySchedule, maxRetries?: number) =>
  Array.from({ length: 7 }, (_, index) => retryDelayMs(retries, index + 1, { random: latest, maxRetries }))

test('[OB10] a schedule gives one retry for each delay, an exponential as many as it says', () => {
  expect(delays(defaultRetrySchedule)).toEqual([0, 59_999, 299_999, 899_999, undefined, undefined, undefined])
  expect(delays(defaultExponential)).toEqual([99, 199, 399, undefined, undefined, undefined, undefined])
  expect(delays(exponential({ initialDelayMs: 100, maxDelayMs: 300, multiplier: 2, maxRetries: 5 }))).toEqual([
    99,
    199,
    299,
    299,
    299,
    undefined,
    undefined,
  ])
})

test("[OB10] a person's number of retries stands above both", () => {
  expect(delays(schedule([0, 1_000]), 4)).toEqual([0, 999, 999, 999, undefined, undefined, undefined])
  expect(delays(defaultExponential, 1)).toEqual([99, undefined, undefined, undefined, undefined, undefined, undefined])
  expect(delays(schedule([]), 1)[0]).toBe(0)
})

test('[OB10] delays have full jitter', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 1, max: 4 }),
      (drawn, attempt) => {
        const delayMs = retryDelayMs(defaultRetrySchedule, attempt, { random: { next: () => drawn } })
        expect(delayMs).toBe(Math.floor(drawn * ([0, 60_000, 300_000, 900_000][attempt - 1] ?? 0)))
      },
    ),
  )
})
