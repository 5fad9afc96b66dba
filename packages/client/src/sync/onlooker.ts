import type { Clock, Scheduler } from '@rejoin/core'
import type { ReignNews } from './drain-message.ts'
import { engineLimits } from './engine-limits.ts'
import { shownCounts, stateOfOnlooker, type OnlookerFacts, type ShownCounts } from './shown-state.ts'
import type { ShownTimes } from './sync-engine.ts'
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
  #times: ShownTimes = { lastSyncedAt: undefined, lastPushedAt: undefined, lastPulledAt: undefined }
  #isToldTrue = false
  #cancelDoubt: (() => void) | undefined
  #isClosed = false

  constructor(parts: OnlookerParts) {
    this.#parts = parts
  }

  hear({ state, trueForMs, saidAt }: ReignNews): void {
    const { nextRetryAt, lastSyncedAt, lastPushedAt, lastPulledAt, lastError, ...rest } = state
    this.#told = { ...rest, nextRetryAt, lastSyncedAt, lastPushedAt, lastPulledAt, lastError }
    this.#times = { lastSyncedAt, lastPushedAt, lastPulledAt }
    const holdsMs = Math.min(trueForMs, engineLimits.silenceMs + engineLimits.rollCallMs) - this.#ageOf(saidAt)
    this.#isToldTrue = holdsMs > 0
    this.#cancelDoubt?.()
    this.#cancelDoubt = this.#parts.scheduler.after(Math.max(0, holdsMs), () => {
      this.#isToldTrue = false
      this.#changed()
    })
    this.#changed()
  }

  get times(): ShownTimes {
    return this.#times
  }

  /** What this tab knew of when it drained itself. */
  remember(times: ShownTimes): void {
    this.#times = times
  }

  /** Whoever was frozen hears old news; a clock that was set back says nothing of how old. */
  #ageOf(saidAt: number): number {
    const ageMs = this.#parts.clock.now() - saidAt
    return ageMs < 0 ? Infinity : ageMs
  }

  forget(): void {
    this.#cancelDoubt?.()
    this.#told = undefined
    this.#isToldTrue = false
    this.#changed()
  }

  /** A change makes an older count worth nothing at once; the count itself follows. */
  recount(): void {
    void this.look()
  }

  /** Resolves when it was counted, or could not be. */
  look(): Promise<void> {
    this.#changeCount++
    const changeCount = this.#changeCount
    this.#changed()
    return this.#parts.store.counts(this.#parts.clock.now()).then(
      (counts) => {
        if (changeCount < this.#countedAt) return
        this.#counts = shownCounts(counts)
        this.#countedAt = changeCount
        this.#changed()
      },
      // The database has told of its trouble; what was counted before is not believed any more.
      () => this.#changed(),
    )
  }

  /** Something changed, and nobody looks at this. */
  doubt(): void {
    this.#changeCount++
  }

  /** Somebody looks at it again. */
  catchUp(): void {
    if (this.#countedAt !== this.#changeCount) this.recount()
  }

  stateFor(own: Pick<OnlookerFacts, 'isEnabled' | 'offlineMessage'>): SyncState {
    return stateOfOnlooker({
      ...own,
      told: this.#told,
      isToldTrue: this.#isToldTrue,
      times: this.#times,
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
