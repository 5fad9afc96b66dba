import type { Scheduler } from '@rejoin/core'

/** One hook: longer than an outside service takes that is worth waiting for, shorter than a handler may take. */
const hookMsMax = 10_000
/** All hooks of a turn: so long the other requests of the tenant wait at most. */
const turnMsMax = 15_000

export interface HookTimeOptions {
  readonly scheduler: Scheduler
  /** Time that only goes forward, ms. */
  readonly elapsedMs: () => number
}

/** The time that the hooks of one turn may take: a hook that never comes back must not hold up its tenant for ever. */
export class HookTime {
  readonly #options: HookTimeOptions
  readonly #startedMs: number

  constructor(options: HookTimeOptions) {
    this.#options = options
    this.#startedMs = options.elapsedMs()
  }

  get isUsedUp(): boolean {
    return this.#options.elapsedMs() - this.#startedMs >= turnMsMax
  }

  /** What the hook comes to. Rejects after `hookMsMax`; the hook itself cannot be stopped, and what it still does is nobody's concern. */
  async limit<Result>(hook: Promise<Result>): Promise<Result> {
    const tooLong = Promise.withResolvers<never>()
    const cancel = this.#options.scheduler.after(hookMsMax, () =>
      tooLong.reject(new Error(`beforeApply took longer than ${hookMsMax} ms`)),
    )
    try {
      return await Promise.race([hook, tooLong.promise])
    } finally {
      cancel()
    }
  }
}
