import type { ChangesPage, RecordStore, TenantRecords } from '../../records/record-store.ts'
import type { ReaderCalls } from '../threads/reader-calls.ts'
import { recordOfColumns, verdictOfColumns } from './record-columns.ts'
import type { ChangesCall } from './record-reader.ts'
import type { WorkerThread } from '../threads/worker-thread.ts'
import type { WriterLane } from '../threads/writer-lane.ts'

export interface SqliteRecordStoreParts {
  readonly writer: WriterLane
  /** Throws once the store is closed. */
  readonly reader: () => WorkerThread<ReaderCalls>
  /** Throws once the store is closed. */
  readonly assertOpen: () => void
}

/** The records beside the documents: the same database, the same writer and the same reader. */
export function createSqliteRecordStore(parts: SqliteRecordStoreParts): RecordStore {
  const { writer, assertOpen } = parts
  return {
    epoch: writer.life.epoch,
    checkpointKey: writer.life.checkpointKey,
    tenant: (tenant) => tenantRecords(tenant, parts),
    prune: async (before) => {
      assertOpen()
      return writer.write('pruneRecords', before)
    },
  }
}

/** Rows become records here; one that cannot is damage, and the whole answer is refused. */
function tenantRecords(tenant: string, { writer, reader, assertOpen }: SqliteRecordStoreParts): TenantRecords {
  const page = async (call: Omit<ChangesCall, 'tenant'>): Promise<ChangesPage> => {
    const { records, ...facts } = await reader().call('recordChanges', { tenant, ...call })
    return { records: records.map(recordOfColumns), ...facts }
  }
  return {
    read: async (request) => {
      const { head, verdicts, devices, records } = await reader().call('recordBasis', { tenant, request })
      return { head, verdicts: verdicts.map(verdictOfColumns), devices, records: records.map(recordOfColumns) }
    },
    commit: async (commit) => {
      assertOpen()
      return writer.commitRecords(tenant, commit)
    },
    changes: ({ afterSeq, limit, entityType }) => page({ afterSeq, limit, entityType, since: undefined }),
    changedSince: ({ entityType, since, limit }) => page({ afterSeq: 0, limit, entityType, since }),
    get: async (key) => {
      const columns = await reader().call('record', { tenant, key })
      return columns && recordOfColumns(columns)
    },
  }
}
