import type { DocumentStore } from './document-store.ts'
import type { ReportProblem } from './report-problem.ts'
import type { Room } from './room.ts'

export interface CompactionTarget {
  readonly tenant: string
  readonly document: string
  /** Takes over the snapshot, if it is still open. */
  readonly room: Room | undefined
}

/** Folds logs into snapshots in the background, one document at a time, in the order in which they were asked for. */
export class Compactions {
  readonly #store: DocumentStore
  readonly #report: ReportProblem
  readonly #queue = new Map<Room | string, CompactionTarget>()
  #running: Promise<void> | undefined

  constructor(store: DocumentStore, report: ReportProblem) {
    this.#store = store
    this.#report = report
  }

  request(target: CompactionTarget): void {
    this.#queue.set(target.room ?? target.document, target)
    this.#running ??= this.#run()
  }

  /** Resolves once the document at hand is done; the others wait for the next start. */
  async idle(): Promise<void> {
    this.#queue.clear()
    await this.#running
  }

  async #run(): Promise<void> {
    for (const [key, target] of this.#queue) {
      try {
        const snapshot = await this.#store.tenant(target.tenant).compact(target.document)
        if (snapshot !== undefined) target.room?.adoptSnapshot(snapshot)
      } catch (error) {
        this.#report({ tenant: target.tenant, document: target.document, error })
      }
      // Taken out only now, so that a request for what is being done is not queued again.
      this.#queue.delete(key)
    }
    this.#running = undefined
  }
}
