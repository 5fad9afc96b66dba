import type { Random, Scheduler } from '@rejoin/core'
import { engineLimits } from './engine-limits.ts'

export interface RunRequestsParts {
  readonly random: Random
  readonly scheduler: Scheduler
  /** Asks the tab that drains. */
  readonly ask: (requestId: string) => void
}

/** Runs that this tab asked another one for. */
export class RunRequests {
  readonly #parts: RunRequestsParts
  readonly #endById = new Map<string, () => void>()

  constructor(parts: RunRequestsParts) {
    this.#parts = parts
  }

  get isWaiting(): boolean {
    return this.#endById.size > 0
  }

  /** Resolves when the run is over, or when nothing is heard of it. */
  make(): Promise<void> {
    const { random, scheduler, ask } = this.#parts
    const requestId = random.next().toString(36)
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = scheduler.after(engineLimits.requestTimeoutMs, () => this.end(requestId))
    this.#endById.set(requestId, () => {
      cancel()
      resolve()
    })
    ask(requestId)
    return promise
  }

  end(requestId: string): void {
    const end = this.#endById.get(requestId)
    this.#endById.delete(requestId)
    end?.()
  }

  endAll(): void {
    for (const requestId of this.#endById.keys()) this.end(requestId)
  }
}
