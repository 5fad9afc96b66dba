import type { Clock, Scheduler } from '@rejoin/core'
import type { z } from 'zod'
import { askInTime } from './ask-in-time.ts'
import { encodeBody, type EncodedBody, type MakeGzip } from './compress-body.ts'
import { messageOf } from './message-of.ts'
import { readReply, type ResponseLike } from './read-reply.ts'
import type { SyncTransport, TransportReply } from './sync-transport.ts'
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

export interface HttpRequestsParts {
  /** Absent where the server wants no token. */
  readonly getToken: ((options?: { readonly isRefused: boolean }) => Promise<string>) | undefined
  readonly fetch: FetchLike
  readonly makeGzip: MakeGzip
  readonly clock: Clock
  readonly scheduler: Scheduler
}

export interface Asked<Body> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  /** Of the answer. */
  readonly schema: z.ZodType<Body>
  readonly body?: unknown
  /** Default 200. */
  readonly successStatus?: number
  /** Default `application/json`. */
  readonly accept?: string
}

/** Requests to a server. Every one has a token asked for just before it, and every answer is checked. */
export class HttpRequests {
  readonly traffic = new TrafficCount()
  readonly #parts: HttpRequestsParts
  #renewedToken: string | undefined

  constructor(parts: HttpRequestsParts) {
    this.#parts = parts
  }

  /** For one request: `undefined` where the server wants none. */
  async takeToken(): Promise<string | undefined> {
    const token = this.#renewedToken ?? (await this.#parts.getToken?.())
    this.#renewedToken = undefined
    return token
  }

  renewToken: SyncTransport['renewToken'] = async () => {
    try {
      this.#renewedToken = await this.#parts.getToken?.({ isRefused: true })
      return { type: 'renewed' }
    } catch (error) {
      return { type: 'failed', message: `The sign-in could not be renewed: ${messageOf(error)}` }
    }
  }

  /** Never rejects. */
  ask<Body>({
    method,
    url,
    schema,
    body,
    successStatus = 200,
    accept = 'application/json',
  }: Asked<Body>): Promise<TransportReply<Body>> {
    const { scheduler, clock, fetch, makeGzip } = this.#parts
    return askInTime({ scheduler, timeoutMs: requestTimeoutMs }, async (signal): Promise<TransportReply<Body>> => {
      const token = await this.takeToken()
      const encoded = body === undefined ? undefined : await encodeBody(body, makeGzip)
      const startedAt = clock.now()
      signal.throwIfAborted()
      this.traffic.sent(encoded?.bytes.byteLength ?? 0)
      const response = await fetch(url, { ...requestOf(encoded, { token, accept }), method, signal })
      const now = clock.now()
      return readReply(response, schema, {
        now,
        successStatus,
        roundTripMs: Math.max(0, now - startedAt),
        onBody: (bytes) => this.traffic.received(bytes),
      })
    })
  }
}

function requestOf(
  encoded: EncodedBody | undefined,
  { token, accept }: { readonly token: string | undefined; readonly accept: string },
): Omit<Parameters<FetchLike>[1], 'signal' | 'method'> {
  const headers = {
    ...encoded?.headers,
    accept,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  const asked = { headers, redirect: 'manual', cache: 'no-store', credentials: 'omit' } as const
  return encoded === undefined ? asked : { body: encoded.bytes, ...asked }
}
