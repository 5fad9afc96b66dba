import type { Scheduler } from '@rejoin/core'
import { readMeta, writeMeta } from '../outbox/meta-value.ts'
import { callListener } from '../record-database/call-listener.ts'
import type { RecordDatabase, RecordTables } from '../record-database/record-database.ts'
import { StoreError } from '../store/store-error.ts'
import type { SyncObserver } from '../sync/sync-observer.ts'
import { syncRunSchema, type SyncActivityLog, type SyncRun } from '../sync/sync-run.ts'

export interface ActivityLogParts {
  readonly database: RecordDatabase
  readonly scheduler: Scheduler
}

export const runsKeptMax = 100
/** Runs that follow each other closely are written together. */
const writeDelayMs = 1_000
const metaKey = 'runs'

/** The last runs of whatever tab, kept in the records database. Nothing depends on them: what is damaged or cannot be written is done without. */
export class ActivityLog implements SyncActivityLog, SyncObserver {
  readonly #parts: ActivityLogParts
  readonly #listeners = new Set<() => void>()
  readonly #stopFollowing: () => void
  #stored: readonly SyncRun[] = []
  #unsaved: readonly SyncRun[] = []
  #runs: readonly SyncRun[] = []
  #cancelWrite: (() => void) | undefined
  #writing: Promise<void> | undefined

  constructor(parts: ActivityLogParts) {
    this.#parts = parts
    this.#stopFollowing = parts.database.live(readRuns, (stored) => {
      // While one's own runs are on their way it may or may not have them.
      if (this.#writing === undefined) this.#take(stored, this.#unsaved)
    })
  }

  runs(): readonly SyncRun[] {
    return this.#runs
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  runStarted(): void {}

  attemptFailed(): void {}

  runEnded(run: SyncRun): void {
    this.#take(this.#stored, [...this.#unsaved, run].slice(-runsKeptMax))
    this.#plan()
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    this.#stopFollowing()
    this.#listeners.clear()
    await this.#writing
    this.#cancelWrite?.()
    if (this.#unsaved.length > 0) await this.#write()
  }

  #plan(): void {
    if (this.#writing !== undefined) return
    this.#cancelWrite ??= this.#parts.scheduler.after(writeDelayMs, () => void this.#write())
  }

  #write(): Promise<void> {
    this.#cancelWrite = undefined
    this.#writing = this.#save(this.#unsaved)
    return this.#writing
  }

  async #save(saving: readonly SyncRun[]): Promise<void> {
    try {
      const stored = await this.#parts.database.transaction('write', async (tables) => {
        const kept = [...(await readRuns(tables)), ...saving].slice(-runsKeptMax)
        await writeMeta(tables, metaKey, kept)
        return kept
      })
      this.#writing = undefined
      this.#take(
        stored,
        this.#unsaved.filter((run) => !saving.includes(run)),
      )
      if (this.#unsaved.length > 0) this.#plan()
    } catch {
      // The database has told of its trouble. The next run takes these along.
      this.#writing = undefined
    }
  }

  #take(stored: readonly SyncRun[], unsaved: readonly SyncRun[]): void {
    this.#stored = stored
    this.#unsaved = unsaved
    const runs = [...stored, ...unsaved].slice(-runsKeptMax)
    if (JSON.stringify(runs) === JSON.stringify(this.#runs)) return
    this.#runs = runs
    for (const listener of this.#listeners) callListener(listener)
  }
}

async function readRuns(tables: RecordTables): Promise<readonly SyncRun[]> {
  try {
    return (await readMeta(tables, metaKey, syncRunSchema.array())) ?? []
  } catch (error) {
    // Damaged, or of a version that knows more: a history is not worth a word to anybody.
    if (error instanceof StoreError && error.code === 'corrupt') return []
    throw error
  }
}
