import type { RecordRow } from '@rejoin/core'
import { isoTime } from './iso-time.ts'
import type { StoredRecord } from './record-store.ts'

/** A stored record as clients see it. */
export function recordRowOf(record: StoredRecord): RecordRow {
  return {
    entityType: record.entityType,
    recordId: record.recordId,
    version: record.version,
    seq: record.seq,
    fields: record.fields,
    isDeleted: record.isDeleted,
    clientCreatedAt: isoTime(record.clientCreatedAt),
    clientUpdatedAt: isoTime(record.clientUpdatedAt),
    serverCreatedAt: isoTime(record.serverCreatedAt),
    serverUpdatedAt: isoTime(record.serverUpdatedAt),
  }
}
