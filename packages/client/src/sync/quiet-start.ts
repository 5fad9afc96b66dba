import { engineLimits } from './engine-limits.ts'
import type { QuietMoments } from './quiet-moments.ts'
import type { SyncWork } from './sync-event.ts'

/** Requests that nobody waits for. */
const background: ReadonlySet<SyncWork['type']> = new Set(['push', 'pull', 'pullResync', 'replay'])

/** Lets background requests begin when the page has a quiet moment, and everything else at once. */
export class QuietStart {
  readonly #moments: QuietMoments | undefined
  #waiting: readonly (() => void)[] = []
  #stopWaiting: (() => void) | undefined

  constructor(moments: QuietMoments | undefined) {
    this.#moments = moments
  }

  begin(work: SyncWork, run: () => void): void {
    if (this.#moments === undefined || !background.has(work.type)) return run()
    const isFirst = this.#waiting.length === 0
    this.#waiting = [...this.#waiting, run]
    if (!isFirst) return
    const stop = this.#moments.next(() => this.hurry(), engineLimits.idleWaitMs)
    // It may have come at once.
    if (this.#waiting.length > 0) this.#stopWaiting = stop
  }

  /** A person waits for it. */
  hurry(): void {
    const runs = this.#waiting
    this.cancel()
    for (const run of runs) run()
  }

  cancel(): void {
    this.#stopWaiting?.()
    this.#stopWaiting = undefined
    this.#waiting = []
  }
}
