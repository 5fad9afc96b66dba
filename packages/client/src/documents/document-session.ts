import type { Clock, PrivateMessage, Random, Scheduler } from '@rejoin/core'
import { Awareness } from 'y-protocols/awareness'
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs'
import { DocumentConnection, type SentFrame } from '../connection/document-connection.ts'
import type { OpenWebSocket } from '../connection/web-socket-like.ts'
import type { DocumentNews } from '../tabs/document-channel.ts'
import type { DocumentKeeper, KeeperWatcher } from './document-keeper.ts'
import { createLink, transition } from './document-link.ts'
import type { LinkEffect, LinkEvent } from './link-event.ts'
import type { LinkReason, LinkState } from './link-state.ts'
import { documentStateOf, sameStateOr } from './link-status.ts'
import type { DocumentReceipt, DocumentState } from './open-document.ts'
import { ReceiptWaiters } from './receipt-waiters.ts'

/** What every open document shares. */
export interface SessionHost {
  /** Of the server's documents, without a name. */
  readonly url: string
  /** Absent under auth none. */
  readonly getToken?: () => Promise<string>
  readonly openWebSocket: OpenWebSocket
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
}

export interface SessionOptions {
  readonly name: string
  readonly host: SessionHost
  readonly createKeeper: (watcher: KeeperWatcher) => DocumentKeeper
  /** Called after every change of `state`. */
  readonly onChanged: () => void
}

/** Marks transactions that bring what another tab wrote. */
const tabOrigin = Symbol('another tab')

/** One document open in this tab: the shell that carries out what its link decides. */
export class DocumentSession {
  readonly name: string
  readonly doc = new Doc()
  readonly awareness = new Awareness(this.doc)
  readonly #host: SessionHost
  readonly #onChanged: () => void
  readonly #keeper: DocumentKeeper
  readonly #connection: DocumentConnection
  readonly #waiters = new ReceiptWaiters()
  readonly #payloadByFrame = new Map<number, Uint8Array>()
  readonly #events: LinkEvent[] = []
  #link: LinkState
  #shown: DocumentState
  #isDispatching = false
  #isUpdateUnneeded = false
  #cancelTimer: (() => void) | undefined
  #token: string | undefined
  #tokenRequestCount = 0

  constructor({ name, host, createKeeper, onChanged }: SessionOptions) {
    this.name = name
    this.#host = host
    this.#onChanged = onChanged
    this.#keeper = createKeeper(this.#keeperWatcher())
    this.#link = createLink({ generation: undefined, canTell: this.#keeper.canTell })
    this.#shown = { ...documentStateOf(this.#link), status: 'loading', reason: undefined }
    this.#connection = this.#createConnection()
  }
}
