import { jitteredDelayMs, type BackOff, type Random } from '@rejoin/core'

/** When an entry that failed is tried again, and when it goes to a person. Plain data, so that it can be a setting. */
export type RetrySchedule =
  | { readonly type: 'schedule'; readonly delaysMs: readonly number[] }
  | ({ readonly type: 'exponential'; readonly maxRetries: number } & BackOff)

/** One retry for each delay. */
export function schedule(delaysMs: readonly number[]): RetrySchedule {
  return { type: 'schedule', delaysMs }
}

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
