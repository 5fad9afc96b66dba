import { factsOf, isPermanentClose, type ErrorCode } from '@rejoin/core'
import type { LinkReason } from './link-state.ts'

/** What each close code means to a person. Several errors share a code; the one named here speaks for all of them. */
const messages: readonly (readonly [ErrorCode, string])[] = [
  ['BAD_FRAME', 'The server could not read what this app sent. Everything is kept on this device.'],
  ['UNAUTHENTICATED', 'The server does not know this sign-in any more. Everything is kept on this device.'],
  ['FORBIDDEN', 'You may not open this document. Everything is kept on this device.'],
  ['DELETED', 'The document was deleted on the server. The copy on this device was set aside.'],
  ['TOO_LARGE', 'The document is too large for the server. Everything is kept on this device.'],
  ['PROTOCOL_UNSUPPORTED', 'This app is too old for the server. Everything is kept on this device.'],
  ['TOKEN_EXPIRED', 'The sign-in has to be renewed.'],
  ['TOO_SLOW', 'The connection was too slow.'],
  ['RESYNC_FAILED', 'The server asked to start over.'],
  ['TOO_FAST', 'The server asked to slow down.'],
  ['RESTARTING', 'The server is restarting.'],
  ['OVERLOADED', 'The server is busy.'],
  ['INTERNAL', 'The server had a problem.'],
]

const reasonByCloseCode: ReadonlyMap<number | undefined, LinkReason> = new Map(
  messages.map(([code, message]) => [factsOf(code).closeCode, { code, message }]),
)

/** The reason behind a WebSocket close code, in words; codes without an entry are a lost connection. */
export function closeReason(closeCode: number): LinkReason {
  const known = reasonByCloseCode.get(closeCode)
  if (known !== undefined) return known
  if (!isPermanentClose(closeCode)) return { code: 'UNAVAILABLE', message: 'There is no connection to the server.' }
  return {
    code: 'FORBIDDEN',
    message: `The server closed the document for good (${closeCode}). Everything is kept on this device.`,
  }
}
