import type { OrdinalLedger } from './ordinal-ledger.ts'
import type { SentFrames } from './sent-frames.ts'

/** Why something is as it is: a code of the error table, and one sentence for a person. */
export interface LinkReason {
  readonly code: string
  readonly message: string
}

/** Where the connection of one document stands. Every phase that waits for something has exactly one timer armed. */
export type LinkConnection =
  /** No network, or the person switched it off. Nothing to wait for but an event. */
  | { readonly phase: 'parked'; readonly message: string }
  /** Between two attempts; the timer is the reconnect delay. */
  | { readonly phase: 'waiting'; readonly attempt: number; readonly message: string }
  /** The token is being fetched. */
  | { readonly phase: 'authorising'; readonly attempt: number; readonly message: string | undefined }
  /** The socket is being opened, or is open without the server's `hello`. */
  | { readonly phase: 'connecting'; readonly attempt: number; readonly message: string | undefined }
  | LiveConnection
  /** The server said that coming back cannot help. Only a person or the return of the network tries again. */
  | { readonly phase: 'stopped'; readonly reason: LinkReason }
  /** The local copy belonged to a life of the document that is over, and was set aside. For good. */
  | { readonly phase: 'gone'; readonly reason: LinkReason }
  /** The document was closed in this tab. For good. */
  | { readonly phase: 'closed' }

export interface LiveConnection {
  readonly phase: 'live'
  /** Attempts since a connection was of use; decides the next delay. */
  readonly attempt: number
  readonly access: 'read' | 'write'
  readonly frames: SentFrames
  /** The server's first step 2 of this connection is applied. */
  readonly isSynced: boolean
  /** A step 2 of ours is settled on this connection, and was not refused. */
  readonly isStep2Accepted: boolean
  /** A fresh token is being fetched, to connect again with it. */
  readonly isReauthenticating: boolean
}

export type LinkPhase = LinkConnection['phase']

/** Everything the link of one document decides by. */
export interface LinkState {
  readonly ledger: OrdinalLedger
  /** Life of the document that the local copy belongs to; `undefined` until a server was met. */
  readonly generation: string | undefined
  /** Edits in this copy that the server would not take. Stays until it takes a whole step 2. */
  readonly refusal: LinkReason | undefined
  readonly connection: LinkConnection
}
