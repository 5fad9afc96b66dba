import type { Random } from '@rejoin/core'
import type { OperationEntry, OutboxEntry, RequestEntry } from './outbox-entry.ts'
import { retryDelayMs, type RetrySchedule } from './retry-schedule.ts'

export interface RetryOptions {
  readonly retries: RetrySchedule
  readonly maxRetries: number | undefined
  readonly random: Random
}

interface Failure {
  readonly message: string
  readonly now: number
}

/** The entry after one more failed attempt: sent again later, or `failed` once they are used up. */
export function failAttempt(entry: OperationEntry, failure: Failure, options: RetryOptions): OperationEntry
export function failAttempt(entry: RequestEntry, failure: Failure, options: RetryOptions): RequestEntry
export function failAttempt(entry: OutboxEntry, failure: Failure, { retries, maxRetries, random }: RetryOptions): OutboxEntry {
  const { nextRetryAt: _before, ...kept } = entry
  const attempts = entry.attempts + 1
  const delayMs = retryDelayMs(retries, attempts, { random, maxRetries })
  const failed = { ...kept, attempts, lastError: failure.message }
  return delayMs === undefined ? { ...failed, state: 'failed' } : { ...failed, state: 'sent', nextRetryAt: failure.now + delayMs }
}

/** Back into its lane, with a new round of attempts. What was sent is sent again as it was. */
export function reviveEntry(entry: OperationEntry): OperationEntry
export function reviveEntry(entry: RequestEntry): RequestEntry
export function reviveEntry(entry: OutboxEntry): OutboxEntry {
  const { nextRetryAt: _time, parkedFor: _why, ...kept } = entry
  return { ...kept, state: entry.firstSentAt === undefined ? 'ready' : 'sent', attempts: 0 }
}
