import { WorkQueue } from '../store/work-queue.ts'

/** Most writes of one transaction. */
const batchWritesMax = 250

export type WriteOutcome<Result> = { readonly done: Result } | { readonly refused: Error }

interface Batch<Write, Result> {
  readonly writes: Write[]
  readonly written: Promise<readonly WriteOutcome<Result>[]>
}

/** Gathers the writes of one turn, and those made while a transaction is under way, into one transaction. */
export class WriteBatcher<Write extends { readonly groupId?: string | undefined }, Result> {
  readonly #queue = new WorkQueue()
  readonly #write: (writes: readonly Write[]) => Promise<readonly WriteOutcome<Result>[]>
  #open: Batch<Write, Result> | undefined

  constructor(write: (writes: readonly Write[]) => Promise<readonly WriteOutcome<Result>[]>) {
    this.#write = write
  }

  async add(write: Write): Promise<Result> {
    const batch = this.#batchFor(write)
    const position = batch.writes.push(write) - 1
    const outcome = (await batch.written)[position]
    if (outcome === undefined) throw new Error('a batch gave no outcome for one of its writes')
    if ('refused' in outcome) throw outcome.refused
    return outcome.done
  }

  /** Resolves when all that was added is over. */
  async settle(): Promise<void> {
    await this.#queue.run(() => Promise.resolve())
  }

  /** A group stays together: half of it could be sent before the other half is there. */
  #batchFor({ groupId }: Write): Batch<Write, Result> {
    const open = this.#open
    const isMember = groupId !== undefined && open?.writes.at(-1)?.groupId === groupId
    if (open !== undefined && (open.writes.length < batchWritesMax || isMember)) return open
    const writes: Write[] = []
    const written = this.#queue.run(() => {
      if (this.#open === batch) this.#open = undefined
      return this.#write(writes)
    })
    const batch: Batch<Write, Result> = { writes, written }
    this.#open = batch
    return batch
  }
}
