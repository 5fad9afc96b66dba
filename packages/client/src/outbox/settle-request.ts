import type { RequestVerdict } from '../sync/judge-replay.ts'
import type { SettledRequest } from '../sync/sync-store.ts'
import type { LocalTransaction, OutboxContext } from './local-transaction.ts'
import { attemptOf, countAttempt } from './request-attempts.ts'
import { raiseAboutRequest } from './request-attention.ts'
import { deleteBody, parseRequests } from './request-rows.ts'
import { settleScene } from './settle-scene.ts'

interface Outcome {
  readonly requestId: string
  readonly verdict: RequestVerdict
  readonly now: number
}

/** Carries out what a server said to a request. A verdict on one that is not in the queue (any more) changes nothing. */
export async function settleRequest(
  local: LocalTransaction,
  context: OutboxContext,
  { requestId, verdict, now }: Outcome,
): Promise<SettledRequest> {
  const { tables } = local
  const found = await tables.requests.range({ index: 'request.requestId', from: requestId, to: requestId })
  const [entry] = parseRequests(found)
  if (entry === undefined || entry.state !== 'sent') return { isSettled: false, conflicts: 0, attempts: [] }
  switch (verdict.type) {
    case 'attempt':
      return countAttempt(local, context, { entry, message: verdict.message, now })
    case 'scene':
      return settleScene(local, context, { entry, verdict, now })
    case 'told':
      // Its body stays, for who tries again.
      raiseAboutRequest(local, { entry, now, kind: verdict.kind, code: verdict.code, message: verdict.message })
      break
    case 'done':
      await deleteBody(tables, entry.request)
  }
  await tables.requests.bulkDelete([entry.entryId])
  const isConflict = verdict.type === 'told' && verdict.kind === 'conflict'
  const attempts = verdict.type === 'told' && !isConflict ? [attemptOf(entry, verdict.code)] : []
  return { isSettled: true, conflicts: isConflict ? 1 : 0, attempts }
}
