import { messageType, syncType } from '@rejoin/core'

/** What a frame from a client says. Byte fields are views into the frame: copy what outlives it. */
export type InboundMessage =
  | { readonly type: 'step1'; readonly stateVector: Uint8Array }
  | { readonly type: 'step2' | 'update'; readonly update: Uint8Array }
  | { readonly type: 'awareness'; readonly body: Uint8Array }
  | { readonly type: 'queryAwareness' }
  | { readonly type: 'malformed'; readonly reason: string }

const malformed = (reason: string): InboundMessage => ({ type: 'malformed', reason })

/** Reads one y-websocket frame: exactly one message, nothing after it. Never throws. */
export function readInboundMessage(frame: Uint8Array): InboundMessage {
  // Every type a client may send is below 128, so it is a single byte.
  switch (frame[0]) {
    case messageType.sync:
      return readSyncMessage(frame)
    case messageType.awareness: {
      const body = readLastBytes(frame, 1)
      return body === undefined
        ? malformed('the presence message is cut short or has bytes after its end')
        : { type: 'awareness', body }
    }
    case messageType.queryAwareness:
      return frame.length === 1 ? { type: 'queryAwareness' } : malformed('the presence query has bytes after its end')
    case undefined:
      return malformed('the frame is empty')
    default:
      return malformed('the message type is unknown')
  }
}

function readSyncMessage(frame: Uint8Array): InboundMessage {
  const body = readLastBytes(frame, 2)
  if (body === undefined) return malformed('the sync message is cut short or has bytes after its end')
  switch (frame[1] ?? -1) {
    case syncType.step1:
      return { type: 'step1', stateVector: body }
    case syncType.step2:
      return { type: 'step2', update: body }
    case syncType.update:
      return { type: 'update', update: body }
    default:
      return malformed('the sync message type is unknown')
  }
}

/** The `varBytes` that starts at `offset` and must end the frame. */
function readLastBytes(frame: Uint8Array, offset: number): Uint8Array | undefined {
  let length = 0
  let factor = 1
  for (let at = offset; at < frame.length && at < offset + 5; at++) {
    const byte = frame[at] ?? 0
    length += (byte & 127) * factor
    if (byte < 128) {
      const isCanonical = byte !== 0 || at === offset
      return isCanonical && length === frame.length - at - 1 ? frame.subarray(at + 1) : undefined
    }
    factor *= 128
  }
  return undefined
}
