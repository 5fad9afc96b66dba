import { changesResponseSchema, syncLimits, syncResponseSchema, type Clock, type Scheduler } from '@rejoin/core'
import type { z } from 'zod'
import { followChanges, type ChangeFeedParts } from './change-feed.ts'
import { encodeBody, type EncodedBody, type MakeGzip } from './compress-body.ts'
import { readReply, type ResponseLike } from './read-reply.ts'
import type { PushBody, SyncTransport, TransportReply } from './sync-transport.ts'
import { syncUrls } from './sync-urls.ts'
import { TrafficCount } from './traffic-count.ts'

/** From the request's start to the last byte of its answer. */
export const requestTimeoutMs = 30_000

/** The members of `fetch` that are used. */
export type FetchLike = (
  url: string,
  init: {
    readonly method: string
    readonly headers: Record<string, string>
    readonly body?: Uint8Array<ArrayBuffer>
    readonly signal: AbortSignal
    /** Where a request for records is sent on to is no business of theirs. */
    readonly redirect: 'manual'
    readonly cache: 'no-store'
    readonly credentials: 'omit'
  },
) => Promise<ResponseLike & { readonly type: string }>

export interface HttpTransportParts {
  readonly url: string
  /** Absent where the server wants no token. */
  readonly getToken: ((options?: { readonly isRefused: boolean }) => Promise<string>) | undefined
  readonly fetch: FetchLike
  readonly openWebSocket: ChangeFeedParts['openWebSocket']
  readonly makeGzip: MakeGzip
  readonly clock: Clock
  readonly scheduler: Scheduler
}

/** The way to a server over HTTP and one WebSocket. Every request has a token asked for just before it, and every answer is checked. */
export function createHttpTransport(parts: HttpTransportParts): SyncTransport {
  const urls = syncUrls(parts.url)
  const { scheduler } = parts
  let renewedToken: string | undefined
  const traffic = new TrafficCount()

  const takeToken = async (): Promise<string | undefined> => {
    const token = renewedToken ?? (await parts.getToken?.())
    renewedToken = undefined
    return token
  }
  const request = <Body>(url: string, schema: z.ZodType<Body>, body?: unknown): Promise<TransportReply<Body>> =>
    withTimeout(scheduler, async (signal) => {
      const token = await takeToken()
      const encoded = body === undefined ? undefined : await encodeBody(body, parts.makeGzip)
      const startedAt = parts.clock.now()
      signal.throwIfAborted()
      traffic.sent(encoded?.bytes.byteLength ?? 0)
      const response = await parts.fetch(url, { ...requestOf(encoded, token), signal })
      const now = parts.clock.now()
      return readReply(response, schema, {
        now,
        roundTripMs: Math.max(0, now - startedAt),
        onBody: (bytes) => traffic.received(bytes),
      })
    })

  return {
    traffic: () => traffic.total,
    push: (body: PushBody) => request(urls.push, syncResponseSchema, body),
    pull: ({ checkpoint, limit }) => {
      const query = new URLSearchParams({ limit: String(limit), ...(checkpoint !== undefined && { checkpoint }) })
      return request(`${urls.changes}?${query.toString()}`, changesResponseSchema)
    },
    renewToken: async () => {
      try {
        renewedToken = await parts.getToken?.({ isRefused: true })
        return { type: 'renewed' }
      } catch (error) {
        return { type: 'failed', message: `The sign-in could not be renewed: ${messageOf(error)}` }
      }
    },
    follow: (listener) =>
      followChanges(
        {
          url: urls.feed,
          openWebSocket: parts.openWebSocket,
          getToken: takeToken,
          scheduler,
          silenceMs: syncLimits.headAgeMsMax,
        },
        listener,
      ),
  }
}

function requestOf(encoded: EncodedBody | undefined, token: string | undefined): Omit<Parameters<FetchLike>[1], 'signal'> {
  const headers = {
    ...encoded?.headers,
    accept: 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  const asked = { headers, redirect: 'manual', cache: 'no-store', credentials: 'omit' } as const
  return encoded === undefined ? { method: 'GET', ...asked } : { method: 'POST', body: encoded.bytes, ...asked }
}

/** Resolves in time whatever the host does: a `getToken` that never settles is not waited for either. */
function withTimeout<Body>(
  scheduler: Scheduler,
  run: (signal: AbortSignal) => Promise<TransportReply<Body>>,
): Promise<TransportReply<Body>> {
  const controller = new AbortController()
  return new Promise((resolve) => {
    const cancel = scheduler.after(requestTimeoutMs, () => {
      controller.abort()
      resolve({ type: 'unreachable', message: 'The server did not answer in time.' })
    })
    const end = (reply: TransportReply<Body>): void => {
      cancel()
      resolve(reply)
    }
    run(controller.signal).then(end, (error: unknown) =>
      end({ type: 'unreachable', message: `The server could not be reached: ${messageOf(error)}` }),
    )
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
