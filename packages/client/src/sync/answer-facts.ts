import type { ChangesResponse, SyncResponse } from '@rejoin/core'
import { clockSampleOf } from './clock-sample-of.ts'
import type { PageFacts } from './sync-event.ts'
import type { TransportReply } from './sync-transport.ts'
import type { WorkContext } from './work-context.ts'

/** A page without a checkpoint and without a reason for it leaves this device where it was. */
export function pageFactsOf({
  hasMore,
  changes,
  checkpoint,
  resyncRequired,
}: ChangesResponse | SyncResponse): Omit<PageFacts, 'isApplied'> {
  return { hasMore: hasMore || checkpoint === undefined, lastSeq: changes.at(-1)?.seq, resyncRequired }
}

/** An answer says what time it is. */
export async function noteTime(
  { clock, store }: WorkContext,
  { body, roundTripMs }: Extract<TransportReply<ChangesResponse>, { readonly type: 'answered' }>,
): Promise<void> {
  await store.noteClockSample(clockSampleOf({ serverTime: body.serverTime, roundTripMs, receivedAt: clock.now() }))
}
