import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { bytesOf, integerOf, optionalIntegerOf } from '../database/column-value.ts'
import { decodeRuns } from './journal-entry.ts'
import { checksumOf, lastSeqOf, type LogRun } from './log-run.ts'
import type { UnsettledLogs, UnsettledRun } from './unsettled-logs.ts'

/** Moves rows from the journal to their documents, a segment for each, inside the caller's transaction. */
export class SettleJournal {
  readonly #entries: StatementSync
  readonly #insertSegment: StatementSync
  readonly #deleteEntries: StatementSync
  readonly #settledSeq: StatementSync

  constructor(database: DatabaseSync) {
    this.#entries = database.prepare('SELECT id, runs, runs_checksum, body FROM journal ORDER BY id')
    this.#insertSegment = database.prepare(
      'INSERT INTO log_segment (log_id, first_seq, last_seq, at, value, checksum) VALUES (?, ?, ?, ?, ?, ?)',
    )
    this.#settledSeq = database.prepare('SELECT max(last_seq) AS seq FROM log_segment WHERE log_id = ?')
    this.#deleteEntries = database.prepare('DELETE FROM journal WHERE id <= ?')
  }

  /** Reads what an earlier process left in the journal, except the rows that it had moved already. */
  recover(unsettled: UnsettledLogs): void {
    const settledSeqByLog = new Map<number, number>()
    const isSettled = (run: LogRun): boolean => {
      const seq = settledSeqByLog.get(run.logId) ?? optionalIntegerOf(this.#settledSeq.get(run.logId)?.['seq'] ?? null) ?? 0
      settledSeqByLog.set(run.logId, seq)
      return lastSeqOf(run) <= seq
    }
    for (const entry of this.#entries.iterate()) {
      const body = bytesOf(entry['body'])
      const runs = decodeRuns(bytesOf(entry['runs']), integerOf(entry['runs_checksum'])).filter((run) => !isSettled(run))
      unsettled.committed(
        integerOf(entry['id']),
        runs.map((run) => ({ ...run, bytes: body.subarray(run.offset, run.offset + run.byteLength) })),
      )
    }
  }

  move({ runsByLog, doneEntry }: ReturnType<UnsettledLogs['nextSlice']>): void {
    for (const runs of runsByLog.values()) this.#writeSegments(runs)
    if (doneEntry !== undefined) this.#deleteEntries.run(doneEntry)
  }

  #writeSegments(runs: readonly UnsettledRun[]): void {
    let joined: UnsettledRun[] = []
    for (const run of runs) {
      const isIntact = checksumOf(run.bytes, run) === run.checksum
      if (isIntact) {
        joined.push(run)
        continue
      }
      // What was damaged in the journal goes on as it is, under its old checksum: the document stays unavailable, and others do not.
      this.#writeJoined(joined)
      joined = []
      this.#write(run)
    }
    this.#writeJoined(joined)
  }

  #writeJoined(runs: readonly UnsettledRun[]): void {
    const [first] = runs
    const last = runs.at(-1)
    if (first === undefined || last === undefined) return
    if (first === last) return this.#write(first)
    const { logId, firstSeq } = first
    const rowCount = lastSeqOf(last) - firstSeq + 1
    const bytes = Buffer.concat(runs.map((run) => run.bytes))
    this.#write({ logId, firstSeq, rowCount, at: last.at, bytes, checksum: checksumOf(bytes, { logId, firstSeq, rowCount }) })
  }

  #write(run: UnsettledRun): void {
    this.#insertSegment.run(run.logId, run.firstSeq, lastSeqOf(run), run.at, run.bytes, run.checksum)
  }
}
