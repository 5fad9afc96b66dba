import type { JournalRun } from './journal-entry.ts'
import { lastSeqOf } from './log-run.ts'

/** Which logs have committed rows that stand only in the journal, and up to where. */
export class UnsettledLogs {
  readonly #seqByLog = new Map<number, number>()
  /** Bytes and entries in the journal, for deciding when to settle. */
  bytes = 0
  entries = 0

  /** After the commit, never before: a transaction that failed has left nothing. */
  committed(runs: readonly JournalRun[]): void {
    if (runs.length === 0) return
    this.entries += 1
    for (const run of runs) {
      this.bytes += run.byteLength
      this.#seqByLog.set(run.logId, lastSeqOf(run))
    }
  }

  seqOf(logId: number): number {
    return this.#seqByLog.get(logId) ?? 0
  }

  settled(): void {
    this.#seqByLog.clear()
    this.bytes = 0
    this.entries = 0
  }
}
