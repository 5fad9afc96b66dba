import { wakeBytes, type RestingBytes } from '../relay/resting-bytes.ts'

/** The messages in a run of unmasked, final, binary WebSocket frames: what a server writes. Throws on anything else. */
export function splitFrames(written: RestingBytes): Uint8Array[] {
  const frames = wakeBytes(written)
  const messages: Uint8Array[] = []
  const view = new DataView(frames.buffer, frames.byteOffset, frames.byteLength)
  let at = 0
  while (at < frames.length) {
    if (view.getUint8(at) !== 0x82) throw new Error('not a final binary frame')
    const [length, start] = readLength(view, at + 1)
    messages.push(frames.slice(start, start + length))
    at = start + length
  }
  return messages
}

function readLength(view: DataView, at: number): [length: number, start: number] {
  const short = view.getUint8(at)
  if (short < 126) return [short, at + 1]
  return short === 126 ? [view.getUint16(at + 1), at + 3] : [Number(view.getBigUint64(at + 1)), at + 9]
}
