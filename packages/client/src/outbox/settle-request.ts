import type { RequestVerdict } from '../sync/judge-replay.ts'
import type { SettledRequest } from '../sync/sync-store.ts'
import { failAttempt } from './fail-attempt.ts'
import type { LocalTransaction, OutboxContext } from './local-transaction.ts'
import type { RequestEntry } from './outbox-entry.ts'
import { raiseAboutRequest } from './request-attention.ts'
import { requestEntity } from './request-queue.ts'
import { deleteBody, parseRequests, requestRowOf } from './request-rows.ts'

interface Outcome<Verdict extends RequestVerdict> {
  readonly verdict: Verdict
  readonly now: number
}

/** Carries out what a server said to a request. A verdict on one that is not in the queue (any more) changes nothing. */
export async function settleRequest(
  local: LocalTransaction,
  context: OutboxContext,
  { requestId, verdict, now }: Outcome<RequestVerdict> & { readonly requestId: string },
): Promise<SettledRequest> {
  const { tables } = local
  const found = await tables.requests.range({ index: 'request.requestId', from: requestId, to: requestId })
  const [entry] = parseRequests(found)
  if (entry === undefined || entry.state !== 'sent') return { isSettled: false, conflicts: 0, attempts: [] }
  switch (verdict.type) {
    case 'attempt':
      return countAttempt(local, context, entry, { verdict, now })
    case 'told':
      // Its body stays, for who tries again.
      raiseAboutRequest(local, { entry, now, kind: verdict.kind, code: verdict.code, message: verdict.message })
      break
    case 'done':
      await deleteBody(tables, entry.request)
  }
  await tables.requests.bulkDelete([entry.entryId])
  const isConflict = verdict.type === 'told' && verdict.kind === 'conflict'
  const attempts = verdict.type === 'told' && !isConflict ? [{ ...attemptOf(entry), code: verdict.code }] : []
  return { isSettled: true, conflicts: isConflict ? 1 : 0, attempts }
}

/** After the last one a person is told; the request stays where it is, and its lane with it. */
async function countAttempt(
  local: LocalTransaction,
  context: OutboxContext,
  entry: RequestEntry,
  { verdict: { message }, now }: Outcome<Extract<RequestVerdict, { readonly type: 'attempt' }>>,
): Promise<SettledRequest> {
  const code = 'INTERNAL'
  const failed = failAttempt(entry, { message, now }, context)
  await local.tables.requests.put(requestRowOf(failed))
  if (failed.state === 'failed') raiseAboutRequest(local, { entry: failed, now, kind: 'failed', code, message })
  const { nextRetryAt: willRetryAt } = failed
  return {
    isSettled: false,
    conflicts: 0,
    attempts: [{ ...attemptOf(entry), code, ...(willRetryAt !== undefined && { willRetryAt }) }],
  }
}

/** Of the request itself nothing is told. */
function attemptOf({ request, attempts }: RequestEntry) {
  return { operationId: request.requestId, entity: requestEntity, attempt: attempts + 1 }
}
