import { DocumentStoreError } from '../document-log/document-store-error.ts'
import type { StoredSnapshot } from '../relay/document-store.ts'
import type { DocumentPlace } from './document-lives.ts'
import type { CompactionCalls } from './reader-calls.ts'
import type { FoldedSnapshot, QuarantinedRow } from './snapshot-log.ts'
import { WorkerThread } from './worker-thread.ts'

/** A log that could not be folded. It was kept as it is. */
export interface CompactionAlarm extends DocumentPlace {
  /** Sequence number of the row that cannot be applied; `undefined` where the fault could not be laid on one row. */
  readonly seq: number | undefined
  readonly reason: string
}

export interface DocumentCompactionOptions {
  readonly databasePath: string
  readonly onAlarm: ((alarm: CompactionAlarm) => void) | undefined
  readonly installSnapshot: (snapshot: FoldedSnapshot) => Promise<boolean>
  readonly quarantine: (row: QuarantinedRow) => Promise<void>
}

/** Some documents are built so that applying them takes for ever; such a thread is ended. */
const foldMsMax = 120_000
/** A document that needs more to be folded is left as a log. */
const foldHeapMiBMax = 2_048

/** Folds logs into snapshots in a thread of low priority, one at a time. */
export class DocumentCompaction {
  readonly #options: DocumentCompactionOptions
  #thread: WorkerThread<CompactionCalls> | undefined
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: DocumentCompactionOptions) {
    this.#options = options
  }

  compact(place: DocumentPlace): Promise<StoredSnapshot | undefined> {
    const turn = this.#last.then(() => this.#compact(place))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** Ends a fold under way: the log it was folding is whole without it. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#thread?.terminate()
    await this.#last
  }

  async #compact(place: DocumentPlace): Promise<StoredSnapshot | undefined> {
    if (this.#isClosed) throw new DocumentStoreError('closed', 'the document store is closed')
    const folded = await this.#fold(place)
    if (folded.type === 'nothing') return undefined
    if (folded.type === 'unfoldable') {
      const { logId, seq, reason } = folded
      await this.#options.quarantine({ logId, seq, reason })
      this.#options.onAlarm?.({ ...place, seq, reason })
      return undefined
    }
    const { seq, update } = folded
    return (await this.#options.installSnapshot(folded)) ? { seq, update } : undefined
  }

  async #fold(place: DocumentPlace): Promise<ReturnType<CompactionCalls['fold']>> {
    const thread = this.#startedThread()
    const timer = setTimeout(() => void thread.terminate(), foldMsMax)
    try {
      return await thread.call('fold', place)
    } finally {
      clearTimeout(timer)
    }
  }

  #startedThread(): WorkerThread<CompactionCalls> {
    if (this.#thread === undefined || this.#thread.hasEnded) {
      this.#thread = new WorkerThread({
        name: 'document compaction',
        module: 'document-compaction-worker',
        workerData: { databasePath: this.#options.databasePath },
        heapMiBMax: foldHeapMiBMax,
      })
    }
    return this.#thread
  }
}
