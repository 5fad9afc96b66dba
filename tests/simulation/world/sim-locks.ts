import type { LocksLike } from '@rejoin/client/simulation'

interface Request {
  readonly owner: object
  readonly run: () => void
  readonly rob: () => void
}

export interface SimLocksOfPage extends LocksLike {
  steal(name: string, work: () => Promise<void>): Promise<void>
}

/** Web Locks of one device: first come, first served; a page that dies lets go, one that is frozen does not. */
export class SimLocks {
  readonly #queueByName = new Map<string, Request[]>()

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
        queue.shift()?.rob()
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
