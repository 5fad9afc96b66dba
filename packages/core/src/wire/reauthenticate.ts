import * as encoding from 'lib0/encoding'
import { messageType } from './message-type.ts'

/**
 * The server asks for a fresh token: the client fetches one and reconnects with it before the old one expires.
 * On the wire: varUint 102, nothing more.
 */
export function encodeReauthenticate(): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageType.reauthenticate)
  return encoding.toUint8Array(encoder)
}
