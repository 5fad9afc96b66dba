import { jitteredDelayMs, type BackOff, type Random, type Scheduler } from '@rejoin/core'
import type { LocksLike } from '../tabs/locks-like.ts'
import { StoreError } from '../store/store-error.ts'
import type { DocumentLease } from './document-registry.ts'
import type { DocumentSession } from './document-session.ts'

const uploadLimits = {
  /** Documents that are uploaded at the same time, whatever is allowed. */
  concurrencyMax: 4,
  /** A document that has been without a connection for so long is left for later. */
  patienceMs: 20_000,
  retry: { initialDelayMs: 5_000, maxDelayMs: 300_000, multiplier: 2 } satisfies BackOff,
} as const

export interface BackgroundUploadOptions {
  readonly listDirty: () => Promise<readonly string[]>
  readonly acquire: (name: string) => Promise<DocumentLease>
  /** Open documents upload themselves. */
  readonly isOpen: (name: string) => boolean
  readonly isOnline: () => boolean
  /** What nobody asked for waits. */
  readonly isHeld: () => boolean
  /** As many uploads as this at the same time, as settings have it; absent: they say nothing. */
  readonly uploadsMax?: (() => number) | undefined
  readonly locks: LocksLike
  /** Of the database: one tab uploads at a time. */
  readonly lockName: string
  readonly scheduler: Scheduler
  readonly random: Random
  readonly onChanged: () => void
}

type Outcome = 'uploaded' | 'later' | 'stuck'

/** Brings what was edited and closed to the server: every dirty document that is not open is opened without anybody seeing it. */
export class BackgroundUpload {
  readonly #options: BackgroundUploadOptions
  readonly #stuckNames = new Set<string>()
  readonly #abort = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #isRunning = false
  #isAskedAgain = false
  /** A person wants everything uploaded now, until nothing is left to do. */
  #isWanted = false
  #failureCount = 0
  #cancelRetry: (() => void) | undefined
  #stopPass: (() => void) | undefined

  constructor(options: BackgroundUploadOptions) {
    this.#options = options
  }

  /** Dirty documents that a repeated attempt cannot bring to the server; their edits are kept. */
  get stuckNames(): ReadonlySet<string> {
    return this.#stuckNames
  }

  /** Nothing is held back, since a person asked. */
  get isWanted(): boolean {
    return this.#isWanted
  }

  /** The server was not reached; the next attempt has its time. */
  get isWaiting(): boolean {
    return this.#cancelRetry !== undefined
  }

  /** A document was closed dirty. */
  wake(): void {
    if (this.#abort.signal.aborted || !this.#mayUpload()) return
    this.#isAskedAgain = true
    if (!this.#isRunning && this.#cancelRetry === undefined) this.#start()
  }

  /** The network came back, or the app starts: everything gets another chance, at once. */
  restart(): void {
    this.#stuckNames.clear()
    this.#failureCount = 0
    this.#stopRetry()
    this.wake()
  }

  /** Somebody pressed "Sync now": nothing is held back until everything is uploaded. */
  ask(): void {
    this.#isWanted = true
    this.restart()
  }

  /** What nobody asked for waits from now on; a document that is on its way is brought to its end. */
  hold(): void {
    if (!this.#mayUpload()) this.#stopRetry()
  }

  /** The network is gone: what runs is given up; `restart` goes on. */
  pause(): void {
    this.#stopRetry()
    this.#stopPass?.()
  }

  async close(): Promise<void> {
    this.#abort.abort()
    this.pause()
    await this.#running
  }

  #mayUpload(): boolean {
    return this.#options.isOnline() && (this.#isWanted || !this.#options.isHeld())
  }

  #start(): void {
    this.#isRunning = true
    this.#running = this.#run()
  }

  async #run(): Promise<void> {
    const { locks, lockName, onChanged } = this.#options
    let isComplete = false
    try {
      await locks.request(lockName, { signal: this.#abort.signal }, async () => {
        isComplete = await this.#uploadAll()
      })
    } catch {
      // The database could not be read or the lock was not given (the client is closing): not complete, tried again below.
    }
    this.#isRunning = false
    // Asked for after the last look.
    if (isComplete && this.#isAskedAgain && !this.#abort.signal.aborted) return this.#start()
    if (isComplete) {
      this.#failureCount = 0
      this.#isWanted = false
    } else this.#armRetry()
    onChanged()
  }

  /** Resolves to whether nothing is left that another attempt could bring. */
  async #uploadAll(): Promise<boolean> {
    do {
      this.#isAskedAgain = false
      const outcomes = await this.#pass()
      if (outcomes.includes('later')) return false
    } while (this.#isAskedAgain)
    return true
  }

  async #pass(): Promise<readonly Outcome[]> {
    const stopped = Promise.withResolvers<void>()
    this.#stopPass = stopped.resolve
    const names = (await this.#options.listDirty()).filter((name) => !this.#options.isOpen(name) && !this.#stuckNames.has(name))
    const outcomes: Outcome[] = []
    const remaining = names.values()
    const work = async (): Promise<void> => {
      for (const name of remaining) outcomes.push(await this.#uploadOne(name, stopped.promise))
    }
    const { uploadsMax = () => Infinity } = this.#options
    const length = Math.min(uploadLimits.concurrencyMax, uploadsMax(), names.length)
    await Promise.all(Array.from({ length }, work))
    this.#stopPass = undefined
    return outcomes
  }

  async #uploadOne(name: string, stopped: Promise<void>): Promise<Outcome> {
    if (!this.#mayUpload() || this.#abort.signal.aborted) return 'later'
    try {
      const lease = await this.#options.acquire(name)
      const outcome = await this.#waitFor(lease.session, stopped)
      await lease.release()
      if (outcome === 'stuck') this.#stuckNames.add(name)
      return outcome
    } catch (error) {
      // A copy that makes no sense stays as it is, and the store has told of it. Anything else may work the next time.
      if (!(error instanceof StoreError && error.code === 'corrupt')) return 'later'
      this.#stuckNames.add(name)
      return 'stuck'
    }
  }

  #waitFor(session: DocumentSession, stopped: Promise<void>): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    let cancelPatience: (() => void) | undefined
    const look = (): void => {
      const { status, hasUnstored } = session.state
      if (!hasUnstored || session.isGone) resolve('uploaded')
      else if (status === 'unavailable') resolve('stuck')
      if (status === 'offline') {
        cancelPatience ??= this.#options.scheduler.after(uploadLimits.patienceMs, () => resolve('later'))
      } else {
        cancelPatience?.()
        cancelPatience = undefined
      }
    }
    const unsubscribe = session.subscribe(look)
    look()
    void stopped.then(() => resolve('later'))
    return promise.finally(() => {
      unsubscribe()
      cancelPatience?.()
    })
  }

  #armRetry(): void {
    if (this.#abort.signal.aborted || !this.#mayUpload()) return
    const delayMs = jitteredDelayMs(uploadLimits.retry, this.#failureCount, this.#options.random)
    this.#failureCount++
    this.#cancelRetry = this.#options.scheduler.after(delayMs, () => {
      this.#cancelRetry = undefined
      this.#start()
    })
  }

  #stopRetry(): void {
    this.#cancelRetry?.()
    this.#cancelRetry = undefined
  }
}
