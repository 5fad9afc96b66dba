import { DocumentStoreError } from '../../document-log/document-store-error.ts'
import type { StoredSnapshot } from '../../relay/document-store.ts'
import type { DocumentPlace } from './document-lives.ts'
import type { CompactionCalls, FoldOutcome } from '../threads/reader-calls.ts'
import type { FoldedSnapshot, QuarantinedRow } from './snapshot-log.ts'
import { WorkerThread } from '../threads/worker-thread.ts'

/** A log that could not be folded. It was kept as it is. */
export interface CompactionAlarm extends DocumentPlace {
  /** Of the row that cannot be applied; 0 where no one row is to blame. */
  readonly seq: number
  readonly reason: string
}

export interface DocumentCompactionOptions {
  readonly databasePath: string
  readonly alarm: (alarm: CompactionAlarm) => void
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
  /** Documents whose log could not be folded: trying again would cost as much and end as before. */
  readonly #unfoldable = new Set<string>()
  #thread: WorkerThread<CompactionCalls> | undefined
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: DocumentCompactionOptions) {
    this.#options = options
  }

  compact(place: DocumentPlace): Promise<StoredSnapshot | undefined> {
    const turn = this.#last.then(() => this.#compact(place))
    // The next in line starts whatever became of this one, which its own caller hears.
    this.#last = Promise.allSettled([turn])
    return turn
  }

  /** The document begins a new life: what was wrong with its log may be gone. */
  reconsider(place: DocumentPlace): void {
    this.#unfoldable.delete(keyOf(place))
  }

  /** Ends a fold under way: the log it was folding is whole without it. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#thread?.terminate()
    await this.#last
  }

  async #compact(place: DocumentPlace): Promise<StoredSnapshot | undefined> {
    if (this.#isClosed) throw new DocumentStoreError('closed', 'the document store is closed')
    if (this.#unfoldable.has(keyOf(place))) return undefined
    const outcome = await this.#fold(place)
    switch (outcome.type) {
      case 'nothing':
        return undefined
      case 'folded': {
        const { seq, update, known } = outcome
        return (await this.#options.installSnapshot(outcome)) ? { seq, update, known } : undefined
      }
      case 'unfoldable':
        await this.#options.quarantine(outcome)
        return this.#giveUp(place, outcome)
      case 'ended':
        return this.#giveUp(place, { seq: 0, reason: outcome.reason })
    }
  }

  #giveUp(place: DocumentPlace, { seq, reason }: { readonly seq: number; readonly reason: string }): undefined {
    this.#unfoldable.add(keyOf(place))
    this.#options.alarm({ ...place, seq, reason })
  }

  async #fold(place: DocumentPlace): Promise<FoldOutcome | { readonly type: 'ended'; readonly reason: string }> {
    const thread = this.#startedThread()
    const timer = setTimeout(() => void thread.terminate(), foldMsMax)
    try {
      return await thread.call('fold', place)
    } catch (error) {
      if (this.#isClosed)
        throw new DocumentStoreError('closed', 'the document store was closed during a compaction', { cause: error })
      if (!thread.hasEnded) throw error
      return { type: 'ended', reason: `folding took more than ${foldMsMax} ms or ${foldHeapMiBMax} MiB: ${String(error)}` }
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

function keyOf({ tenant, document }: DocumentPlace): string {
  return JSON.stringify([tenant, document])
}
