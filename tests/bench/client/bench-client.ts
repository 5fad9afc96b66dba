import { connect, type Socket } from 'node:net'
import type { RunningServer, Subject } from '../subject.ts'
import { encodeClientFrame, opcodePong } from './client-frame.ts'
import { readVarUint, varUintBytes } from './var-uint.ts'

/** A step 2 or update payload, `bytes[start, end)`: valid only during the call. */
export type ContentListener = (bytes: Buffer, start: number, end: number) => void

export interface BenchClientOptions {
  readonly server: RunningServer
  readonly subject: Subject
  readonly document: string
  /** What this client knows when it joins; an empty one by default. */
  readonly stateVector?: Uint8Array
  readonly onContent?: ContentListener
  readonly onStep2?: ContentListener
}

const messageSync = 0
const messageAuth = 2
const authenticated = 2
const messageSyncReply = 4
const syncStep1 = 0
const syncStep2 = 1
const syncUpdate = 2
const opcodeClose = 8
const opcodePing = 9
const emptyStateVector = Uint8Array.of(0)
const emptyUpdate = Uint8Array.of(0, 0)
const empty = Buffer.alloc(0)

/** Shared by all sockets of the process: what is read is used up inside the callback. */
const readBuffer = Buffer.allocUnsafe(256 * 1024)

/**
 * A client that costs the load process as little as possible: WebSocket and sync frames by hand over TCP, no Y.Doc.
 * It answers the server's step 1 with nothing, and calls back with the bytes of every step 2 and update.
 */
export class BenchClient {
  readonly #options: BenchClientOptions
  readonly #prefix: Uint8Array
  #socket: Socket | undefined
  #pending = empty
  #isUpgraded = false
  #isClosed = false
  #settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined

  constructor(options: BenchClientOptions) {
    this.#options = options
    this.#prefix = options.subject.dialect.prefixOf(options.document)
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Connects and resolves with the first step 2. */
  open(): Promise<void> {
    const { server, document } = this.#options
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      const socket = connect({
        host: '127.0.0.1',
        port: server.port,
        noDelay: true,
        onread: { buffer: readBuffer, callback: (length) => this.#onRead(length) },
      })
      this.#socket = socket
      socket.once('error', (error) => this.#onClosed(error))
      socket.once('close', () => this.#onClosed(new Error(`closed before ${document} was synced`)))
      socket.write(
        `GET ${server.pathOf(document)} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
      )
    })
  }

  sendUpdate(update: Uint8Array): void {
    this.#sendSync(syncUpdate, update)
  }

  /** Drops the connection without a goodbye, as a lost network does. */
  close(): void {
    this.#isClosed = true
    this.#socket?.destroy()
  }

  #onClosed(error: Error): void {
    this.#isClosed = true
    this.#settle?.reject(error)
    this.#settle = undefined
  }

  #onRead(length: number): boolean {
    const chunk = readBuffer.subarray(0, length)
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    let position = 0
    this.#socket?.cork()
    if (!this.#isUpgraded) position = this.#readUpgrade(bytes)
    if (this.#isUpgraded) position = this.#readFrames(bytes, position)
    this.#socket?.uncork()
    this.#pending = position === bytes.length ? empty : Buffer.from(bytes.subarray(position))
    return true
  }

  #readUpgrade(bytes: Buffer): number {
    const end = bytes.indexOf('\r\n\r\n')
    if (end === -1) return 0
    const statusLine = bytes.toString('latin1', 0, bytes.indexOf('\r\n'))
    if (!statusLine.includes(' 101 ')) {
      this.#onClosed(new Error(`the upgrade was refused: ${statusLine}`))
      this.close()
      return bytes.length
    }
    this.#isUpgraded = true
    const { greeting } = this.#options.subject.dialect
    if (greeting === undefined) this.#sendSync(syncStep1, this.#options.stateVector ?? emptyStateVector)
    else this.#socket?.write(encodeClientFrame([this.#prefix, greeting]))
    return end + 4
  }

  /** Handles every complete frame from `position` on; returns where the first incomplete one begins. */
  #readFrames(bytes: Buffer, from: number): number {
    let position = from
    while (position + 2 <= bytes.length) {
      const opcode = (bytes[position] ?? 0) & 15
      let length = (bytes[position + 1] ?? 0) & 127
      let start = position + 2
      if (length === 126) {
        if (start + 2 > bytes.length) break
        length = bytes.readUInt16BE(start)
        start += 2
      } else if (length === 127) {
        if (start + 8 > bytes.length) break
        length = Number(bytes.readBigUInt64BE(start))
        start += 8
      }
      const end = start + length
      if (end > bytes.length) break
      if (opcode < opcodeClose) this.#onMessage(bytes, start, end)
      else if (opcode === opcodePing) this.#socket?.write(encodeClientFrame([bytes.subarray(start, end)], opcodePong))
      else if (opcode === opcodeClose) this.#onCloseFrame(bytes, start)
      position = end
    }
    return position
  }

  #onCloseFrame(bytes: Buffer, start: number): void {
    const code = start + 2 <= bytes.length ? bytes.readUInt16BE(start) : 1005
    this.#onClosed(new Error(`${this.#options.document} was closed with ${code}`))
    this.#socket?.end()
  }

  #onMessage(bytes: Buffer, start: number, end: number): void {
    const at = start + this.#prefix.length
    if (at >= end) return
    const type = bytes[at]
    if (type === messageAuth) this.#onAuth(bytes[at + 1])
    if (type !== messageSync && type !== messageSyncReply) return
    const syncType = bytes[at + 1]
    if (syncType === syncStep1) {
      this.#sendSync(syncStep2, emptyUpdate)
      return
    }
    const payload = readVarUint(bytes, at + 2)
    const payloadStart = at + 2 + varUintBytes(payload)
    if (syncType === syncStep2) {
      this.#options.onStep2?.(bytes, payloadStart, payloadStart + payload)
      this.#settle?.resolve()
      this.#settle = undefined
    }
    this.#options.onContent?.(bytes, payloadStart, payloadStart + payload)
  }

  #onAuth(subtype: number | undefined): void {
    if (subtype === authenticated) this.#sendSync(syncStep1, this.#options.stateVector ?? emptyStateVector)
    else this.#onClosed(new Error(`${this.#options.document} was refused`))
  }

  #sendSync(type: number, payload: Uint8Array): void {
    const head = [messageSync, type]
    for (let rest = payload.length; ; rest >>>= 7) {
      head.push(rest > 127 ? 128 | (rest & 127) : rest)
      if (rest <= 127) break
    }
    this.#socket?.write(encodeClientFrame([this.#prefix, Uint8Array.from(head), payload]))
  }
}
