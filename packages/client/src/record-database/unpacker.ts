import type { Clock, Scheduler } from '@rejoin/core'

export interface UnpackerParts {
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Resolves with whether there is more. */
  readonly unpackOne: () => Promise<boolean>
}

/** Nothing is put into its place before nothing was packed for so long: whoever waits for a sync comes first, also on a busy device. */
const quietMs = 5_000
/** After a failure, which the database has told of. */
const retryMs = 60_000

/** Puts packed rows into their places, one pack at a time, with a rest between two that is as long as the work. */
export class Unpacker {
  readonly #parts: UnpackerParts
  #cancel: (() => void) | undefined
  #isClosed = false

  constructor(parts: UnpackerParts) {
    this.#parts = parts
  }

  /** Something was packed, or may have been before. */
  wake(): void {
    this.#restFor(quietMs)
  }

  close(): void {
    this.#isClosed = true
    this.#cancel?.()
  }

  #restFor(delayMs: number): void {
    this.#cancel?.()
    if (!this.#isClosed) this.#cancel = this.#parts.scheduler.after(delayMs, () => void this.#work())
  }

  async #work(): Promise<void> {
    const { clock, unpackOne } = this.#parts
    this.#cancel = undefined
    const startedAt = clock.now()
    const [done] = await Promise.allSettled([unpackOne()])
    // Something was packed meanwhile: its own rest is under way.
    if (this.#cancel !== undefined) return
    if (done.status === 'rejected') this.#restFor(retryMs)
    else if (done.value) this.#restFor(Math.min(quietMs, Math.max(0, clock.now() - startedAt)))
  }
}
