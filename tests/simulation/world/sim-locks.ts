import type { LocksLike } from '@rejoin/client/simulation'

interface Request {
  readonly owner: object
  readonly run: () => void
  readonly rob: () => void
}

export interface SimLocksOfPage extends LocksLike {
  steal(name: string, work: () => Promise<void>): Promise<void>
  /** Runs nothing where somebody has the lock. */
  tryRequest(name: string, work: () => Promise<void>): Promise<boolean>
}

/** Web Locks of one device: first come, first served; a page that dies lets go, one that is frozen does not. */
export class SimLocks {
  readonly #queueByName = new Map<string, Request[]>()
  readonly #onStolen: (from: object) => void

  constructor(onStolen: (from: object) => void = () => undefined) {
    this.#onStolen = onStolen
  }

  holderOf(name: string): object | undefined {
    return this.#queueByName.get(name)?.[0]?.owner
  }

  /** The locks as one page sees them. `inPage` runs something in the page, once it can. */
  of(owner: object, inPage: (run: () => void) => void = (run) => run()): SimLocksOfPage {
    const enter = (name: string, work: () => Promise<void>, place: 'last' | 'first') => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const request: Request = {
        owner,
        run: () =>
          inPage(() => {
            work()
              .then(resolve, reject)
              .finally(() => this.#remove(name, request))
          }),
        rob: () => inPage(() => reject(new Error('another page has stolen the lock'))),
      }
      const queue = this.#queueByName.get(name) ?? []
      this.#queueByName.set(name, queue)
      if (place === 'first') {
        const [robbed] = queue
        queue.shift()?.rob()
        if (robbed !== undefined) this.#onStolen(robbed.owner)
        queue.unshift(request)
      } else queue.push(request)
      if (queue[0] === request) request.run()
      return { promise, request, reject }
    }
    return {
      request: (name, { signal }, work) => {
        const { promise, request, reject } = enter(name, work, 'last')
        signal.addEventListener('abort', () => {
          if (this.#queueByName.get(name)?.[0] === request) return
          this.#remove(name, request)
          reject(new Error('aborted'))
        })
        return promise
      },
      steal: (name, work) => enter(name, work, 'first').promise,
      tryRequest: async (name, work) => {
        if (this.holderOf(name) !== undefined) return false
        await enter(name, work, 'last').promise
        return true
      },
    }
  }

  release(owner: object): void {
    for (const [name, queue] of this.#queueByName)
      for (const request of queue.filter((other) => other.owner === owner)) this.#remove(name, request)
  }

  #remove(name: string, request: Request): void {
    const queue = this.#queueByName.get(name) ?? []
    const index = queue.indexOf(request)
    if (index < 0) return
    queue.splice(index, 1)
    if (index === 0) queue[0]?.run()
  }
}
