import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { DocumentSummary } from '../../relay/document-store.ts'
import { bytesOf, integerOf, textOf } from '../database/column-value.ts'
import { decodeRuns, type JournalRun } from './journal-entry.ts'
import { lastSeqOf } from './log-run.ts'
import { rowHeaderBytes } from './row-format.ts'

export interface ListCall {
  readonly tenant: string
  readonly after: string
  readonly limit: number
  readonly includeDeleted: boolean
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
    const runsByLog = this.#journalRunsByLog()
    return this.#list.all(tenant, after, includeDeleted ? 1 : 0, limit).map((row) => {
      const settledSeq = Math.max(integerOf(row['snapshot_seq']), integerOf(row['segment_seq']))
      // Rows that are being moved stand in a segment and in the journal.
      const unsettled = (runsByLog.get(integerOf(row['log_id'])) ?? []).filter((run) => run.firstSeq > settledSeq)
      const unsettledBytes = unsettled.reduce((sum, run) => sum + run.byteLength - rowHeaderBytes * run.rowCount, 0)
      const last = unsettled.at(-1)
      return {
        name: textOf(row['name']),
        generation: textOf(row['generation']),
        isDeleted: integerOf(row['is_deleted']) === 1,
        storedBytes: integerOf(row['snapshot_bytes']) + integerOf(row['segment_bytes']) + unsettledBytes,
        updateCount: last === undefined ? settledSeq : lastSeqOf(last),
        createdAt: integerOf(row['created_at']),
        updatedAt: Math.max(integerOf(row['changed_at']), integerOf(row['segment_at']), last?.at ?? 0),
      }
    })
  }

  #journalRunsByLog(): Map<number, JournalRun[]> {
    const runsByLog = new Map<number, JournalRun[]>()
    for (const entry of this.#journalRuns.iterate()) {
      for (const run of decodeRuns(bytesOf(entry['runs']), integerOf(entry['runs_checksum']))) {
        const runs = runsByLog.get(run.logId)
        if (runs === undefined) runsByLog.set(run.logId, [run])
        else runs.push(run)
      }
    }
    return runsByLog
  }
}
