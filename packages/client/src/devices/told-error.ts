import type { DeviceReport } from '@rejoin/core'

/**
 * The sentences that leave the device, by code. What stands in the way is known on the device in other people's words, too: of the app's
 * sign-in, of the app's own servers, of the browser. Those may name what was synced, and are nobody else's.
 */
const sentences: ReadonlyMap<string, string> = new Map([
  ['OFFLINE', 'There is no network, or none is to be used.'],
  ['UNREACHABLE', 'The server could not be reached.'],
  ['UNEXPECTED_ANSWER', 'Something else than the server answered.'],
  ['TOKEN_UNAVAILABLE', 'The sign-in could not be renewed.'],
  ['UNAUTHENTICATED', 'The server asks to sign in again.'],
  ['FORBIDDEN', 'The server does not allow it.'],
  ['PROTOCOL_UNSUPPORTED', 'The app is too old for the server.'],
  ['DEVICE', 'The database on the device fails.'],
  ['FAILED', 'Some changes could not be synced and wait for a decision.'],
  ['BLOCKED', 'Some changes wait for others that need attention.'],
  ['SIGNED_IN_ELSEWHERE', 'Somebody signed in in another tab.'],
])

/** What a report says of an error: its code, and a sentence of ours. */
export function toldError({ code }: { readonly code: string }): NonNullable<DeviceReport['lastError']> {
  return { code: code.slice(0, 64), message: sentences.get(code) ?? 'Something stands in the way of syncing.' }
}
