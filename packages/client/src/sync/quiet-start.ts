import { engineLimits } from './engine-limits.ts'
import type { QuietMoments } from './quiet-moments.ts'
import type { SyncWork } from './sync-event.ts'

/** Requests that nobody waits for. */
const background: ReadonlySet<SyncWork['type']> = new Set(['push', 'pull', 'pullResync', 'replay'])

/** Lets background requests begin when the page has a quiet moment, and everything else at once. */
export class QuietStart {
  readonly #moments: QuietMoments | undefined
  #waiting: (() => void) | undefined
  #stopWaiting: (() => void) | undefined

  constructor(moments: QuietMoments | undefined) {
    this.#moments = moments
  }

  /** What still waits is not begun any more. */
  begin(work: SyncWork, run: () => void): void {
    this.cancel()
    if (this.#moments === undefined || !background.has(work.type)) return run()
    this.#waiting = run
    const stop = this.#moments.next(() => this.hurry(), engineLimits.idleWaitMs)
    // It may have come at once.
    if (this.#waiting === run) this.#stopWaiting = stop
  }

  /** A person waits for it. */
  hurry(): void {
    const run = this.#waiting
    this.cancel()
    run?.()
  }

  cancel(): void {
    this.#stopWaiting?.()
    this.#stopWaiting = undefined
    this.#waiting = undefined
  }
}
