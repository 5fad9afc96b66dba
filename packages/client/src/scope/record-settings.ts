import type { PriorityRule, PriorityThresholds } from '../outbox/priority.ts'
import type { RetriesByEntity, RetrySchedule } from '../outbox/retry-schedule.ts'

/** How the outbox behaves; everything has a default. Plain data: it crosses into workers. */
export interface RecordSettings {
  readonly priorityRules?: readonly PriorityRule[] | undefined
  readonly priorityThresholds?: PriorityThresholds | undefined
  readonly retries?: RetrySchedule | undefined
  /** For some entities, in place of `retries`. */
  readonly retriesByEntity?: RetriesByEntity | undefined
  /** A person's own count, above the schedule's. */
  readonly maxRetryAttempts?: number | undefined
}
