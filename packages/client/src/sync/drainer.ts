import type { Scheduler } from '@rejoin/core'
import type { Deputy } from './deputy.ts'
import { engineLimits } from './engine-limits.ts'
import type { PageLife } from './page-life.ts'
import type { StealableLocks } from './stealable-locks.ts'

export interface DrainerParts {
  readonly locks: StealableLocks
  /** Named after the database. */
  readonly lockName: string
  readonly scheduler: Scheduler
  readonly pageLife: PageLife
  /** `false` where nothing is heard of other tabs: then a silence says nothing. */
  readonly canHear: boolean
  /** This tab drains from now on. */
  readonly onReign: () => void
  /** This tab drains no more; called once for every `onReign`. */
  readonly onReignOver: () => void
  /** Asks the tab that drains to say so. */
  readonly callRoll: () => void
  /** Nothing was heard of the tab that drains for as long as its word holds. */
  readonly onSilence: () => void
  /** Is in the queue in place of this tab, which comes in when it is gone, or falls silent while the page is looked at. */
  readonly deputy?: Deputy | undefined
}

/**
 * One tab at a time drains a database: every tab waits in the queue of one Web Lock. A tab that holds it and says nothing (it is frozen)
 * is robbed of it by one that a person sees. Whoever lost it may not know yet: the fence, not the lock, guards the database.
 */
export class Drainer {
  readonly #parts: DrainerParts
  readonly #stopPageLife: () => void
  #wish: 'in' | 'out' | 'closed' = 'out'
  #isPursuing = false
  #mustSteal = false
  #isReigning = false
  #attempt = new AbortController()
  #endReign: (() => void) | undefined
  #cancelSilence: (() => void) | undefined
  #cancelTruce: (() => void) | undefined
  #truceEnd: Promise<void> = Promise.resolve()
  #hasFallenSilent = false
  #isReserve: boolean

  constructor(parts: DrainerParts) {
    this.#parts = parts
    this.#isReserve = parts.deputy !== undefined
    void parts.deputy?.gone.then(() => this.#comeIn())
    this.#stopPageLife = parts.pageLife.onFreezing(() => this.leave())
  }

  get isReigning(): boolean {
    return this.#isReigning
  }

  /** Joins the queue. */
  join(): void {
    if (this.#wish === 'closed') return
    this.#wish = 'in'
    this.#watch()
    if (!this.#isReserve) void this.#pursue()
  }

  /** Lets the lock go, and leaves the queue until `join`. */
  leave(): void {
    if (this.#wish === 'in') this.#wish = 'out'
    this.#stop()
  }

  close(): void {
    this.#wish = 'closed'
    this.#stopPageLife()
    this.#stop()
  }

  /** The fence was lost: another tab drains, lock or no lock. */
  loseFence(): void {
    this.#truce()
    this.#endReign?.()
  }

  /** The tab that drains was heard. */
  hear(): void {
    this.#hasFallenSilent = false
    this.#watch()
  }

  /** The page is visible again: a silence from before may be acted upon. */
  wake(): void {
    if (this.#hasFallenSilent) this.#callRoll()
  }

  #stop(): void {
    this.#cancelSilence?.()
    this.#cancelTruce?.()
    this.#endReign?.()
    this.#attempt.abort()
  }

  #comeIn(): void {
    this.#isReserve = false
    if (this.#isWanted()) void this.#pursue()
  }

  #isWanted(): boolean {
    return this.#wish === 'in'
  }

  async #pursue(): Promise<void> {
    if (this.#isPursuing) return
    this.#isPursuing = true
    try {
      while (this.#isWanted()) await this.#tryOnce()
    } finally {
      this.#isPursuing = false
    }
  }

  async #tryOnce(): Promise<void> {
    const { locks, lockName } = this.#parts
    const reign = (): Promise<void> => this.#reign()
    this.#attempt = new AbortController()
    const { signal } = this.#attempt
    try {
      if (this.#mustSteal) {
        this.#mustSteal = false
        await locks.steal(lockName, reign)
      } else await locks.request(lockName, { signal }, reign)
    } catch {
      // Robbed of the lock, or called out of the queue; where locks fail altogether, the truce keeps this from being a busy loop.
      if (!signal.aborted) this.#truce()
    }
    this.#finishReign()
    await this.#truceEnd
  }

  #truce(): void {
    this.#truceEnd = new Promise((resolve) => {
      const cancel = this.#parts.scheduler.after(engineLimits.truceMs, resolve)
      this.#cancelTruce = () => {
        cancel()
        resolve()
      }
    })
  }

  #reign(): Promise<void> {
    if (!this.#isWanted()) return Promise.resolve()
    this.#cancelSilence?.()
    this.#hasFallenSilent = false
    this.#isReigning = true
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#endReign = resolve
    this.#parts.onReign()
    return promise.then(() => this.#finishReign())
  }

  #finishReign(): void {
    this.#endReign?.()
    this.#endReign = undefined
    if (!this.#isReigning) return
    this.#isReigning = false
    this.#parts.onReignOver()
    if (this.#isWanted()) this.#watch()
  }

  /** Waits for a word of the tab that drains. */
  #watch(): void {
    this.#cancelSilence?.()
    if (this.#isReigning || !this.#parts.canHear) return
    this.#cancelSilence = this.#parts.scheduler.after(engineLimits.silenceMs, () => {
      this.#hasFallenSilent = true
      if (this.#parts.pageLife.isVisible()) return this.#callRoll()
      this.#parts.onSilence()
      // Looked at again and again: that the page comes to the front may be missed.
      this.#watch()
    })
  }

  #callRoll(): void {
    this.#parts.callRoll()
    this.#cancelSilence?.()
    this.#cancelSilence = this.#parts.scheduler.after(engineLimits.rollCallMs, () => {
      this.#parts.onSilence()
      if (this.#parts.pageLife.isVisible() && this.#isWanted()) this.#steal()
      else this.#watch()
    })
  }

  #steal(): void {
    if (this.#isReigning) return
    this.#mustSteal = true
    this.#cancelTruce?.()
    // Out of the queue, so that the loop comes round and steals.
    this.#attempt.abort()
    this.#comeIn()
    this.#watch()
  }
}
