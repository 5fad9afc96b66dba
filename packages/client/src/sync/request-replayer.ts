import type { SceneSyncResult } from '@rejoin/core'

/** A request of the app as it goes out, once more or for the first time. */
export interface RequestToReplay {
  readonly requestId: string
  /** Goes with every attempt. */
  readonly idempotencyKey: string
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly credentials: 'omit' | 'same-origin' | 'include'
  /** It wants a token, asked for just before. */
  readonly isAuthorized: boolean
  /** It carries operations on a scene, and goes to the sync server. */
  readonly isScene?: boolean
  readonly body: Uint8Array<ArrayBuffer> | undefined
}

/**
 * What came of it.
 * - `answered`: by the server, as far as can be told; `message` is what its JSON says for people
 * - `scene`: by the sync server, with a verdict on each operation of a scene
 * - `unreachable`: no answer; the server may have acted on it all the same
 * - `unexpected`: something else answered (a page that another origin was asked for)
 * - `noToken`: it was not sent, because there was no token to be had
 */
export type ReplayReply =
  | {
      readonly type: 'answered'
      readonly status: number
      readonly message: string | undefined
      readonly retryAfterMs: number | undefined
    }
  | { readonly type: 'scene'; readonly result: SceneSyncResult }
  | { readonly type: 'unreachable' | 'unexpected' | 'noToken'; readonly message: string }

/** The way to the app's own servers. Never rejects, and ends in less time than work may take. */
export interface RequestReplayer {
  /** `isTokenRefused`: the last token was not taken, so a fresh one is asked for. */
  replay(request: RequestToReplay, options: { readonly isTokenRefused: boolean }): Promise<ReplayReply>
}
