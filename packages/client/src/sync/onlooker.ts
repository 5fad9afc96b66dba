import type { Clock, Scheduler } from '@rejoin/core'
import type { ReignNews } from './drain-message.ts'
import { engineLimits } from './engine-limits.ts'
import { stateOfOnlooker, type OnlookerFacts, type ShownCounts } from './shown-state.ts'
import type { SyncState } from './sync-state.ts'
import type { SyncStore } from './sync-store.ts'

export interface OnlookerParts {
  readonly store: Pick<SyncStore, 'counts'>
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly onChanged: () => void
}

/** What a tab knows that does not drain: what it was told and for how long that holds, and its own look at the outbox. */
export class Onlooker {
  readonly #parts: OnlookerParts
  #counts: ShownCounts | undefined
  #changeCount = 0
  #countedAt = -1
  #told: SyncState | undefined
  #isToldTrue = false
  #cancelDoubt: (() => void) | undefined
  #isClosed = false

  constructor(parts: OnlookerParts) {
    this.#parts = parts
  }

  hear({ state, trueForMs }: ReignNews): void {
    const { nextRetryAt, lastSyncedAt, lastPushedAt, lastPulledAt, lastError, ...rest } = state
    this.#told = { ...rest, nextRetryAt, lastSyncedAt, lastPushedAt, lastPulledAt, lastError }
    this.#isToldTrue = true
    this.#cancelDoubt?.()
    const heldMs = Math.min(trueForMs, engineLimits.silenceMs + engineLimits.rollCallMs)
    this.#cancelDoubt = this.#parts.scheduler.after(heldMs, () => {
      this.#isToldTrue = false
      this.#changed()
    })
    this.#changed()
  }

  forget(): void {
    this.#cancelDoubt?.()
    this.#told = undefined
    this.#isToldTrue = false
    this.#changed()
  }

  /** A change makes an older count worth nothing at once; the count itself follows. */
  recount(): void {
    this.#changeCount++
    const changeCount = this.#changeCount
    this.#changed()
    this.#parts.store.counts(this.#parts.clock.now()).then(
      (counts) => {
        if (changeCount < this.#countedAt) return
        this.#counts = counts
        this.#countedAt = changeCount
        this.#changed()
      },
      // The database has told of its trouble; what was counted before is not believed any more.
      () => this.#changed(),
    )
  }

  stateFor(own: Pick<OnlookerFacts, 'isEnabled' | 'offlineMessage'>): SyncState {
    return stateOfOnlooker({
      ...own,
      told: this.#told,
      isToldTrue: this.#isToldTrue,
      counts: this.#counts,
      isCountStale: this.#countedAt !== this.#changeCount,
    })
  }

  close(): void {
    this.#isClosed = true
    this.#cancelDoubt?.()
  }

  #changed(): void {
    if (!this.#isClosed) this.#parts.onChanged()
  }
}
