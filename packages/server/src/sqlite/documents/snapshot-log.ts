import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { integerOf, optionalIntegerOf } from '../database/column-value.ts'
import { checksumOf } from './log-run.ts'
import { snapshotValue } from './row-format.ts'

export interface FoldedSnapshot {
  readonly logId: number
  /** Of the snapshot it was folded from; 0 where there was none. */
  readonly fromSeq: number
  readonly seq: number
  readonly update: Uint8Array
  readonly known: Uint8Array
}

export interface QuarantinedRow {
  readonly logId: number
  /** 0 where the fault could not be laid on one row. */
  readonly seq: number
  readonly reason: string
}

/** Snapshots, the archive they leave behind, and rows that could not be folded; inside the caller's transaction. */
export class SnapshotLog {
  readonly #findSnapshot: StatementSync
  readonly #replaceSnapshot: StatementSync
  readonly #insertSpan: StatementSync
  readonly #findExpired: StatementSync
  readonly #deleteSegments: StatementSync
  readonly #deleteSpan: StatementSync
  readonly #insertQuarantine: StatementSync

  constructor(database: DatabaseSync) {
    this.#findSnapshot = database.prepare('SELECT seq FROM snapshot WHERE log_id = ?')
    this.#replaceSnapshot = database.prepare('REPLACE INTO snapshot (log_id, seq, at, checksum, value) VALUES (?, ?, ?, ?, ?)')
    this.#insertSpan = database.prepare('INSERT INTO archived_span (log_id, to_seq, archived_at) VALUES (?, ?, ?)')
    this.#findExpired = database.prepare(
      'SELECT log_id, to_seq FROM archived_span WHERE archived_at < ? ORDER BY archived_at, log_id, to_seq LIMIT 1',
    )
    this.#deleteSegments = database.prepare(
      'DELETE FROM log_segment WHERE id IN (SELECT id FROM log_segment WHERE log_id = ? AND last_seq <= ? ORDER BY last_seq LIMIT ?)',
    )
    this.#deleteSpan = database.prepare('DELETE FROM archived_span WHERE log_id = ? AND to_seq = ?')
    this.#insertQuarantine = database.prepare('REPLACE INTO quarantine (log_id, seq, reason, at) VALUES (?, ?, ?, ?)')
  }

  /** `false` where another snapshot came first. The covered rows become the archive where they are. */
  install({ logId, fromSeq, seq, update, known }: FoldedSnapshot, now: number): boolean {
    const current = optionalIntegerOf(this.#findSnapshot.get(logId)?.['seq'] ?? null) ?? 0
    if (current !== fromSeq || seq <= current) return false
    const value = snapshotValue({ update, known })
    const checksum = checksumOf(value, { logId, firstSeq: 1, rowCount: seq })
    this.#replaceSnapshot.run(logId, seq, now, checksum, value)
    this.#insertSpan.run(logId, seq, now)
    return true
  }

  quarantine({ logId, seq, reason }: QuarantinedRow, now: number): void {
    this.#insertQuarantine.run(logId, seq, reason, now)
  }

  /** Deletes up to `segmentsMax` archived segments older than the given time; returns whether there may be more. */
  prune(before: number, segmentsMax: number): boolean {
    const span = this.#findExpired.get(before)
    if (span === undefined) return false
    const [logId, toSeq] = [integerOf(span['log_id']), integerOf(span['to_seq'])]
    const deleted = Number(this.#deleteSegments.run(logId, toSeq, segmentsMax).changes)
    if (deleted < segmentsMax) this.#deleteSpan.run(logId, toSeq)
    return true
  }
}
