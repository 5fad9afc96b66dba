import { Buffer } from 'node:buffer'
import { limits } from '@rejoin/core'

/** A token offered as a subprotocol. The server answers with the other one, `rejoin`: never with the token. */
const tokenSubprotocolPrefix = 'bearer.'

/** Just what is read of a request. */
export interface TokenSources {
  readonly authorization?: string | undefined
  readonly 'sec-websocket-protocol'?: string | undefined
}

/** `ambiguous`: two different tokens, or one in a form that is not allowed. Nobody can tell whose request that is. */
export type TokenReading =
  | { readonly type: 'absent' }
  | { readonly type: 'token'; readonly token: string }
  | { readonly type: 'ambiguous' }

/** The token of a REST request: the `Authorization` header and nothing else, because URLs end up in logs. */
export function readRequestToken(headers: TokenSources): TokenReading {
  if (headers.authorization === undefined) return { type: 'absent' }
  const [scheme, token, ...rest] = headers.authorization.split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || !isPlausible(token) || rest.length > 0) return { type: 'ambiguous' }
  return { type: 'token', token }
}

/**
 * The token of a WebSocket upgrade: `Authorization`, the subprotocols `rejoin, bearer.TOKEN` (browsers can set no header),
 * or `?token=` for stock y-websocket clients.
 */
export function readUpgradeToken(headers: TokenSources, query: URLSearchParams): TokenReading {
  const header = readRequestToken(headers)
  if (header.type === 'ambiguous') return header
  const offered = readSubprotocols(headers['sec-websocket-protocol'])
    .filter((protocol) => protocol.startsWith(tokenSubprotocolPrefix))
    .map((protocol) => protocol.slice(tokenSubprotocolPrefix.length))
  const found = [...(header.type === 'token' ? [header.token] : []), ...offered, ...query.getAll('token')]
  const [token, ...others] = found
  if (token === undefined) return { type: 'absent' }
  if (!isPlausible(token) || others.some((other) => other !== token)) return { type: 'ambiguous' }
  return { type: 'token', token }
}

/** The subprotocols a client offers, in its order. */
function readSubprotocols(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== '')
}

/** Bounded before anything looks inside: verifying costs time in proportion. */
function isPlausible(token: string | undefined): token is string {
  return token !== undefined && token !== '' && Buffer.byteLength(token) <= limits.tokenBytesMax
}
