import type { WorkerScope } from '../service-worker/worker-scope.ts'

/** When a service worker dies: after so many steps, each a promise of its host. What it waits for then is never heard of. */
export class Mortality {
  readonly #stepsMax: number
  readonly #listeners = new Set<() => void>()
  #steps = 0

  constructor(stepsMax: number) {
    this.#stepsMax = stepsMax
  }

  get isDead(): boolean {
    return this.#steps >= this.#stepsMax
  }

  get steps(): number {
    return this.#steps
  }

  onDeath(listener: () => void): void {
    this.#listeners.add(listener)
  }

  /** Before and after are two steps: what is under way at death takes place unheard. */
  async step<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isOver()) return never()
    const result = await work()
    return this.#isOver() ? never() : result
  }

  inside(scope: WorkerScope): WorkerScope {
    return {
      registration: scope.registration,
      clients: {
        claim: () => this.step(() => scope.clients.claim()),
        matchAll: (options) => this.step(() => scope.clients.matchAll(options)),
      },
      addEventListener: scope.addEventListener.bind(scope),
    }
  }

  #isOver(): boolean {
    if (this.isDead) return true
    this.#steps++
    if (!this.isDead) return false
    for (const listener of this.#listeners) listener()
    return true
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined)
}
