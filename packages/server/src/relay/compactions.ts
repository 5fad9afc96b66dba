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
  #isRunning = false
  #isStopped = false

  constructor(store: DocumentStore, report: ReportProblem) {
    this.#store = store
    this.#report = report
  }

  request(target: CompactionTarget): void {
    this.#queue.set(target.room ?? target.document, target)
    if (this.#isRunning || this.#isStopped) return
    this.#isRunning = true
    void this.#run()
  }

  /** Begins no other: the next start folds what is left. What is under way ends with the store. */
  stop(): void {
    this.#isStopped = true
    this.#queue.clear()
  }

  async #run(): Promise<void> {
    for (const [key, target] of this.#queue) {
      await this.#compact(target)
      // Taken out only now, so that a request for what is being done is not queued again.
      this.#queue.delete(key)
    }
    this.#isRunning = false
  }

  async #compact({ tenant, document, room }: CompactionTarget): Promise<void> {
    const seq = room?.seq
    try {
      const snapshot = await this.#store.tenant(tenant).compact(document)
      if (snapshot !== undefined) room?.adoptSnapshot(snapshot)
      // Folded already, or not to be folded at all.
      else if (seq !== undefined) room?.noteFolded(seq)
    } catch (error) {
      // A full disk, say: tried at every sweep it would keep the fold thread busy for as long as that lasts.
      if (seq !== undefined) room?.noteFolded(seq)
      if (!this.#isStopped) this.#report({ tenant, document, error })
    }
  }
}
