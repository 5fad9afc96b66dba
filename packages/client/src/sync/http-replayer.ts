import type { Clock, Scheduler } from '@rejoin/core'
import { z } from 'zod'
import { askInTime } from './ask-in-time.ts'
import { messageOf } from './message-of.ts'
import { readRetryAfter } from './read-reply.ts'
import { readSceneReply } from './read-scene-reply.ts'
import { isSuccess } from './judge-replay.ts'
import type { ReplayReply, RequestReplayer, RequestToReplay } from './request-replayer.ts'

/** From the request's start to the last byte of its answer, for a small body, … */
export const replayTimeoutMs = 30_000
/** … and a large one may be sent this slowly: 5 MiB in another 80 s. */
const replayBytesPerMs = 64

/** Says that a request is the engine's own, so that no worker captures it once more. */
export const replayHeader = 'x-rejoin-replay'

/** By which a server recognises a repeat. */
export const idempotencyHeader = 'idempotency-key'

/** The members of a `Response` that are used. */
export interface ReplayResponse {
  readonly status: number
  /** Where the answer came from in the end. */
  readonly url: string
  readonly headers: { get(name: string): string | null }
  readonly body: { cancel(): Promise<void> } | null
  text(): Promise<string>
}

/** The members of `fetch` that are used. */
export type ReplayFetch = (
  url: string,
  init: {
    readonly method: string
    readonly headers: Record<string, string>
    readonly body?: Uint8Array<ArrayBuffer>
    readonly credentials: RequestToReplay['credentials']
    readonly cache: 'no-store'
    readonly signal: AbortSignal
  },
) => Promise<ReplayResponse>

export interface HttpReplayerParts {
  readonly fetch: ReplayFetch
  /** Absent where nobody is signed in: then requests go without a token. */
  readonly getToken: ((options?: { readonly isRefused: boolean }) => Promise<string>) | undefined
  readonly clock: Clock
  readonly scheduler: Scheduler
}

/** Sends what the app could not. The token is asked for just before each request and stored nowhere. */
export function createHttpReplayer({ fetch, getToken, clock, scheduler }: HttpReplayerParts): RequestReplayer {
  const send = async (request: RequestToReplay, isRefused: boolean, signal: AbortSignal): Promise<ReplayReply> => {
    let token: string | undefined
    try {
      token = request.isAuthorized ? await getToken?.(isRefused ? { isRefused } : undefined) : undefined
    } catch (error) {
      return { type: 'noToken', message: `The sign-in could not be renewed: ${messageOf(error)}` }
    }
    signal.throwIfAborted()
    const { idempotencyKey, method, url, headers, credentials, body } = request
    const response = await fetch(url, {
      method,
      headers: {
        ...headers,
        [idempotencyHeader]: idempotencyKey,
        [replayHeader]: '1',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body }),
      credentials,
      cache: 'no-store',
      signal,
    })
    if (isFromElsewhere(request.url, response.url)) {
      leaveUnread(response)
      return { type: 'unexpected', message: 'Another server answered: this network, or a sign-in, may stand in between.' }
    }
    if (request.isScene === true) return readSceneReply(response, clock.now())
    const { status } = response
    const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), clock.now())
    if (isSuccess(status)) {
      // Done is done: an answer that breaks off, or never ends, must not make it sent once more.
      leaveUnread(response)
      return { type: 'answered', status, message: undefined, retryAfterMs }
    }
    return { type: 'answered', status, message: readMessage(await response.text()), retryAfterMs }
  }
  return {
    replay: (request, { isTokenRefused }) => {
      const timeoutMs = replayTimeoutMs + (request.body?.byteLength ?? 0) / replayBytesPerMs
      return askInTime({ scheduler, timeoutMs }, (signal) => send(request, isTokenRefused, signal))
    },
  }
}

/** Followed to another origin, an answer says nothing of what this one would have said: it is the page of a portal, or of a sign-in. */
function isFromElsewhere(asked: string, answered: string): boolean {
  return answered !== '' && new URL(answered).origin !== new URL(asked).origin
}

/** Nobody waits for the rest of it, and it holds up no connection. */
function leaveUnread({ body }: ReplayResponse): void {
  body?.cancel().catch(brokeOff)
}

/** Then there is nothing left to cancel. */
function brokeOff(): void {}

const messageSchema = z.object({ message: z.string().min(1).max(1_000) })

/** What the server says for people, where it does: `{ "message": "…" }`. */
function readMessage(text: string): string | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(text)).data?.message
  } catch {
    return undefined
  }
}
