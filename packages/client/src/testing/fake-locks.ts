import type { FreeLocks } from '../service-worker/free-locks.ts'
import type { StealableLocks } from '../sync/stealable-locks.ts'

interface Request {
  readonly run: () => void
  readonly rob: () => void
}

/** Web Locks of one browser: first come, first served, and robbery. */
export class FakeLocks implements StealableLocks, FreeLocks {
  readonly #queueByName = new Map<string, Request[]>()

  request(name: string, { signal }: { readonly signal: AbortSignal }, work: () => Promise<void>): Promise<void> {
    const { promise, reject, request } = this.#enter(name, work, 'last')
    signal.addEventListener('abort', () => {
      if (this.#queueOf(name)[0] === request) return
      this.#remove(name, request)
      reject(new Error('aborted'))
    })
    return promise
  }

  steal(name: string, work: () => Promise<void>): Promise<void> {
    return this.#enter(name, work, 'first').promise
  }

  async tryRequest(name: string, work: () => Promise<void>): Promise<boolean> {
    if (this.countOf(name) > 0) return false
    await this.#enter(name, work, 'last').promise
    return true
  }

  /** Whoever holds it is dead. */
  bury(name: string): void {
    const [dead] = this.#queueOf(name)
    if (dead !== undefined) this.#remove(name, dead)
  }

  /** How many hold or want this lock. */
  countOf(name: string): number {
    return this.#queueOf(name).length
  }

  #enter(name: string, work: () => Promise<void>, place: 'first' | 'last') {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const request: Request = {
      run: () =>
        void work()
          .then(resolve, reject)
          .finally(() => this.#remove(name, request)),
      rob: () => reject(new Error('another tab has stolen the lock')),
    }
    const queue = this.#queueOf(name)
    if (place === 'first') {
      queue.shift()?.rob()
      queue.unshift(request)
    } else queue.push(request)
    if (queue[0] === request) queueMicrotask(() => queue[0] === request && request.run())
    return { promise, reject, request }
  }

  #remove(name: string, request: Request): void {
    const queue = this.#queueOf(name)
    const at = queue.indexOf(request)
    if (at < 0) return
    queue.splice(at, 1)
    if (at === 0) queue[0]?.run()
  }

  #queueOf(name: string): Request[] {
    const queue = this.#queueByName.get(name) ?? []
    this.#queueByName.set(name, queue)
    return queue
  }
}
