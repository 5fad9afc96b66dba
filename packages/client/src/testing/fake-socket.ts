import type { WebSocketLike } from '../connection/web-socket-like.ts'

interface SocketEvents {
  readonly open: object
  readonly error: object
  readonly message: { readonly data: Uint8Array }
  readonly close: { readonly code: number }
}

type Listeners = { readonly [T in keyof SocketEvents]: ((event: SocketEvents[T]) => void)[] }

/** The client's end of a connection in memory. Everything arrives in order, in a later microtask. */
export class FakeSocket implements WebSocketLike {
  binaryType = 'blob'
  bufferedAmount = 0
  readyState = 0
  readonly url: URL
  readonly protocols: readonly string[]
  readonly #onSent: (data: Uint8Array) => void
  readonly #onClosed: () => void
  readonly #listeners: Listeners = { open: [], error: [], message: [], close: [] }

  constructor(url: string, protocols: readonly string[], server: { onSent(data: Uint8Array): void; onClosed(): void }) {
    this.url = new URL(url)
    this.protocols = protocols
    this.#onSent = (data) => server.onSent(data)
    this.#onClosed = () => server.onClosed()
  }

  addEventListener<T extends keyof SocketEvents>(type: T, listener: (event: SocketEvents[T]) => void): void {
    this.#listeners[type].push(listener)
  }

  send(data: Uint8Array): void {
    if (this.readyState !== 1) throw new Error('the socket is not open')
    const sent = data.slice()
    queueMicrotask(() => this.readyState < 3 && this.#onSent(sent))
  }

  /** What was sent before still arrives. */
  close(): void {
    if (this.readyState < 2) this.readyState = 2
    queueMicrotask(() => this.#end(1005))
  }

  /** The server takes the connection. */
  accept(): void {
    if (this.readyState !== 0) return
    this.readyState = 1
    this.#tell('open', {})
  }

  /** The server sends. */
  deliver(data: Uint8Array): void {
    queueMicrotask(() => this.readyState === 1 && this.#tell('message', { data }))
  }

  /** The connection ends from the other side, after what was sent before. */
  cut(code: number): void {
    queueMicrotask(() => this.#end(code))
  }

  #end(code: number): void {
    if (this.readyState === 3) return
    this.readyState = 3
    this.#onClosed()
    queueMicrotask(() => this.#tell('close', { code }))
  }

  #tell<T extends keyof SocketEvents>(type: T, event: SocketEvents[T]): void {
    for (const listener of this.#listeners[type]) listener(event)
  }
}
