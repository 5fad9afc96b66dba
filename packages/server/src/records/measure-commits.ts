import type { RecordCounters } from './record-counters.ts'
import type { RecordStore } from './record-store.ts'

/** The same store; how long its commits take is told to the counters. */
export function measureCommits(store: RecordStore, counters: RecordCounters, elapsedMs: () => number): RecordStore {
  return {
    epoch: store.epoch,
    checkpointKey: store.checkpointKey,
    prune: (before) => store.prune(before),
    tenant(name) {
      const tenant = store.tenant(name)
      return {
        read: (request) => tenant.read(request),
        changes: (page) => tenant.changes(page),
        changedSince: (page) => tenant.changedSince(page),
        get: (key) => tenant.get(key),
        async commit(commit) {
          const startedMs = elapsedMs()
          const outcome = await tenant.commit(commit)
          counters.observeCommitMs(elapsedMs() - startedMs)
          return outcome
        },
      }
    },
  }
}
