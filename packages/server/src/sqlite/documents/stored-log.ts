import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { DocumentStoreError } from '../../document-log/document-store-error.ts'
import type { StoredSnapshot } from '../../relay/document-store.ts'
import { bytesOf, integerOf } from '../database/column-value.ts'
import { decodeRuns } from './journal-entry.ts'
import { assertIntact, checksumOf, lastSeqOf, type LogRun } from './log-run.ts'
import { contentOfSnapshot, timesIn, updatesIn } from './row-format.ts'

export interface StoredLog {
  readonly snapshot: StoredSnapshot | undefined
  /** After the snapshot, in order, without gaps. */
  readonly tail: readonly Uint8Array[]
  readonly committedAt: { readonly snapshot: number | undefined; readonly tail: Float64Array<ArrayBuffer> }
}

/** Reads the content of a log from snapshot, segments and journal, every byte checked; inside the caller's transaction. */
export class StoredLogs {
  readonly #snapshot: StatementSync
  readonly #segments: StatementSync
  readonly #journalRuns: StatementSync
  readonly #journalBody: StatementSync

  constructor(database: DatabaseSync) {
    this.#snapshot = database.prepare('SELECT seq, at, checksum, value FROM snapshot WHERE log_id = ?')
    this.#segments = database.prepare(
      'SELECT first_seq, last_seq, at, checksum, value FROM log_segment WHERE log_id = ? AND last_seq > ? ORDER BY last_seq',
    )
    this.#journalRuns = database.prepare('SELECT id, runs, runs_checksum FROM journal ORDER BY id')
    this.#journalBody = database.prepare('SELECT substr(body, ? + 1, ?) AS bytes FROM journal WHERE id = ?')
  }

  read(logId: number): StoredLog {
    const snapshot = this.#readSnapshot(logId)
    const tail: Uint8Array[] = []
    const times: number[] = []
    let seq = snapshot?.seq ?? 0
    for (const { run, bytes } of this.#runsAfter(logId, seq)) {
      // Rows that are being moved stand in a segment and in the journal.
      if (lastSeqOf(run) <= seq) continue
      assertIntact(bytes, run)
      const updates = updatesIn(bytes)
      // A segment may begin before the snapshot's end: what it has of rows that are covered is passed over.
      const covered = seq - run.firstSeq + 1
      if (covered < 0 || updates.length !== run.rowCount) {
        throw new DocumentStoreError('corrupt', `log ${logId} has a gap before sequence ${run.firstSeq}`)
      }
      for (const update of covered === 0 ? updates : updates.slice(covered)) tail.push(update)
      for (const time of timesIn(bytes).slice(covered)) times.push(time)
      seq = lastSeqOf(run)
    }
    return { snapshot, tail, committedAt: { snapshot: snapshot?.at, tail: Float64Array.from(times) } }
  }

  *#runsAfter(logId: number, afterSeq: number): Generator<{ readonly run: LogRun; readonly bytes: Uint8Array }> {
    for (const row of this.#segments.iterate(logId, afterSeq)) {
      const firstSeq = integerOf(row['first_seq'])
      const rowCount = integerOf(row['last_seq']) - firstSeq + 1
      const run = { logId, firstSeq, rowCount, at: integerOf(row['at']), checksum: integerOf(row['checksum']) }
      yield { run, bytes: bytesOf(row['value']) }
    }
    for (const entry of this.#journalRuns.iterate()) {
      const runs = decodeRuns(bytesOf(entry['runs']), integerOf(entry['runs_checksum']), logId)
      for (const run of runs) {
        if (lastSeqOf(run) <= afterSeq) continue
        const row = this.#journalBody.get(run.offset, run.byteLength, integerOf(entry['id']))
        yield { run, bytes: bytesOf(row?.['bytes']) }
      }
    }
  }

  #readSnapshot(logId: number): (StoredSnapshot & { readonly at: number }) | undefined {
    const row = this.#snapshot.get(logId)
    if (row === undefined) return undefined
    const [seq, value] = [integerOf(row['seq']), bytesOf(row['value'])]
    if (checksumOf(value, { logId, firstSeq: 1, rowCount: seq }) !== integerOf(row['checksum'])) {
      throw new DocumentStoreError('corrupt', `checksum mismatch in the snapshot of log ${logId}`)
    }
    return { seq, at: integerOf(row['at']), ...contentOfSnapshot(value) }
  }
}
