import { isRequestVerdict, judgeReplay } from './judge-replay.ts'
import type { SyncFact, SyncWork } from './sync-event.ts'
import type { WorkContext } from './work-context.ts'

type ReplayContext = Pick<
  WorkContext,
  'store' | 'replayer' | 'fence' | 'tenantId' | 'clock' | 'tally' | 'readCounts' | 'isWanted'
>

/**
 * Sends the first request of a lane and carries out what the server says. It is marked as sent before it leaves. A page that dies between the
 * answer and its being stored sends it again: at least once, never less. The server can recognise it by its `Idempotency-Key`.
 */
export async function replayRequest(
  { store, replayer, fence, tenantId, clock, tally, readCounts, isWanted }: ReplayContext,
  workId: number,
  { lane, isTokenRefused }: Extract<SyncWork, { readonly type: 'replay' }>,
): Promise<SyncFact> {
  const request = await store.takeRequest(fence, { lane, now: clock.now(), tenantId })
  if (request === undefined || !isWanted(workId)) {
    return { type: 'replayEnded', workId, lane, verdict: { type: 'none' }, settledCount: 0, ...(await readCounts()) }
  }
  const reply = await replayer.replay(request, { isTokenRefused })
  if (reply.type !== 'noToken') tally({ replayedBytes: request.body?.byteLength ?? 0 })
  const verdict = judgeReplay(reply)
  let settledCount = 0
  if (isRequestVerdict(verdict)) {
    const settled = await store.settleRequest(fence, { requestId: request.requestId, verdict, now: clock.now() })
    settledCount = settled.isSettled ? 1 : 0
    tally({ items: settledCount, conflicts: settled.conflicts, attempts: settled.attempts })
  }
  return { type: 'replayEnded', workId, lane, verdict, settledCount, ...(await readCounts()) }
}
