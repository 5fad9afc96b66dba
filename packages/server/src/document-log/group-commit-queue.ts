import { DocumentStoreError } from './document-store-error.ts'

export interface GroupCommitOptions<Batch> {
  openBatch(): Batch
  /** Whether the batch should take no more: the next append then opens another. */
  isFull(batch: Batch): boolean
  /** Commits the batch as one transaction and settles each of its appends. Must not reject. */
  commit(batch: Batch): Promise<void>
}

type Job<Batch> =
  | { readonly type: 'batch'; readonly batch: Batch }
  | { readonly type: 'exclusive'; readonly run: () => Promise<void> }

/**
 * First in, first out, one transaction under way at a time. Everything appended without a pause, and while the
 * transaction before it is under way, shares the next transaction, and so its fsync.
 */
export class GroupCommitQueue<Batch> {
  readonly #options: GroupCommitOptions<Batch>
  readonly #waiting: Job<Batch>[] = []
  #open: Batch | undefined
  #state: 'idle' | 'scheduled' | 'running' = 'idle'
  #closed = false
  readonly #drained = Promise.withResolvers<void>()

  constructor(options: GroupCommitOptions<Batch>) {
    this.#options = options
  }

  /** The batch that an append of this moment belongs to. Throws once closed. */
  batch(): Batch {
    if (this.#open !== undefined && !this.#options.isFull(this.#open)) return this.#open
    this.assertOpen()
    const batch = this.#options.openBatch()
    this.#open = batch
    this.#push({ type: 'batch', batch })
    return batch
  }

  /** Runs something that needs a transaction of its own, after all that was asked for before it. */
  exclusive<T>(run: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.assertOpen()
      this.#open = undefined
      this.#push({ type: 'exclusive', run: () => run().then(resolve, reject) })
    })
  }

  /** Takes no more, and resolves when everything taken so far has been settled. */
  close(): Promise<void> {
    this.#closed = true
    this.#open = undefined
    if (this.#state === 'idle') this.#drained.resolve()
    return this.#drained.promise
  }

  /** Throws once closed. */
  assertOpen(): void {
    if (this.#closed) throw new DocumentStoreError('closed', 'the document store is closed')
  }

  #push(job: Job<Batch>): void {
    this.#waiting.push(job)
    if (this.#state !== 'idle') return
    this.#state = 'scheduled'
    // Whoever appends together does so without a pause; the relay gathers a turn of the event loop before it appends.
    queueMicrotask(() => void this.#run())
  }

  async #run(): Promise<void> {
    this.#state = 'running'
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift()) {
      if (job.type === 'exclusive') {
        await job.run()
        continue
      }
      if (this.#open === job.batch) this.#open = undefined
      await this.#options.commit(job.batch)
    }
    this.#state = 'idle'
    if (this.#closed) this.#drained.resolve()
  }
}
