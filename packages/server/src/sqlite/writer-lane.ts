import type { Clock } from '@rejoin/core'
import { GroupCommitQueue } from '../document-log/group-commit-queue.ts'
import type { AppendRequest, AppendResult } from '../relay/document-store.ts'
import { AppendBatch, type SpareBuffers } from './append-batch.ts'
import { StringTable } from './string-table.ts'
import { WorkerThread } from './worker-thread.ts'
import type { WriterCalls } from './writer-calls.ts'

export interface WriterLaneOptions {
  readonly dataDir: string
  readonly clock: Clock
  readonly onUpkeepFailed: (reason: string) => void
}

type SingleWrite = Exclude<keyof WriterCalls, 'open' | 'append' | 'close'>

/** The one way to the writer thread: first in, first out, one transaction under way at a time. */
export class WriterLane {
  readonly epoch: string
  commitCount = 0
  readonly #thread: WorkerThread<WriterCalls>
  readonly #options: WriterLaneOptions
  readonly #strings = new StringTable()
  #spare: SpareBuffers | undefined
  readonly #queue = new GroupCommitQueue<AppendBatch>({
    openBatch: () => this.#openBatch(),
    isFull: (batch) => batch.isFull,
    commit: (batch) => this.#commit(batch),
  })

  private constructor(thread: WorkerThread<WriterCalls>, epoch: string, options: WriterLaneOptions) {
    this.#thread = thread
    this.epoch = epoch
    this.#options = options
  }

  static async open(options: WriterLaneOptions): Promise<WriterLane> {
    const { dataDir } = options
    const thread = new WorkerThread<WriterCalls>({
      name: 'document writer',
      module: 'document-writer-worker',
      workerData: { dataDir },
    })
    try {
      const { epoch } = await thread.call('open', undefined)
      return new WriterLane(thread, epoch, options)
    } catch (error) {
      await thread.terminate()
      throw error
    }
  }

  /** The rows are copied before this returns. */
  append(tenant: string, request: AppendRequest): Promise<AppendResult> {
    return this.#queue.batch().add(tenant, request)
  }

  write<Name extends SingleWrite>(
    name: Name,
    argument: Omit<Parameters<WriterCalls[Name]>[0], 'now'>,
  ): Promise<ReturnType<WriterCalls[Name]>> {
    return this.#queue.exclusive(() => this.#thread.call(name, { ...argument, now: this.#options.clock.now() }))
  }

  /** Commits what was taken so far, then closes the database. */
  async close(): Promise<void> {
    await this.#queue.close()
    if (!this.#thread.hasEnded) await this.#thread.call('close', undefined)
    await this.#thread.terminate()
  }

  async #commit(batch: AppendBatch): Promise<void> {
    this.commitCount += 1
    const packed = batch.packed()
    this.#spare = batch.spare
    const call = { ...packed, now: this.#options.clock.now() }
    try {
      const outcome = await this.#thread.call('append', call, [packed.numbers.buffer, packed.bytes.buffer])
      batch.settle(outcome.stale)
      if (outcome.upkeepFailure !== undefined) this.#options.onUpkeepFailed(outcome.upkeepFailure)
    } catch (error) {
      batch.fail(error)
    }
  }

  #openBatch(): AppendBatch {
    const spare = this.#spare
    this.#spare = undefined
    return new AppendBatch(this.#strings, spare)
  }
}
