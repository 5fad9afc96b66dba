import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { RunningServer } from './start-server.ts'
import { waitFor } from './wait-for.ts'

export interface RawFrame {
  readonly opcode: number
  readonly payload?: Uint8Array
  readonly isFinal?: boolean
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number
  readonly isMasked?: boolean
  /** A length that the header claims instead of the payload's own. */
  readonly declaredLength?: bigint
}

export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** A TCP connection that speaks HTTP and WebSocket by hand, as badly as a test wants. */
export interface RawSocket {
  readonly socket: Socket
  /** Everything received so far. */
  received(): Buffer
  /** Status of the HTTP answer. */
  status(): Promise<number>
  /** Close code of the server's close frame, `reset` where the connection ended without one. */
  closeCode(withinMs?: number): Promise<number | 'reset'>
  write(bytes: Uint8Array | string): void
  [Symbol.dispose](): void
}

export function openRawSocket(server: RunningServer): RawSocket {
  const socket = connect(server.port, '127.0.0.1')
  const chunks: Buffer[] = []
  let isEnded = false
  socket.on('data', (chunk) => chunks.push(chunk))
  // The server hanging up on hostile bytes is one of the expected answers.
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    isEnded = true
  })
  const received = () => Buffer.concat(chunks)
  return {
    socket,
    received,
    status: () =>
      waitFor('an HTTP answer', () => Number(/^HTTP\/1\.1 (\d{3})/.exec(received().toString('latin1'))?.[1] ?? 0) || undefined),
    closeCode: (withinMs = 15_000) =>
      waitFor('the server closes', () => findCloseCode(received()) ?? (isEnded ? 'reset' : undefined), { withinMs }),
    write: (bytes) => {
      socket.write(bytes)
    },
    [Symbol.dispose]: () => socket.destroy(),
  }
}

export interface UpgradeOptions {
  /** Header lines beside the ones an upgrade needs. */
  readonly headers?: readonly string[]
  readonly version?: string
  readonly key?: string
}

/** The bytes of an upgrade request; the path is sent as it is. */
export function upgradeRequest(server: RunningServer, path: string, options: UpgradeOptions = {}): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${server.port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    `Sec-WebSocket-Version: ${options.version ?? '13'}`,
    `Sec-WebSocket-Key: ${options.key ?? randomBytes(16).toString('base64')}`,
    ...(options.headers ?? []),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** Opens a socket that has become a WebSocket of a document. */
export async function openRawWebSocket(server: RunningServer, name: string): Promise<RawSocket> {
  const raw = openRawSocket(server)
  raw.write(upgradeRequest(server, `/documents/${name}`))
  const status = await raw.status()
  if (status !== 101) throw new Error(`the upgrade was answered with ${status}`)
  return raw
}

export function encodeFrame(frame: RawFrame): Buffer {
  const { payload = new Uint8Array(), isFinal = true, reserved = 0, isMasked = true } = frame
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | frame.opcode
  const length = encodeLength(frame.declaredLength ?? BigInt(payload.length), isMasked)
  if (!isMasked) return Buffer.concat([Buffer.of(first), length, payload])
  const mask = randomBytes(4)
  return Buffer.concat([Buffer.of(first), length, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))])
}

function encodeLength(length: bigint, isMasked: boolean): Buffer {
  const maskBit = isMasked ? 0x80 : 0
  if (length < 126n) return Buffer.of(maskBit | Number(length))
  if (length < 65_536n) return Buffer.of(maskBit | 126, Number(length >> 8n), Number(length & 255n))
  const bytes = Buffer.alloc(9)
  bytes[0] = maskBit | 127
  bytes.writeBigUInt64BE(length, 1)
  return bytes
}

/** Walks the server's frames (unmasked, whole) after the HTTP head. */
function findCloseCode(bytes: Buffer): number | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  let at = headEnd + 4
  while (headEnd >= 0 && at + 2 <= bytes.length) {
    const short = bytes.readUInt8(at + 1) & 127
    const headerLength = short === 127 ? 10 : short === 126 ? 4 : 2
    if (at + headerLength > bytes.length) return undefined
    const length = short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short === 126 ? bytes.readUInt16BE(at + 2) : short
    if ((bytes.readUInt8(at) & 15) === opcode.close && at + headerLength + 2 <= bytes.length)
      return bytes.readUInt16BE(at + headerLength)
    at += headerLength + length
  }
  return undefined
}
