import { randomBytes } from 'node:crypto'

/** One mask for all frames of a load process: a server unmasks whatever the key, and a fresh one each would only cost us time. */
const mask = randomBytes(4)

const opcodeBinary = 2
export const opcodePong = 10

/** A whole masked WebSocket message (RFC 6455, client to server) around the joined parts. */
export function encodeClientFrame(parts: readonly Uint8Array[], opcode = opcodeBinary): Buffer {
  let length = 0
  for (const part of parts) length += part.length
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerLength + mask.length + length)
  frame[0] = 0x80 | opcode
  if (headerLength === 2) {
    frame[1] = 0x80 | length
  } else if (headerLength === 4) {
    frame[1] = 0x80 | 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 0x80 | 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.set(mask, headerLength)
  let at = headerLength + mask.length
  let index = 0
  for (const part of parts) {
    for (let byte = 0; byte < part.length; byte += 1) {
      frame[at++] = (part[byte] ?? 0) ^ (mask[index++ & 3] ?? 0)
    }
  }
  return frame
}
