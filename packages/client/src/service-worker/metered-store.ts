import type { OutboxBatch, SyncStore } from '../sync/sync-store.ts'
import { EntryBudget, type Allowance } from './entry-budget.ts'

/** It is looked at for its operations alone, and has none. */
const nothing: OutboxBatch = { deviceId: '', ackedThrough: 0, checkpoint: undefined, operations: [], hasMore: false }

/** What is sent and gets no verdict settles nothing: others have its room. */
export interface MeteredStore extends SyncStore {
  pushLeft(): void
  pushEnded(isAnswered: boolean): void
  giveUpRequest(requestId: string): void
}

/** The device's store, with an outbox that looks empty when enough was settled: an engine on it comes to rest by itself. */
export function createMeteredStore(store: SyncStore, allowance: Allowance): MeteredStore {
  const budget = new EntryBudget(allowance)
  return {
    ...untouched(store),
    takeBatch: (fence, options) => {
      const take = async (): Promise<OutboxBatch> => {
        const batch = await store.takeBatch(fence, { ...options, atMost: Math.min(budget.free, options.atMost ?? Infinity) })
        budget.tookBatch(batch.operations.length)
        return batch
      }
      // What follows a batch that is out cannot wait for it.
      if (options.underWay !== undefined) return budget.takeNow(take, nothing)
      budget.returnBatches()
      return budget.takeWhenFree(take, nothing)
    },
    settle: (fence, batch, response, now) =>
      budget.settleBatch(batch.operations.length, () => store.settle(fence, batch, response, now)),
    takeRequest: (fence, options) => {
      const { lane } = options
      budget.returnLane(lane)
      return budget.takeWhenFree(async () => {
        const request = await store.takeRequest(fence, options)
        if (request !== undefined) budget.tookRequest(lane, request.requestId)
        return request
      }, undefined)
    },
    settleRequest: async (fence, outcome) => {
      try {
        const settled = await store.settleRequest(fence, outcome)
        await budget.spend(settled.isSettled ? 1 : 0)
        return settled
      } finally {
        budget.returnRequest(outcome.requestId)
      }
    },
    pushLeft: () => budget.pushLeft(),
    pushEnded: (isAnswered) => budget.pushEnded(isAnswered),
    giveUpRequest: (requestId) => budget.returnRequest(requestId),
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
