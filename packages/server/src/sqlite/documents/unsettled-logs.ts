import type { LogRun } from './log-run.ts'
import { lastSeqOf } from './log-run.ts'

/** A run with its rows. */
export interface UnsettledRun extends LogRun {
  readonly bytes: Uint8Array
}

/** How many transactions a round of moving is spread over, so that none of them holds up a commit for long. */
const slicesPerRound = 8
const logsPerSliceMin = 16

/**
 * Committed rows that stand only in the journal. They are moved in rounds: what has gathered until a round begins is taken slice by
 * slice, and what is committed meanwhile gathers for the next.
 */
export class UnsettledLogs {
  #gathering = new Map<number, UnsettledRun[]>()
  #moving = new Map<number, UnsettledRun[]>()
  #lastEntry = 0
  #movingEntry = 0
  #logsPerSlice = logsPerSliceMin
  /** What has gathered for the next round. */
  gatheredBytes = 0
  gatheredEntries = 0

  /** After the commit of a journal entry, never before: a transaction that failed has left nothing. */
  committed(entry: number, runs: readonly UnsettledRun[]): void {
    this.#lastEntry = entry
    this.gatheredEntries += 1
    for (const run of runs) {
      this.gatheredBytes += run.bytes.byteLength
      const gathered = this.#gathering.get(run.logId)
      if (gathered === undefined) this.#gathering.set(run.logId, [run])
      else gathered.push(run)
    }
  }

  /** The last sequence number of a log among the rows here; 0 where there are none. */
  seqOf(logId: number): number {
    const last = (this.#gathering.get(logId) ?? this.#moving.get(logId))?.at(-1)
    return last === undefined ? 0 : lastSeqOf(last)
  }

  get isMoving(): boolean {
    return this.#moving.size > 0
  }

  /** Only where no round is under way. */
  beginRound(): void {
    this.#moving = this.#gathering
    this.#movingEntry = this.#lastEntry
    this.#gathering = new Map()
    this.gatheredBytes = 0
    this.gatheredEntries = 0
    this.#logsPerSlice = Math.max(logsPerSliceMin, Math.ceil(this.#moving.size / slicesPerRound))
  }

  /** The runs to move next, by log, and, where they are the round's last, the journal entry up to which all has then been moved. */
  nextSlice(): { readonly runsByLog: ReadonlyMap<number, readonly UnsettledRun[]>; readonly doneEntry: number | undefined } {
    const runsByLog = new Map([...this.#moving].slice(0, this.#logsPerSlice))
    return { runsByLog, doneEntry: runsByLog.size === this.#moving.size ? this.#movingEntry : undefined }
  }

  /** After the commit of a slice. */
  moved(runsByLog: ReadonlyMap<number, unknown>): void {
    for (const logId of runsByLog.keys()) this.#moving.delete(logId)
  }
}
