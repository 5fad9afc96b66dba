import type { AppendOutcome, AppendRequest } from './plan-append.ts'
import type { WorkQueue } from './work-queue.ts'

/** Largest batch. It bounds how much is lost sight of when one transaction fails, not what a single call may bring. */
const batchUpdatesMax = 1_000
const batchBytesMax = 4 * 1024 * 1024

interface Batch {
  readonly requests: AppendRequest[]
  /** Resolves with one outcome per request. */
  readonly written: Promise<readonly AppendOutcome[]>
  updateCount: number
  bytes: number
}

/** Gathers the appends of one turn, and those made while a transaction is under way, into one transaction. */
export class AppendBatcher {
  readonly #queue: WorkQueue
  readonly #write: (requests: readonly AppendRequest[]) => Promise<readonly AppendOutcome[]>
  #open: Batch | undefined

  constructor(queue: WorkQueue, write: (requests: readonly AppendRequest[]) => Promise<readonly AppendOutcome[]>) {
    this.#queue = queue
    this.#write = write
  }

  async append(request: AppendRequest): Promise<readonly number[]> {
    const batch = this.#batch()
    const position = batch.requests.push(request) - 1
    batch.updateCount += request.updates.length
    for (const { update } of request.updates) batch.bytes += update.byteLength
    const outcomes = await batch.written
    const outcome = outcomes[position]
    if (outcome === undefined) throw new Error('a batch gave no outcome for one of its requests')
    if ('refused' in outcome) throw outcome.refused
    return outcome.seqs
  }

  /** Appends called from now on come after everything called until now. */
  seal(): void {
    this.#open = undefined
  }

  #batch(): Batch {
    const open = this.#open
    if (open !== undefined && open.updateCount < batchUpdatesMax && open.bytes < batchBytesMax) return open
    const requests: AppendRequest[] = []
    const written = this.#queue.run(() => {
      if (this.#open === batch) this.#open = undefined
      return this.#write(requests)
    })
    const batch: Batch = { requests, written, updateCount: 0, bytes: 0 }
    this.#open = batch
    return batch
  }
}
