import type { FailedAttempt } from '../sync/sync-observer.ts'
import type { SettledRequest } from '../sync/sync-store.ts'
import { failAttempt } from './fail-attempt.ts'
import type { LocalTransaction, OutboxContext } from './local-transaction.ts'
import type { RequestEntry } from './outbox-entry.ts'
import { raiseAboutRequest } from './request-attention.ts'
import { entityOfRequest } from './request-queue.ts'
import { requestRowOf } from './request-rows.ts'

/** After the last one a person is told; the request stays where it is, and its lane with it. */
export async function countAttempt(
  local: LocalTransaction,
  context: OutboxContext,
  { entry, message, now }: { readonly entry: RequestEntry; readonly message: string; readonly now: number },
): Promise<SettledRequest> {
  const code = 'INTERNAL'
  const failed = failAttempt(entry, { message, now }, context)
  await local.tables.requests.put(requestRowOf(failed))
  if (failed.state === 'failed') raiseAboutRequest(local, { entry: failed, now, kind: 'failed', code, message })
  const { nextRetryAt: willRetryAt } = failed
  return {
    isSettled: false,
    conflicts: 0,
    attempts: [{ ...attemptOf(entry, code), ...(willRetryAt !== undefined && { willRetryAt }) }],
  }
}

/** Of the request itself nothing is told. */
export function attemptOf({ request, attempts }: RequestEntry, code: string): FailedAttempt {
  return { operationId: request.requestId, entity: entityOfRequest(request), attempt: attempts + 1, code }
}
