import { messageType, protocolVersion, readPrivateMessage, syncType, type PrivateMessage } from '@rejoin/core'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocket, type ClientOptions } from 'ws'
import { waitFor } from './wait-for.ts'

export type WireMessage =
  | { readonly type: 'step1'; readonly stateVector: Uint8Array }
  | { readonly type: 'step2'; readonly update: Uint8Array }
  | { readonly type: 'update'; readonly update: Uint8Array }
  | { readonly type: 'awareness'; readonly entries: Uint8Array }
  | { readonly type: 'denied'; readonly reason: string }
  | { readonly type: 'unknown' }
  | PrivateMessage

export interface Closing {
  readonly code: number
  readonly reason: string
}

export interface WireClientOptions {
  /** Announces itself as our client, so that it gets `hello`, receipts and refusals. */
  readonly isOurs?: boolean
  readonly params?: Readonly<Record<string, string>>
  readonly protocols?: readonly string[]
  readonly socket?: ClientOptions
}

/** A connection to one document that sees and sends single frames, with no Yjs behaviour of its own. */
export interface WireClient {
  readonly socket: WebSocket
  /** Everything received, in order, one entry for each frame. */
  readonly received: readonly WireMessage[]
  /** Bytes left over after the message in a frame, for each frame; all zero where the server sends one message a frame. */
  readonly trailingByteCounts: readonly number[]
  /** The close code, or the HTTP status of a refused upgrade; `undefined` while open. */
  closing(): Closing | undefined
  opened(): Promise<void>
  closed(withinMs?: number): Promise<Closing>
  send(frame: Uint8Array | string): void
  sendStep1(stateVector?: Uint8Array): void
  sendStep2(update: Uint8Array): void
  sendUpdate(update: Uint8Array): void
  sendAwareness(entries: Uint8Array): void
  /** Waits until a message of this type has come (`count` of them) and gives the last of them back. */
  until<T extends WireMessage['type']>(type: T, count?: number, withinMs?: number): Promise<Extract<WireMessage, { type: T }>>
  all<T extends WireMessage['type']>(type: T): readonly Extract<WireMessage, { type: T }>[]
  [Symbol.dispose](): void
}

const emptyStateVector = new Uint8Array([0])

export function connectWireClient(documentsUrl: string, name: string, options: WireClientOptions = {}): WireClient {
  const params = new URLSearchParams({
    ...(options.isOurs === true ? { client: 'rejoin', protocol: String(protocolVersion) } : {}),
    ...options.params,
  })
  const socket = new WebSocket(
    `${documentsUrl}/${name}${params.size > 0 ? `?${params}` : ''}`,
    [...(options.protocols ?? [])],
    options.socket,
  )
  const received: WireMessage[] = []
  const trailingByteCounts: number[] = []
  let closing: Closing | undefined

  socket.binaryType = 'arraybuffer'
  socket.on('message', (data: ArrayBuffer) => {
    const frame = new Uint8Array(data)
    const { message, trailingBytes } = readFrame(frame)
    received.push(message)
    trailingByteCounts.push(trailingBytes)
  })
  socket.on('unexpected-response', (_request, response) => {
    closing = { code: response.statusCode ?? 0, reason: 'upgrade refused' }
    socket.terminate()
  })
  socket.on('error', (error) => {
    closing ??= { code: 0, reason: error.message }
  })
  socket.on('close', (code, reason) => {
    if (closing === undefined || closing.code === 0) closing = { code, reason: reason.toString() }
  })

  const send = (frame: Uint8Array | string): void => {
    socket.send(frame)
  }
  const all = <T extends WireMessage['type']>(type: T) =>
    received.filter((message): message is Extract<WireMessage, { type: T }> => message.type === type)
  return {
    socket,
    received,
    trailingByteCounts,
    closing: () => closing,
    opened: async () => {
      await waitFor(`a connection to ${name}`, () => {
        if (closing !== undefined) throw new Error(`refused with ${closing.code} ${closing.reason}`)
        return socket.readyState === WebSocket.OPEN
      })
    },
    closed: (withinMs) =>
      waitFor(
        `the connection to ${name} is closed`,
        () => (socket.readyState === WebSocket.CLOSED ? closing : undefined),
        withinMs === undefined ? {} : { withinMs },
      ),
    send,
    sendStep1: (stateVector = emptyStateVector) => send(syncFrame(syncType.step1, stateVector)),
    sendStep2: (update) => send(syncFrame(syncType.step2, update)),
    sendUpdate: (update) => send(syncFrame(syncType.update, update)),
    sendAwareness: (entries) => send(awarenessFrame(entries)),
    until: (type, count = 1, withinMs) =>
      waitFor(`${count} × ${type} on ${name}`, () => all(type)[count - 1], withinMs === undefined ? {} : { withinMs }),
    all,
    [Symbol.dispose]: () => socket.terminate(),
  }
}

export function syncFrame(type: number, payload: Uint8Array): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, messageType.sync)
    encoding.writeVarUint(encoder, type)
    encoding.writeVarUint8Array(encoder, payload)
  })
}

export function awarenessFrame(entries: Uint8Array): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, messageType.awareness)
    encoding.writeVarUint8Array(encoder, entries)
  })
}

/** The first message of a frame, as a stock client reads it, and what it would overlook. */
function readFrame(frame: Uint8Array): { readonly message: WireMessage; readonly trailingBytes: number } {
  const ours = readPrivateMessage(frame)
  if (ours !== undefined) return { message: ours, trailingBytes: 0 }
  const decoder = decoding.createDecoder(frame)
  const message = readStockMessage(decoder)
  return { message, trailingBytes: message.type === 'unknown' ? 0 : frame.length - decoder.pos }
}

function readStockMessage(decoder: decoding.Decoder): WireMessage {
  switch (decoding.readVarUint(decoder)) {
    case messageType.sync:
      return readSyncMessage(decoder)
    case messageType.awareness:
      return { type: 'awareness', entries: decoding.readVarUint8Array(decoder) }
    case messageType.auth:
      return decoding.readVarUint(decoder) === 0
        ? { type: 'denied', reason: decoding.readVarString(decoder) }
        : { type: 'unknown' }
    default:
      return { type: 'unknown' }
  }
}

function readSyncMessage(decoder: decoding.Decoder): WireMessage {
  switch (decoding.readVarUint(decoder)) {
    case syncType.step1:
      return { type: 'step1', stateVector: decoding.readVarUint8Array(decoder) }
    case syncType.step2:
      return { type: 'step2', update: decoding.readVarUint8Array(decoder) }
    case syncType.update:
      return { type: 'update', update: decoding.readVarUint8Array(decoder) }
    default:
      return { type: 'unknown' }
  }
}
