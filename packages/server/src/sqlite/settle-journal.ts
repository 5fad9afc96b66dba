import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { bytesOf, integerOf } from './column-value.ts'
import { decodeRuns } from './journal-entry.ts'
import { checksumOf, lastSeqOf, type LogRun } from './log-run.ts'

interface FoundRun extends LogRun {
  readonly bytes: Uint8Array
}

/** Moves the rows of the journal to their documents, one segment for each, inside the caller's transaction. */
export class SettleJournal {
  readonly #entries: StatementSync
  readonly #insertSegment: StatementSync
  readonly #deleteEntries: StatementSync

  constructor(database: DatabaseSync) {
    this.#entries = database.prepare('SELECT id, runs, runs_checksum, body FROM journal ORDER BY id')
    this.#insertSegment = database.prepare(
      'INSERT INTO log_segment (log_id, first_seq, last_seq, at, value, checksum) VALUES (?, ?, ?, ?, ?, ?)',
    )
    this.#deleteEntries = database.prepare('DELETE FROM journal WHERE id <= ?')
  }

  settle(): void {
    const runsByLog = new Map<number, FoundRun[]>()
    let lastId = 0
    for (const entry of this.#entries.iterate()) {
      const body = bytesOf(entry['body'])
      for (const run of decodeRuns(bytesOf(entry['runs']), integerOf(entry['runs_checksum']))) {
        const found = { ...run, bytes: body.subarray(run.offset, run.offset + run.byteLength) }
        const runs = runsByLog.get(run.logId)
        if (runs === undefined) runsByLog.set(run.logId, [found])
        else runs.push(found)
      }
      lastId = integerOf(entry['id'])
    }
    for (const runs of runsByLog.values()) this.#writeSegments(runs)
    this.#deleteEntries.run(lastId)
  }

  #writeSegments(runs: readonly FoundRun[]): void {
    let joined: FoundRun[] = []
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

  #writeJoined(runs: readonly FoundRun[]): void {
    const [first] = runs
    const last = runs.at(-1)
    if (first === undefined || last === undefined) return
    if (first === last) return this.#write(first)
    const { logId, firstSeq } = first
    const rowCount = lastSeqOf(last) - firstSeq + 1
    const bytes = Buffer.concat(runs.map((run) => run.bytes))
    this.#write({ logId, firstSeq, rowCount, at: last.at, bytes, checksum: checksumOf(bytes, { logId, firstSeq, rowCount }) })
  }

  #write(run: FoundRun): void {
    this.#insertSegment.run(run.logId, run.firstSeq, lastSeqOf(run), run.at, run.bytes, run.checksum)
  }
}
