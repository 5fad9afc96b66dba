import type { Clock, PrivateMessage } from '@rejoin/core'
import type { Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import type { Doc } from 'yjs'
import { documentPath, documentQuery } from './document-url.ts'
import { NumberedSocket } from './numbered-socket.ts'
import { encodeUpdateFrame } from './sync-frame.ts'
import { socketIsOpen, type OpenWebSocket } from './web-socket-like.ts'

/** What a connection tells its owner. Everything of a socket that was given up is kept back. */
export interface ConnectionWatcher {
  onPrivateMessage(message: PrivateMessage): void
  onFrameSent(frame: SentFrame): void
  onStep2Applied(): void
  /** `closeCode` 0: without the server's word. */
  onClosed(closeCode: number, lastedMs: number): void
  /** Whether the update that the provider is sending came from the server in the first place. */
  isUpdateUnneeded(): boolean
}

export interface SentFrame {
  readonly kind: 'step2' | 'update'
  /** From 1 in every connection. */
  readonly number: number
  readonly payload: Uint8Array
}

export interface DocumentConnectionOptions {
  /** Of the server's documents, without the name. */
  readonly url: string
  readonly name: string
  readonly doc: Doc
  readonly awareness: Awareness
  readonly openWebSocket: OpenWebSocket
  readonly clock: Clock
  readonly watcher: ConnectionWatcher
}

/** y-websocket's provider, which speaks the protocol, without its own mind: it connects when told to and never by itself. */
export class DocumentConnection {
  readonly #clock: Clock
  readonly #watcher: ConnectionWatcher
  readonly #provider: WebsocketProvider
  #socket: NumberedSocket | undefined
  #openedAtMs: number | undefined
  #isGivingUp = false
  #isClosed = false

  constructor({ url, name, doc, awareness, openWebSocket, clock, watcher }: DocumentConnectionOptions) {
    this.#clock = clock
    this.#watcher = watcher
    this.#provider = new WebsocketProvider(url, documentPath(name), doc, {
      connect: false,
      disableBc: true,
      awareness,
      WebSocketPolyfill: asWebSocketClass((address, protocols) => this.#open(openWebSocket(address, protocols))),
    })
    this.#provider.on('connection-close', (event) => this.#closed(event))
  }

  /** The origin of updates that came from the server. */
  get origin(): unknown {
    return this.#provider
  }

  /** Whether the socket holds bytes that did not leave yet. */
  get isSending(): boolean {
    return (this.#socket?.bufferedAmount ?? 0) > 0
  }

  /** Throws where no socket can be made of the address or the token. */
  connect(token: string | undefined, generation: string | undefined): void {
    this.#provider.protocols = token === undefined ? [] : ['rejoin', `bearer.${token}`]
    this.#provider.params = documentQuery(generation)
    try {
      this.#provider.connect()
    } catch (error) {
      this.#provider.shouldConnect = false
      throw error
    }
  }

  disconnect(): void {
    this.#isGivingUp = true
    this.#provider.disconnect()
    this.#isGivingUp = false
  }

  /** Sends an update that is no change of the doc by itself. Does nothing without a socket: the next step 2 has it. */
  sendUpdate(update: Uint8Array): void {
    if (this.#socket?.readyState === socketIsOpen) this.#socket.send(encodeUpdateFrame(update))
  }

  close(): void {
    this.#isClosed = true
    this.#isGivingUp = true
    this.#provider.destroy()
  }

  #open(socket: ReturnType<OpenWebSocket>): NumberedSocket {
    this.#openedAtMs = this.#clock.now()
    const numbered: NumberedSocket = new NumberedSocket(socket, {
      onPrivateMessage: (message) => this.#isCurrent(numbered) && this.#watcher.onPrivateMessage(message),
      onFrameSent: (frame) => this.#isCurrent(numbered) && this.#watcher.onFrameSent(frame),
      onStep2Applied: () => this.#isCurrent(numbered) && this.#watcher.onStep2Applied(),
      isUpdateUnneeded: () => this.#watcher.isUpdateUnneeded(),
    })
    this.#socket = numbered
    return numbered
  }

  #isCurrent(socket: NumberedSocket): boolean {
    return this.#socket === socket
  }

  #closed(event: { readonly code: number } | null): void {
    // The provider is about to arm its own reconnect timer; without this wish the timer does nothing.
    this.#provider.shouldConnect = false
    this.#socket = undefined
    if (this.#isGivingUp) return
    const lastedMs = this.#clock.now() - (this.#openedAtMs ?? this.#clock.now())
    // The provider is not finished with this socket before it returns, and would not open another one.
    queueMicrotask(() => {
      if (this.#socket === undefined && !this.#isClosed) this.#watcher.onClosed(event?.code ?? 0, lastedMs)
    })
  }
}

/** The provider wants a class to `new`; what it gets is whatever `open` makes, which has every member that it touches. */
function asWebSocketClass(open: (url: string, protocols: readonly string[]) => NumberedSocket): typeof WebSocket {
  const SocketOfProvider = function (url: string, protocols: readonly string[]): NumberedSocket {
    return open(url, protocols)
  }
  return SocketOfProvider as unknown as typeof WebSocket
}
