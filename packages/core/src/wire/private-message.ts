import * as decoding from 'lib0/decoding'
import { readHello, type Hello } from './hello.ts'
import { messageType } from './message-type.ts'
import { readReceipt, type Receipt } from './receipt.ts'
import { readRefused, type Refused } from './refused.ts'

/** What the server says to our client only. */
export type PrivateMessage =
  | { readonly type: 'hello'; readonly hello: Hello }
  | { readonly type: 'receipt'; readonly receipt: Receipt }
  | { readonly type: 'refused'; readonly refused: Refused }
  | { readonly type: 'reauthenticate' }

/** The private message in a frame, or `undefined` for y-websocket's own messages. Throws on a private message that is malformed. */
export function readPrivateMessage(frame: Uint8Array): PrivateMessage | undefined {
  const decoder = decoding.createDecoder(frame)
  switch (decoding.readVarUint(decoder)) {
    case messageType.hello:
      return { type: 'hello', hello: readHello(decoder) }
    case messageType.receipt:
      return { type: 'receipt', receipt: readReceipt(decoder) }
    case messageType.refused:
      return { type: 'refused', refused: readRefused(decoder) }
    case messageType.reauthenticate:
      return { type: 'reauthenticate' }
    default:
      return undefined
  }
}
