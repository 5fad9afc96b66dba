import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { DocumentSummary } from '../relay/document-store.ts'
import { bytesOf, integerOf, textOf } from './column-value.ts'
import { decodeRuns } from './journal-entry.ts'
import { lastSeqOf } from './log-run.ts'
import { rowHeaderBytes } from './row-format.ts'

export interface ListCall {
  readonly tenant: string
  readonly after: string
  readonly limit: number
  readonly includeDeleted: boolean
}

interface LogEnd {
  lastSeq: number
  bytes: number
  at: number
}

const listSql = `
SELECT document.name, generation, is_deleted, created_at, changed_at, document.log_id AS log_id,
  coalesce(snapshot.seq, 0) AS snapshot_seq, coalesce(length(snapshot.value) - 1, 0) AS snapshot_bytes,
  coalesce((SELECT sum(length(value) - ${rowHeaderBytes} * (last_seq - first_seq + 1)) FROM log_segment AS segment
    WHERE segment.log_id = document.log_id AND last_seq > coalesce(snapshot.seq, 0)), 0) AS segment_bytes,
  coalesce((SELECT max(last_seq) FROM log_segment AS segment WHERE segment.log_id = document.log_id), 0) AS segment_seq,
  coalesce((SELECT at FROM log_segment AS segment WHERE segment.log_id = document.log_id ORDER BY last_seq DESC LIMIT 1), 0) AS segment_at
FROM document JOIN tenant ON tenant.id = tenant_id LEFT JOIN snapshot ON snapshot.log_id = document.log_id
WHERE tenant.name = ? AND document.name > ? AND (is_deleted = 0 OR ?)
ORDER BY document.name LIMIT ?`

/** Lists documents from what their rows say: no counter has to be kept up on the way in. Inside the caller's transaction. */
export class DocumentList {
  readonly #list: StatementSync
  readonly #journalRuns: StatementSync

  constructor(database: DatabaseSync) {
    this.#list = database.prepare(listSql)
    this.#journalRuns = database.prepare('SELECT runs, runs_checksum FROM journal ORDER BY id')
  }

  list({ tenant, after, limit, includeDeleted }: ListCall): DocumentSummary[] {
    const journalEnds = this.#journalEnds()
    return this.#list.all(tenant, after, includeDeleted ? 1 : 0, limit).map((row) => {
      const unsettled = journalEnds.get(integerOf(row['log_id'])) ?? { lastSeq: 0, bytes: 0, at: 0 }
      return {
        name: textOf(row['name']),
        generation: textOf(row['generation']),
        isDeleted: integerOf(row['is_deleted']) === 1,
        storedBytes: integerOf(row['snapshot_bytes']) + integerOf(row['segment_bytes']) + unsettled.bytes,
        updateCount: Math.max(integerOf(row['snapshot_seq']), integerOf(row['segment_seq']), unsettled.lastSeq),
        createdAt: integerOf(row['created_at']),
        updatedAt: Math.max(integerOf(row['changed_at']), integerOf(row['segment_at']), unsettled.at),
      }
    })
  }

  /** Where the logs stand whose last rows are only in the journal. */
  #journalEnds(): Map<number, LogEnd> {
    const endByLog = new Map<number, LogEnd>()
    for (const entry of this.#journalRuns.iterate()) {
      for (const run of decodeRuns(bytesOf(entry['runs']), integerOf(entry['runs_checksum']))) {
        const end = endByLog.get(run.logId) ?? { lastSeq: 0, bytes: 0, at: 0 }
        end.lastSeq = lastSeqOf(run)
        end.bytes += run.byteLength - rowHeaderBytes * run.rowCount
        end.at = run.at
        endByLog.set(run.logId, end)
      }
    }
    return endByLog
  }
}
