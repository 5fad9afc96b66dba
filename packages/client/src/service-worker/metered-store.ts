import type { OutboxBatch, SyncStore } from '../sync/sync-store.ts'

export interface Allowance {
  /** So many entries may be settled, groups excepted: they are not torn. */
  readonly entriesMax: number
  /** After every answer that settled something. */
  readonly onSettled: (settled: number) => Promise<void>
}

/** It is looked at for its operations alone, and has none. */
const nothing: OutboxBatch = { deviceId: '', ackedThrough: 0, checkpoint: undefined, operations: [], hasMore: false }

/** The device's store, with an outbox that looks empty when enough was settled: an engine on it comes to rest by itself. */
export function createMeteredStore(store: SyncStore, { entriesMax, onSettled }: Allowance): SyncStore {
  let left = entriesMax
  /** The next batch is chosen while these are settled. */
  let settling = 0
  const requestsOut = new Set<string>()
  const spend = async (settled: number): Promise<void> => {
    left -= settled
    if (settled > 0) await onSettled(settled)
  }
  return {
    takeFence: () => store.takeFence(),
    counts: (...when) => store.counts(...when),
    takeBatch: async (fence, options) => {
      const free = left - settling - requestsOut.size - (options.underWay ?? 0)
      if (free <= 0) return nothing
      return store.takeBatch(fence, { ...options, atMost: Math.min(free, options.atMost ?? free) })
    },
    settle: async (fence, batch, response, now) => {
      const { length } = batch.operations
      settling += length
      try {
        const outcome = await store.settle(fence, batch, response, now)
        await spend(outcome.settled)
        return outcome
      } finally {
        settling -= length
      }
    },
    takeRequest: async (fence, options) => {
      if (left - settling - requestsOut.size <= 0) return undefined
      const request = await store.takeRequest(fence, options)
      if (request !== undefined) requestsOut.add(request.requestId)
      return request
    },
    settleRequest: async (fence, outcome) => {
      const settled = await store.settleRequest(fence, outcome)
      requestsOut.delete(outcome.requestId)
      await spend(settled.isSettled ? 1 : 0)
      return settled
    },
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
