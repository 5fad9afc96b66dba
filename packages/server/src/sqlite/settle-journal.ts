import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { bytesOf, integerOf } from './column-value.ts'
import { decodeRuns } from './journal-entry.ts'
import { checksumOf, lastSeqOf } from './log-run.ts'
import type { UnsettledLogs, UnsettledRun } from './unsettled-logs.ts'

/** Moves rows from the journal to their documents, a segment for each, inside the caller's transaction. */
export class SettleJournal {
  readonly #entries: StatementSync
  readonly #insertSegment: StatementSync
  readonly #deleteEntries: StatementSync

  constructor(database: DatabaseSync) {
    // A row that is in a segment already, because a crash came between two slices, is not moved again.
    this.#entries = database.prepare('SELECT id, runs, runs_checksum, body FROM journal ORDER BY id')
    this.#insertSegment = database.prepare(
      'INSERT INTO log_segment (log_id, first_seq, last_seq, at, value, checksum) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    )
    this.#deleteEntries = database.prepare('DELETE FROM journal WHERE id <= ?')
  }

  /** Reads what an earlier process left in the journal. */
  recover(unsettled: UnsettledLogs): void {
    for (const entry of this.#entries.iterate()) {
      const body = bytesOf(entry['body'])
      const runs = decodeRuns(bytesOf(entry['runs']), integerOf(entry['runs_checksum']))
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
