import type { RecordStore, TenantRecords } from '../records/record-store.ts'
import type { ReaderCalls } from './reader-calls.ts'
import type { WorkerThread } from './worker-thread.ts'
import type { WriterLane } from './writer-lane.ts'

export interface SqliteRecordStoreParts {
  readonly writer: WriterLane
  /** Throws once the store is closed. */
  readonly reader: () => WorkerThread<ReaderCalls>
  /** Throws once the store is closed. */
  readonly assertOpen: () => void
}

/** The records beside the documents: the same database, the same writer and the same reader. */
export function createSqliteRecordStore({ writer, reader, assertOpen }: SqliteRecordStoreParts): RecordStore {
  return {
    epoch: writer.life.epoch,
    checkpointKey: writer.life.checkpointKey,
    tenant: (tenant): TenantRecords => ({
      read: async (request) => reader().call('recordBasis', { tenant, request }),
      commit: async (commit) => {
        assertOpen()
        return writer.commitRecords(tenant, commit)
      },
      changes: async ({ afterSeq, limit, entityType }) =>
        reader().call('recordChanges', { tenant, afterSeq, limit, entityType, since: undefined }),
      changedSince: async ({ entityType, since, limit }) =>
        reader().call('recordChanges', { tenant, afterSeq: 0, limit, entityType, since }),
      get: async (key) => reader().call('record', { tenant, key }),
    }),
    prune: async (before) => {
      assertOpen()
      return writer.write('pruneRecords', before)
    },
  }
}
