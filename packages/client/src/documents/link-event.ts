import type { OrdinalRange } from './ordinal-ledger.ts'
import type { FrameKind } from './sent-frames.ts'

/** What happens to a document's link, by type. `random` is uniform in [0, 1) and decides the delay where one is needed. */
interface LinkEventFacts {
  /** A change of this device (also of a neighbour tab, or left from earlier) is in the document. Ordinals are dense from 1. */
  readonly changeMade: { readonly ordinal: number; readonly isKept: boolean }
  /** So many changes more are durably on this device. */
  readonly changesKept: { readonly count: number }
  /** The device could not keep a change. It will be tried again. */
  readonly changeNotKept: { readonly message: string }
  /** Another tab had these acknowledged. */
  readonly settledElsewhere: { readonly ordinals: readonly number[] }
  /** There may be a network, and the person wants it used. */
  readonly wentOnline: object
  readonly wentOffline: { readonly message: string }
  /** The page came to the front, or the device woke up: a long delay is not worth sitting out. */
  readonly woke: object
  /** `isSending`: the socket still holds bytes that did not leave. */
  readonly timerFired: { readonly isSending: boolean; readonly random: number }
  readonly tokenFetched: object
  readonly tokenFailed: { readonly message: string; readonly random: number }
  readonly helloReceived: { readonly generation: string; readonly access: 'read' | 'write' }
  readonly frameSent: { readonly kind: FrameKind }
  /** A step 2 of the server is in the document. */
  readonly step2Applied: object
  readonly receiptReceived: { readonly settledCount: number }
  readonly refusedReceived: { readonly frameNumber: number; readonly code: string; readonly message: string }
  readonly reauthenticateReceived: object
  /** `closeCode` 0: the connection broke without the server's word. */
  readonly socketClosed: { readonly closeCode: number; readonly lastedMs: number; readonly random: number }
  /** Another tab set the copy aside. */
  readonly setAsideElsewhere: { readonly code: string; readonly message: string }
  readonly closed: object
}

export type LinkEventType = keyof LinkEventFacts

export type LinkEventOf<T extends LinkEventType> = { [K in T]: { readonly type: K } & LinkEventFacts[K] }[T]

export type LinkEvent = LinkEventOf<LinkEventType>

/** What the shell is to do, in order. */
export type LinkEffect =
  | { readonly type: 'fetchToken' }
  /** Open a socket with the token fetched last. */
  | { readonly type: 'connect' }
  /** Close the socket; its `socketClosed` is no longer wanted. */
  | { readonly type: 'disconnect' }
  /** Arm the link's only timer, in place of what was armed. */
  | { readonly type: 'setTimer'; readonly delayMs: number }
  | { readonly type: 'clearTimer' }
  | { readonly type: 'rememberGeneration'; readonly generation: string }
  /** These changes are stored on the server. */
  | { readonly type: 'changesStored'; readonly ranges: readonly OrdinalRange[] }
  /** The server will not store the content of this frame of the present connection: keep it apart, then treat the changes as clean. */
  | {
      readonly type: 'setFrameAside'
      readonly frameNumber: number
      readonly ranges: readonly OrdinalRange[]
      readonly code: string
      readonly message: string
    }
  /** Move the whole local copy out of the way. */
  | { readonly type: 'setCopyAside'; readonly code: string; readonly message: string }
