import type { LocksLike } from '@rejoin/client/simulation'

interface Request {
  readonly owner: object
  readonly run: () => void
}

/** Web Locks of one device: first come, first served; a tab that dies lets go. */
export class SimLocks {
  readonly #queueByName = new Map<string, Request[]>()

  /** The locks as one tab sees them. */
  of(owner: object): LocksLike {
    return {
      request: (name, { signal }, work) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>()
        const request: Request = {
          owner,
          run: () => {
            work()
              .then(resolve, reject)
              .finally(() => this.#remove(name, request))
          },
        }
        signal.addEventListener('abort', () => {
          if (this.#queueByName.get(name)?.[0] === request) return
          this.#remove(name, request)
          reject(new Error('aborted'))
        })
        const queue = this.#queueByName.get(name) ?? []
        this.#queueByName.set(name, queue)
        queue.push(request)
        if (queue.length === 1) request.run()
        return promise
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
