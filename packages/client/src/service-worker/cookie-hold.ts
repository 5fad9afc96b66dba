import type { CapturedRequest } from '../outbox/outbox-entry.ts'
import { isOwnedBy } from '../scope/owned-scope.ts'
import type { Scope } from '../scope/scope-registry.ts'
import { askInTime } from '../sync/ask-in-time.ts'
import type { RequestReplayer } from '../sync/request-replayer.ts'
import type { DrainHost, DrainTask } from './drain-task.ts'

/** Who is asked for longer says nothing. With what a request may take it is less than the engine gives its work. */
const askTimeoutMs = 5_000

type CookieHost = Pick<DrainHost, 'auth' | 'origin' | 'scheduler'>

/**
 * Cookies are those of whoever is signed in by them now. What goes out with cookies waits until that is the person who made it: sent before, it
 * would be sent in somebody else's name.
 */
export class CookieHold {
  readonly #host: CookieHost
  readonly #owner: Scope['owner']
  readonly #isShared: boolean
  #areOurs = false

  constructor(host: CookieHost, { owner }: Pick<Scope, 'owner'>, { isShared }: Pick<DrainTask, 'isShared'>) {
    this.#host = host
    this.#owner = owner
    this.#isShared = isShared
  }

  /** Asks who is signed in. Where nobody tells, it is the only person here, if there is but one. */
  async look(): Promise<void> {
    const { auth, scheduler } = this.#host
    const ask = auth?.currentOwner
    if (ask === undefined) {
      this.#areOurs = !this.#isShared
      return
    }
    const told = await askInTime({ scheduler, timeoutMs: askTimeoutMs }, async () => ({
      type: 'told' as const,
      owner: await ask(),
    }))
    this.#areOurs = told.type === 'told' && isOwnedBy(told, this.#owner)
  }

  /** As of the last look. */
  allows({ url, credentials }: Pick<CapturedRequest, 'url' | 'credentials'>): boolean {
    if (this.#areOurs || credentials === 'omit') return true
    const { origin } = this.#host
    return credentials === 'same-origin' && origin !== undefined && new URL(url).origin !== origin
  }

  /** Looks once more before each request: somebody may sign in meanwhile. */
  guard(replayer: RequestReplayer): RequestReplayer {
    return {
      replay: async (request, options) => {
        await this.look()
        if (this.allows(request)) return replayer.replay(request, options)
        return { type: 'noToken', message: 'Somebody else is signed in on this device.' }
      },
    }
  }
}
