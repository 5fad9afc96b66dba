import type { OutboxBatch, SyncStore } from '../sync/sync-store.ts'

export interface Allowance {
  /** So many entries may be settled, groups excepted: they are not torn. */
  readonly entriesMax: number
  /** After every batch that got its verdicts. */
  readonly onSettled: (settled: number) => Promise<void>
}

/** The device's store, with an outbox that looks empty when enough was settled: an engine on it comes to rest by itself. */
export function createMeteredStore(store: SyncStore, { entriesMax, onSettled }: Allowance): SyncStore {
  let left = entriesMax
  let last: OutboxBatch | undefined
  return {
    takeFence: () => store.takeFence(),
    counts: (...when) => store.counts(...when),
    takeBatch: async (fence, options) => {
      if (left <= 0 && last !== undefined) return { ...last, operations: [] }
      last = await store.takeBatch(fence, { ...options, atMost: Math.min(left, options.atMost ?? left) })
      return last
    },
    settle: async (fence, batch, response, now) => {
      const outcome = await store.settle(fence, batch, response, now)
      left -= outcome.settled
      await onSettled(outcome.settled)
      return outcome
    },
    takeRequest: async (fence, options) => (left <= 0 ? undefined : store.takeRequest(fence, options)),
    settleRequest: async (fence, outcome) => {
      const settled = await store.settleRequest(fence, outcome)
      if (!settled.isSettled) return settled
      left--
      await onSettled(1)
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
