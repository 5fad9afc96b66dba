import { readPrivateMessage, type PrivateMessage } from '@rejoin/core'
import { encodeEmptyAwareness, readSyncFrame } from './sync-frame.ts'
import { socketIsOpen, type WebSocketLike } from './web-socket-like.ts'

export interface SocketWatcher {
  /** A frame with the next number leaves now. */
  onFrameSent(frame: { readonly kind: 'step2' | 'update'; readonly number: number; readonly payload: Uint8Array }): void
  onPrivateMessage(message: PrivateMessage): void
  /** The server's step 2 is in the document. */
  onStep2Applied(): void
  /** Whether the update that is being sent is on the server anyway. */
  isUpdateUnneeded(): boolean
}

/**
 * The socket that y-websocket's provider holds: numbers the sync frames that leave, keeps our private messages from the provider, and
 * lets nothing reach the document before the server said which life of it this is.
 */
export class NumberedSocket {
  onopen: ((event: unknown) => void) | null = null
  onmessage: ((event: { readonly data: Uint8Array }) => void) | null = null
  onclose: ((event: { readonly code: number }) => void) | null = null
  onerror: ((event: unknown) => void) | null = null
  /** The provider compares `readyState` with it. */
  readonly OPEN = socketIsOpen
  readonly #socket: WebSocketLike
  readonly #watcher: SocketWatcher
  #sentCount = 0
  #hasHello = false
  #hasSentStep2 = false
  #isClosed = false

  constructor(socket: WebSocketLike, watcher: SocketWatcher) {
    this.#socket = socket
    this.#watcher = watcher
    socket.addEventListener('open', (event) => this.onopen?.(event))
    socket.addEventListener('error', (event) => this.onerror?.(event))
    socket.addEventListener('close', (event) => this.onclose?.(event))
    socket.addEventListener('message', (event) => this.#receive(event.data))
  }

  get binaryType(): string {
    return this.#socket.binaryType
  }

  set binaryType(type: string) {
    this.#socket.binaryType = type
  }

  get readyState(): number {
    return this.#socket.readyState
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount
  }

  send(message: Uint8Array<ArrayBuffer>): void {
    const frame = readSyncFrame(message)
    if (frame === undefined || frame.kind === 'step1') {
      this.#socket.send(message)
      return
    }
    if (frame.kind === 'update' && !this.#isUpdateNeeded()) return
    this.#hasSentStep2 ||= frame.kind === 'step2'
    this.#sentCount++
    this.#watcher.onFrameSent({ kind: frame.kind, number: this.#sentCount, payload: frame.payload })
    this.#socket.send(message)
  }

  close(): void {
    this.#isClosed = true
    this.#socket.close()
  }

  /** What is typed before the step 2 is in the step 2: sent alone it would only be a gap to the server. */
  #isUpdateNeeded(): boolean {
    return this.#hasSentStep2 && !this.#watcher.isUpdateUnneeded()
  }

  #receive(data: unknown): void {
    if (this.#isClosed) return
    const read = readMessage(data)
    if (read === undefined) {
      this.#socket.close()
      return
    }
    const { message, privateMessage } = read
    if (privateMessage !== undefined) {
      this.#hasHello ||= privateMessage.type === 'hello'
      this.#watcher.onPrivateMessage(privateMessage)
      // To the provider a private message is a sign of life, nothing more: it hangs up after 30 s without any.
      this.onmessage?.({ data: encodeEmptyAwareness() })
      return
    }
    if (!this.#hasHello) return
    this.onmessage?.({ data: message })
    if (!this.#isClosed && readSyncFrame(message)?.kind === 'step2') this.#watcher.onStep2Applied()
  }
}

/** A message of the server, or `undefined` for bytes that no server of ours sends: such a connection is not worth keeping. */
function readMessage(
  data: unknown,
): { readonly message: Uint8Array; readonly privateMessage: PrivateMessage | undefined } | undefined {
  if (!(data instanceof ArrayBuffer) && !(data instanceof Uint8Array)) return undefined
  const message = data instanceof Uint8Array ? data : new Uint8Array(data)
  try {
    const privateMessage = readPrivateMessage(message)
    if (privateMessage === undefined) readSyncFrame(message)
    return { message, privateMessage }
  } catch {
    return undefined
  }
}
