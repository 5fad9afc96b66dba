import type { ScopeOwner } from '../scope/scope-registry.ts'

/** Whose token is wanted. `isRefused`: the server did not take the last one, so a kept one will not do. */
export interface TokenRequest extends ScopeOwner {
  readonly isRefused: boolean
}

/** How a service worker signs in without a page. */
export interface WorkerAuth {
  /**
   * A token of this very person, got by a refresh cookie, say; `undefined` where only a page can get one: then the person's changes wait for it.
   * Never another person's token: their changes would be sent in that name. Called before every request; the token is stored nowhere.
   */
  readonly getToken: (request: TokenRequest) => Promise<string | undefined>
  /**
   * Who is signed in now, `undefined`: nobody. Asked when a request of a named route begins, which is kept for them if the network fails it,
   * and before such a request is sent with cookies, which are theirs. Without this requests are kept, and sent with cookies, only where one
   * person's database is on the device.
   */
  readonly currentOwner?: (() => Promise<ScopeOwner | undefined>) | undefined
}
