import type { Scheduler } from '@rejoin/core'
import type { UpdateToAppend } from '../store/document-store.ts'

const appendLimits = {
  batchUpdatesMax: 1_000,
  retryDelayMs: 1_000,
  retryDelayMsMax: 30_000,
} as const

export interface QueuedUpdate extends UpdateToAppend {
  /** Of a local change. */
  readonly ordinal: number | undefined
}

export interface AppendQueueOptions {
  readonly scheduler: Scheduler
  readonly append: (updates: readonly QueuedUpdate[]) => Promise<readonly number[]>
  readonly onAppended: (updates: readonly QueuedUpdate[], seqs: readonly number[]) => void
  /** `false`: trying again cannot help, and the owner has taken the updates over. */
  readonly onFailed: (error: unknown, waiting: readonly QueuedUpdate[]) => boolean
}

interface Waiter {
  readonly untilCount: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Updates on their way to the database: in order, what gathers during one transaction in the next, a failed batch again and again. */
export class AppendQueue {
  readonly #options: AppendQueueOptions
  #waiting: QueuedUpdate[] = []
  #waiters: Waiter[] = []
  #addedCount = 0
  #doneCount = 0
  #failureCount = 0
  #isRunning = false
  /** The last attempt failed; the next one is the timer's or the owner's to begin. */
  #isPaused = false
  #isClosing = false
  #cancelRetry: (() => void) | undefined

  constructor(options: AppendQueueOptions) {
    this.#options = options
  }

  add(update: QueuedUpdate): void {
    this.#addedCount++
    this.#waiting.push(update)
    if (!this.#isPaused) void this.#run()
  }

  /** Resolves when everything added so far is in the database; rejects at the next failure. */
  whenDone(): Promise<void> {
    if (this.#doneCount === this.#addedCount) return Promise.resolve()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiters.push({ untilCount: this.#addedCount, resolve, reject })
    return promise
  }

  /** One last attempt for what is waiting. */
  close(): Promise<void> {
    this.#isClosing = true
    this.#cancelRetry?.()
    const done = this.whenDone()
    this.#retry()
    return done
  }

  #retry(): void {
    this.#isPaused = false
    void this.#run()
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      while (this.#waiting.length > 0 && !this.#isPaused) await this.#appendBatch()
    } finally {
      this.#isRunning = false
    }
  }

  async #appendBatch(): Promise<void> {
    const batch = this.#waiting.slice(0, appendLimits.batchUpdatesMax)
    try {
      const seqs = await this.#options.append(batch)
      this.#waiting = this.#waiting.slice(batch.length)
      this.#failureCount = 0
      this.#options.onAppended(batch, seqs)
      this.#finish(batch.length)
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    const waiters = this.#waiters
    this.#waiters = []
    if (this.#options.onFailed(error, this.#waiting)) {
      this.#isPaused = true
      if (!this.#isClosing) this.#armRetry()
    } else {
      this.#doneCount += this.#waiting.length
      this.#waiting = []
    }
    for (const waiter of waiters) waiter.reject(error)
  }

  #armRetry(): void {
    const { retryDelayMs, retryDelayMsMax } = appendLimits
    const delayMs = Math.min(retryDelayMsMax, retryDelayMs * 2 ** this.#failureCount)
    this.#failureCount++
    this.#cancelRetry = this.#options.scheduler.after(delayMs, () => this.#retry())
  }

  #finish(count: number): void {
    this.#doneCount += count
    const isOver = (waiter: Waiter): boolean => waiter.untilCount <= this.#doneCount
    for (const waiter of this.#waiters.filter(isOver)) waiter.resolve()
    this.#waiters = this.#waiters.filter((waiter) => !isOver(waiter))
  }
}
