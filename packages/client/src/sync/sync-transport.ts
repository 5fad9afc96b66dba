import type { ChangeHint, ChangesResponse, Operation, SyncResponse } from '@rejoin/core'

export interface PushBody {
  readonly checkpoint: string | undefined
  readonly deviceId: string
  readonly sentAt: string
  readonly ackedThrough: number
  readonly operations: readonly Operation[]
}

/**
 * What came of a request.
 * - `answered`: a response that fits its schema
 * - `refused`: an error of the server's own table
 * - `unreachable`: no answer; the server may have acted on it all the same
 * - `unexpected`: an answer that is not the server's (the page of a captive portal, say): says nothing about any operation
 */
export type TransportReply<Body> =
  | { readonly type: 'answered'; readonly body: Body; readonly roundTripMs: number }
  | {
      readonly type: 'refused'
      readonly status: number
      readonly code: string
      readonly message: string
      readonly retryAfterMs: number | undefined
    }
  | { readonly type: 'unreachable'; readonly message: string }
  | { readonly type: 'unexpected'; readonly message: string }

export interface FeedListener {
  readonly onHint: (hint: ChangeHint) => void
  readonly onClose: () => void
}

/** Of all requests since the transport was made. Bytes are those of bodies. */
export interface Traffic {
  readonly requests: number
  readonly bytesSent: number
  readonly bytesReceived: number
}

/** The way to the server. Promises never reject. */
export interface SyncTransport {
  traffic(): Traffic
  push(body: PushBody): Promise<TransportReply<SyncResponse>>
  pull(page: { readonly checkpoint: string | undefined; readonly limit: number }): Promise<TransportReply<ChangesResponse>>
  /** The server did not take the token: asks for another one, which the next request uses. */
  renewToken(): Promise<{ readonly type: 'renewed' } | { readonly type: 'failed'; readonly message: string }>
  /** Opens `WS /changes`; the returned function closes it, after which nothing is heard. `onClose` comes once, also where it never opened. */
  follow(listener: FeedListener): () => void
}
