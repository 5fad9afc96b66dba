import type { AnnouncedLimits, ChangesResponse, Operation, SyncResponse } from '@rejoin/core'
import type { Hold } from './sync-conditions.ts'
import type { RequestVerdict } from './judge-replay.ts'
import type { ReplayLane } from './replay-lane.ts'
import type { RequestToReplay } from './request-replayer.ts'
import type { FailedAttempt } from './sync-observer.ts'

/** What came of a verdict on a request of the app. */
export interface SettledRequest {
  /** It left the queue. */
  readonly isSettled: boolean
  readonly conflicts: number
  readonly attempts: readonly FailedAttempt[]
}

/** Counts for the state and for deciding what is due. */
export interface OutboxCounts {
  /** Not settled: what waits and what was sent. */
  readonly pending: number
  /** Sent, without a verdict. */
  readonly inFlight: number
  /** Used up their attempts, or parked. */
  readonly failed: number
  /** Undismissed and dismissed. */
  readonly attention: number
  /** The earliest time at which an entry that waits may be sent; `undefined` where none waits for a time. */
  readonly nextRetryAt: number | undefined
  /** How many could be sent right now. */
  readonly sendable: number
  /** Requests of the app that may be sent, by lane, in the order of their turns; absent where there are none. */
  readonly replays?: readonly ReplayLane[]
  /** How many more could, but for their level; absent where no level was asked about. */
  readonly held?: number
}

/** What one request will carry. Its entries were marked as sent, durably, before this was handed out. */
export interface OutboxBatch {
  readonly deviceId: string
  readonly ackedThrough: number
  readonly checkpoint: string | undefined
  readonly operations: readonly Operation[]
  /** Perhaps there is more than these that could be sent now. */
  readonly hasMore: boolean
}

export interface SettleOutcome {
  readonly settled: number
  /** Items that were added to the attention list. */
  readonly raised: number
  /** Of the settled: the server's version was kept, whole or in part. */
  readonly conflicts: number
  /** Operations that failed, for now or for good. */
  readonly attempts: readonly FailedAttempt[]
  /** The server said `DEVICE_FORKED`: this copy has a new device id and its unsettled operations new numbers. */
  readonly isForked: boolean
  /** The stored checkpoint is the response's now: its changes are taken. */
  readonly isApplied: boolean
}

/** ms since the epoch, for display; `undefined` where it never happened. */
export interface SyncTimes {
  readonly lastPushedAt: number | undefined
  readonly lastPulledAt: number | undefined
  readonly byEntity: Readonly<Record<string, Omit<SyncTimes, 'byEntity'>>>
}

/** A drainer that was replaced (its tab froze, say) must not settle anything: every call checks its fence in its transaction. */
export class FenceLostError extends Error {
  override readonly name = 'FenceLostError'
}

/** The device's store as the engine sees it. Every call is one transaction; writes have strict durability. */
export interface SyncStore {
  /** Starts a reign: all earlier fences are lost from now on. */
  takeFence(): Promise<number>
  /** `heldBelow`: what was not sent yet and is below this level is counted as held, not as sendable. */
  counts(now: number, heldBelow?: Hold['below']): Promise<OutboxCounts>
  /**
   * The next batch: entries that were sent before come first, as they were; then the heads of the lanes, by score, then age; at most one of
   * a record; groups whole. Empty `operations`: nothing can be sent now. What fits into no request of these limits is quarantined; `atMost`
   * (no more operations than this, except for a group) only makes the batch smaller. `underWay`: so many operations are in a request that is
   * out; this batch could follow it, and is empty while anything else that was sent is due.
   */
  takeBatch(
    fence: number,
    options: {
      readonly now: number
      readonly limits: Pick<AnnouncedLimits, 'operationsMax' | 'requestBytesMax'>
      readonly atMost?: number
      readonly underWay?: number
      /** What was not sent yet and is below this level is left out; a group goes whole where one of it goes. */
      readonly heldBelow?: Hold['below'] | undefined
      readonly tenantId: string
    },
  ): Promise<OutboxBatch>
  /**
   * Results, confirmed rows, attention and checkpoint in one transaction. Changes are taken only if the stored checkpoint is still the one of
   * the batch. Results for operations that are not in the outbox change nothing.
   */
  settle(fence: number, batch: OutboxBatch, response: SyncResponse, now: number): Promise<SettleOutcome>
  /**
   * The first request of a lane, marked as sent; `undefined` where none of it may be sent now. One that never can be (damaged, another tenant's)
   * goes to a person on the way.
   */
  takeRequest(
    fence: number,
    options: { readonly lane: string; readonly now: number; readonly tenantId: string },
  ): Promise<RequestToReplay | undefined>
  /** A verdict on a request that is not in the outbox (any more) changes nothing. */
  settleRequest(
    fence: number,
    outcome: { readonly requestId: string; readonly verdict: RequestVerdict; readonly now: number },
  ): Promise<SettledRequest>
  checkpoint(): Promise<string | undefined>
  /** Rows and checkpoint in one transaction; `false` where the stored checkpoint is not `after` any more. */
  applyChanges(fence: number, after: string | undefined, page: ChangesResponse, now: number): Promise<boolean>
  /** From the start, into rows beside the old ones; `finishResync` swaps them in one transaction. The outbox stays. */
  beginResync(fence: number): Promise<void>
  applyResyncPage(fence: number, page: ChangesResponse): Promise<void>
  finishResync(fence: number, checkpoint: string, now: number): Promise<void>
  /** An attempt that the entries themselves are to blame for (`INTERNAL`): counts, schedules, and at the end moves to attention. */
  noteFailedAttempt(
    fence: number,
    operationIds: readonly string[],
    failure: { readonly message: string; readonly now: number },
  ): Promise<readonly FailedAttempt[]>
  /** Entries that can never be sent as they are (too large, refused as a request of their own): to attention, lane parked. */
  quarantine(
    fence: number,
    operationIds: readonly string[],
    reason: { readonly code: 'TOO_LARGE' | 'VALIDATION_ERROR' | 'INTERNAL'; readonly message: string; readonly now: number },
  ): Promise<readonly FailedAttempt[]>
  /** Failed entries get one new round of attempts, and those for which the server was too old. What only a person can mend stays. */
  reviveFailed(fence: number): Promise<void>
  times(): Promise<SyncTimes>
  /** Best known difference server - device, ms, by the sample with the shortest round trip. */
  clockOffset(): Promise<number>
  noteClockSample(sample: { readonly offsetMs: number; readonly roundTripMs: number }): Promise<void>
  /** `undefined` until somebody decided. */
  isEnabled(): Promise<boolean | undefined>
  setEnabled(isEnabled: boolean): Promise<void>
  /** Calls after every change of the outbox, from whatever tab. */
  onChanged(listener: () => void): () => void
}
