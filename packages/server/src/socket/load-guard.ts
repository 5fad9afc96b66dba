import { socketLimits } from './socket-limits.ts'

/** How late the event loop comes to what is due. */
export interface LoopDelay {
  /** The delay that 99 of 100 moments since the last call did not exceed, ms. */
  takeP99Ms(): number
  /** Steady time, ms: unlike the clock it is never set. */
  elapsedMs(): number
}

/**
 * Says when this process has more than it can do: then newcomers are sent away (1013, they come back by themselves), so that those who
 * are here are served. One good stretch ends it.
 */
export class LoadGuard {
  readonly #delay: LoopDelay
  #lateSince: number | undefined
  #isOverloaded = false

  constructor(delay: LoopDelay) {
    this.#delay = delay
  }

  get isOverloaded(): boolean {
    return this.#isOverloaded
  }

  /** To be called regularly; judges the stretch since the last call. */
  sweep(): void {
    const nowMs = this.#delay.elapsedMs()
    if (this.#delay.takeP99Ms() <= socketLimits.loopDelayMsMax) this.#lateSince = undefined
    else this.#lateSince ??= nowMs - socketLimits.sweepMs
    this.#isOverloaded = this.#lateSince !== undefined && nowMs - this.#lateSince >= socketLimits.overloadedAfterMs
  }
}
