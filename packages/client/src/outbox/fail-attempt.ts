import type { Random } from '@rejoin/core'
import type { OperationEntry, OutboxEntry, RequestEntry } from './outbox-entry.ts'
import { retryDelayMs, type RetriesByEntity, type RetrySchedule } from './retry-schedule.ts'

export interface RetryOptions {
  readonly retries: RetrySchedule
  readonly retriesByEntity: RetriesByEntity
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
export function failAttempt(entry: OutboxEntry, failure: Failure, options: RetryOptions): OutboxEntry {
  const { nextRetryAt: _before, ...kept } = entry
  const attempts = entry.attempts + 1
  const delayMs = retryDelayMs(retriesFor(entry, options), attempts, options)
  const failed = { ...kept, attempts, lastError: failure.message }
  return delayMs === undefined ? { ...failed, state: 'failed' } : { ...failed, state: 'sent', nextRetryAt: failure.now + delayMs }
}

function retriesFor(entry: OutboxEntry, { retries, retriesByEntity }: RetryOptions): RetrySchedule {
  if (entry.kind === 'request') return retries
  const { entityType } = entry.operation
  return (Object.hasOwn(retriesByEntity, entityType) ? retriesByEntity[entityType] : undefined) ?? retries
}

/** Back into its lane, with a new round of attempts. What was sent is sent again as it was. */
export function reviveEntry(entry: OperationEntry): OperationEntry
export function reviveEntry(entry: RequestEntry): RequestEntry
export function reviveEntry(entry: OutboxEntry): OutboxEntry {
  const { nextRetryAt: _time, parkedFor: _why, ...kept } = entry
  return { ...kept, state: entry.firstSentAt === undefined ? 'ready' : 'sent', attempts: 0 }
}
