import { jitteredDelayMs, type BackOff, type Random } from '@rejoin/core'
import { z } from 'zod'

const delayMsSchema = z.number().nonnegative()

/** What a schedule has to be like: one that is not a number somewhere would make changes that are never tried again. */
export const retryScheduleSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('schedule'), delaysMs: z.array(delayMsSchema).readonly() }),
  z.strictObject({
    type: z.literal('exponential'),
    initialDelayMs: delayMsSchema,
    maxDelayMs: delayMsSchema,
    multiplier: z.number().min(1),
    maxRetries: z.int().nonnegative(),
  }),
])

/** When an entry that failed is tried again, and when it goes to a person. Plain data, so that it can be a setting. */
export type RetrySchedule =
  | { readonly type: 'schedule'; readonly delaysMs: readonly number[] }
  | ({ readonly type: 'exponential'; readonly maxRetries: number } & BackOff)

/** By the entity's name; what is not in it follows the schedule for all. */
export type RetriesByEntity = Readonly<Partial<Record<string, RetrySchedule>>>

/** Tried again after each of these delays, in ms; drawn between 0 and the delay, so that many devices do not come back together. */
export function schedule(delaysMs: readonly number[]): RetrySchedule {
  return { type: 'schedule', delaysMs }
}

/** Tried again `maxRetries` times, each delay `multiplier` times the one before, in ms; drawn as for `schedule`. */
export function exponential(options: BackOff & { readonly maxRetries: number }): RetrySchedule {
  return { type: 'exponential', ...options }
}

export const defaultRetrySchedule: RetrySchedule = schedule([0, 60_000, 300_000, 900_000])
export const defaultExponential: RetrySchedule = exponential({
  initialDelayMs: 100,
  maxDelayMs: 5_000,
  multiplier: 2,
  maxRetries: 3,
})

/**
 * How long to wait after this many failed attempts, with full jitter; `undefined` where they are used up. A person's setting
 * `maxRetries` stands above the schedule's own count; beyond its list a schedule goes on with its last delay.
 */
export function retryDelayMs(
  retries: RetrySchedule,
  failedAttempts: number,
  options: { readonly random: Random; readonly maxRetries?: number | undefined },
): number | undefined {
  const count = retries.type === 'schedule' ? retries.delaysMs.length : retries.maxRetries
  if (failedAttempts > (options.maxRetries ?? count)) return undefined
  const retry = failedAttempts - 1
  if (retries.type === 'exponential') return jitteredDelayMs(retries, retry, options.random)
  const delayMs = retries.delaysMs[retry] ?? retries.delaysMs.at(-1) ?? 0
  return Math.floor(options.random.next() * delayMs)
}

/** No retry is later than this. What seems to be was planned by a clock that has been set back since. */
export function longestDelayMs(retries: RetrySchedule): number {
  return retries.type === 'schedule' ? Math.max(0, ...retries.delaysMs) : retries.maxDelayMs
}
