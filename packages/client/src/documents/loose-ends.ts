import type { Scheduler } from '@rejoin/core'
import { mergeUpdates } from 'yjs'
import type { LinkReason } from './link-state.ts'
import type { OrdinalRange } from './ordinal-ledger.ts'

const looseEndsLimits = {
  /** So long is waited for more of the same: a person who types into a document that takes nothing should not find a piece per letter. */
  gatherMs: 1_000,
  /** `mergeUpdates` grows worse than linearly. */
  gatherUpdatesMax: 500,
} as const

export interface LooseEndsOptions {
  readonly scheduler: Scheduler
  /** Writes a piece beside the set-aside copies. */
  readonly keep: (update: Uint8Array, reason: LinkReason) => Promise<void>
  /** The piece with these changes is kept. */
  readonly onKept: (ranges: readonly OrdinalRange[]) => void
  readonly onFailed: (error: unknown) => void
}

/** Edits that no server will store, on their way to where a person can find them. */
export class LooseEnds {
  readonly #options: LooseEndsOptions
  #updates: Uint8Array[] = []
  #ranges: OrdinalRange[] = []
  #reason: LinkReason | undefined
  #cancelTimer: (() => void) | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(options: LooseEndsOptions) {
    this.#options = options
  }

  add(update: Uint8Array, ranges: readonly OrdinalRange[], reason: LinkReason): void {
    if (this.#reason !== undefined && this.#reason.code !== reason.code) this.#flushInBackground()
    this.#reason ??= reason
    this.#updates.push(update)
    this.#ranges.push(...ranges)
    if (this.#updates.length >= looseEndsLimits.gatherUpdatesMax) this.#flushInBackground()
    else this.#cancelTimer ??= this.#options.scheduler.after(looseEndsLimits.gatherMs, () => this.#flushInBackground())
  }

  /** Writes what was gathered. Rejects where it cannot be kept; then it is gathered still. */
  flush(): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    const updates = this.#updates
    const ranges = this.#ranges
    const reason = this.#reason
    if (reason === undefined) return this.#writing
    this.#updates = []
    this.#ranges = []
    this.#reason = undefined
    const write = async (): Promise<void> => {
      try {
        await this.#options.keep(mergeUpdates(updates), reason)
      } catch (error) {
        this.#updates.unshift(...updates)
        this.#ranges.unshift(...ranges)
        this.#reason ??= reason
        throw error
      }
      this.#options.onKept(ranges)
    }
    this.#writing = this.#writing.then(write, write)
    return this.#writing
  }

  #flushInBackground(): void {
    this.flush().catch((error: unknown) => {
      this.#options.onFailed(error)
      this.#cancelTimer ??= this.#options.scheduler.after(looseEndsLimits.gatherMs * 30, () => this.#flushInBackground())
    })
  }
}
