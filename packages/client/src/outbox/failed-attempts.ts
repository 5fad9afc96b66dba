import type { FailedAttempt } from '../sync/sync-observer.ts'
import type { OutboxEntry, QueuedOperation } from './outbox-entry.ts'
import type { Verdict } from './settle-results.ts'

/** An operation as it was tried. */
interface Tried {
  readonly operation: QueuedOperation
  readonly attempts: number
}

/** `left`: the entry as it waits now, if it does. */
export function attemptOf({ operation, attempts }: Tried, code: string, left?: OutboxEntry): FailedAttempt {
  const willRetryAt = left?.state === 'sent' ? left.nextRetryAt : undefined
  return {
    operationId: operation.operationId,
    entity: operation.entityType,
    attempt: attempts + 1,
    code,
    ...(willRetryAt !== undefined && { willRetryAt }),
  }
}

/** What failed of an operation by this verdict, for now or for good. A conflict is not a failure: somebody else's value was kept. */
export function failuresOf(tried: Tried, verdict: Verdict, left: OutboxEntry | undefined): readonly FailedAttempt[] {
  switch (verdict.type) {
    case 'attempt':
    case 'upgradeRequired':
      return [attemptOf(tried, verdict.code, left)]
    case 'settled':
      return verdict.notice?.kind === 'rejected' ? [attemptOf(tried, verdict.notice.code ?? 'REJECTED')] : []
    case 'later':
    case 'forked':
      return []
  }
}

export function isConflict(verdict: Verdict): boolean {
  return verdict.type === 'settled' && verdict.notice !== undefined && verdict.notice.kind !== 'rejected'
}
