import { messageType, syncType } from '@rejoin/core'
import type { RestingBytes } from './resting-bytes.ts'

/**
 * WebSocket frames (RFC 6455, binary, final, unmasked: server to client) around y-websocket messages. They are made here, once,
 * so that the same bytes go to every connection of a room, joined into one write.
 */
const binaryFinalOpcode = 0x82

/** One WebSocket frame holding the message. */
export function frameMessage(message: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(headerLength(message.length) + message.length)
  frame.set(message, writeHeader(frame, 0, message.length))
  return frame
}

/** The updates as `update` messages, one a frame, one frame after the other. */
export function frameUpdates(updates: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const update of updates) length += syncFrameLength(update.length)
  const frames = Buffer.allocUnsafe(length)
  let at = 0
  for (const update of updates) at = writeSyncFrame(frames, at, { type: syncType.update, body: update })
  return frames
}

export function frameStep1(stateVector: Uint8Array): Uint8Array {
  return frameSync(syncType.step1, stateVector)
}

/**
 * Of resting bytes a string again, one byte a character: what is written to a socket like that leaves no buffer behind, where frames of
 * whole documents would be garbage outside of the heap.
 */
export function frameStep2(update: RestingBytes): RestingBytes {
  if (typeof update !== 'string') return frameSync(syncType.step2, update)
  const head = Buffer.allocUnsafe(syncFrameLength(update.length) - update.length)
  writeSyncHead(head, { offset: 0, type: syncType.step2, bodyLength: update.length })
  return head.toString('latin1') + update
}

/** `body` is an awareness update: count, then per client id, clock and JSON. */
export function frameAwareness(body: Uint8Array): Uint8Array {
  const messageLength = 1 + varUintLength(body.length) + body.length
  const frame = Buffer.allocUnsafe(headerLength(messageLength) + messageLength)
  let at = writeHeader(frame, 0, messageLength)
  frame[at++] = messageType.awareness
  at = writeVarUint(frame, at, body.length)
  frame.set(body, at)
  return frame
}

/** y-websocket's "permission denied": a stock client prints the reason. */
export function frameDenied(reason: string): Uint8Array {
  const text = Buffer.from(reason, 'utf8')
  const message = Buffer.allocUnsafe(2 + varUintLength(text.length) + text.length)
  message[0] = messageType.auth
  message[1] = 0
  message.set(text, writeVarUint(message, 2, text.length))
  return frameMessage(message)
}

/** An awareness update without entries: something to hear, so that a stock client does not hang up. */
export const keepAliveFrame: Uint8Array = frameAwareness(Uint8Array.of(0))

function frameSync(type: number, body: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(syncFrameLength(body.length))
  writeSyncFrame(frame, 0, { type, body })
  return frame
}

function syncFrameLength(bodyLength: number): number {
  const messageLength = 2 + varUintLength(bodyLength) + bodyLength
  return headerLength(messageLength) + messageLength
}

function writeSyncFrame(target: Buffer, offset: number, message: { readonly type: number; readonly body: Uint8Array }): number {
  const { type, body } = message
  const at = writeSyncHead(target, { offset, type, bodyLength: body.length })
  target.set(body, at)
  return at + body.length
}

function writeSyncHead(
  target: Buffer,
  { offset, type, bodyLength }: { offset: number; type: number; bodyLength: number },
): number {
  let at = writeHeader(target, offset, 2 + varUintLength(bodyLength) + bodyLength)
  target[at++] = messageType.sync
  target[at++] = type
  return writeVarUint(target, at, bodyLength)
}

function headerLength(payloadLength: number): number {
  if (payloadLength < 126) return 2
  return payloadLength < 65_536 ? 4 : 10
}

function writeHeader(target: Buffer, offset: number, payloadLength: number): number {
  target[offset] = binaryFinalOpcode
  if (payloadLength < 126) {
    target[offset + 1] = payloadLength
    return offset + 2
  }
  if (payloadLength < 65_536) {
    target[offset + 1] = 126
    return target.writeUInt16BE(payloadLength, offset + 2)
  }
  target[offset + 1] = 127
  return target.writeUIntBE(payloadLength, target.writeUInt16BE(0, offset + 2), 6)
}

function varUintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++
  return length
}

function writeVarUint(target: Buffer, offset: number, value: number): number {
  let at = offset
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) target[at++] = (rest % 128) | 128
  target[at++] = rest
  return at
}
