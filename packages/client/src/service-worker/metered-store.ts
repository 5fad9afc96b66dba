import { WorkQueue } from '../store/work-queue.ts'
import type { OutboxBatch, SyncStore } from '../sync/sync-store.ts'

export interface Allowance {
  /** So many entries may be settled, groups excepted: they are not torn. */
  readonly entriesMax: number
  /** After every answer that settled something. */
  readonly onSettled: (settled: number) => Promise<void>
}

/** It is looked at for its operations alone, and has none. */
const nothing: OutboxBatch = { deviceId: '', ackedThrough: 0, checkpoint: undefined, operations: [], hasMore: false }

/** What is sent and gets no verdict settles nothing: others have its room. */
export interface MeteredStore extends SyncStore {
  giveUpBatches(): void
  giveUpRequest(requestId: string): void
}

/** The device's store, with an outbox that looks empty when enough was settled: an engine on it comes to rest by itself. */
export function createMeteredStore(store: SyncStore, { entriesMax, onSettled }: Allowance): MeteredStore {
  /** What one of them takes is not there for the next. */
  const takes = new WorkQueue()
  let left = entriesMax
  /** The next batch is chosen while these are settled. */
  let settling = 0
  /** Of the push under way: out, or chosen to follow. */
  let inBatches = 0
  const requestsOut = new Set<string>()
  const spend = async (settled: number): Promise<void> => {
    left -= settled
    if (settled > 0) await onSettled(settled)
  }
  return {
    ...untouched(store),
    takeBatch: (fence, options) =>
      takes.run(async () => {
        // Where nothing is under way what an earlier push had taken, without an answer, is taken again.
        inBatches = options.underWay ?? 0
        const free = left - settling - requestsOut.size - inBatches
        if (free <= 0) return nothing
        const batch = await store.takeBatch(fence, { ...options, atMost: Math.min(free, options.atMost ?? free) })
        inBatches += batch.operations.length
        return batch
      }),
    settle: async (fence, batch, response, now) => {
      const { length } = batch.operations
      settling += length
      inBatches = Math.max(0, inBatches - length)
      try {
        const outcome = await store.settle(fence, batch, response, now)
        await spend(outcome.settled)
        return outcome
      } finally {
        settling -= length
      }
    },
    takeRequest: (fence, options) =>
      takes.run(async () => {
        if (left - settling - requestsOut.size - inBatches <= 0) return undefined
        const request = await store.takeRequest(fence, options)
        if (request !== undefined) requestsOut.add(request.requestId)
        return request
      }),
    settleRequest: async (fence, outcome) => {
      const settled = await store.settleRequest(fence, outcome)
      requestsOut.delete(outcome.requestId)
      await spend(settled.isSettled ? 1 : 0)
      return settled
    },
    giveUpBatches: () => (inBatches = 0),
    giveUpRequest: (requestId) => requestsOut.delete(requestId),
  }
}

function untouched(store: SyncStore): Omit<SyncStore, 'takeBatch' | 'settle' | 'takeRequest' | 'settleRequest'> {
  return {
    takeFence: () => store.takeFence(),
    counts: (...when) => store.counts(...when),
    checkpoint: () => store.checkpoint(),
    applyChanges: (...page) => store.applyChanges(...page),
    beginResync: (fence) => store.beginResync(fence),
    applyResyncPage: (fence, page) => store.applyResyncPage(fence, page),
    finishResync: (...end) => store.finishResync(...end),
    noteFailedAttempt: (...attempt) => store.noteFailedAttempt(...attempt),
    quarantine: (...entries) => store.quarantine(...entries),
    reviveFailed: (fence) => store.reviveFailed(fence),
    times: () => store.times(),
    clockOffset: () => store.clockOffset(),
    noteClockSample: (sample) => store.noteClockSample(sample),
    isEnabled: () => store.isEnabled(),
    setEnabled: (isEnabled) => store.setEnabled(isEnabled),
    onChanged: (listener) => store.onChanged(listener),
  }
}
