import { isLoopbackHost } from './loopback.ts'

export interface OriginRules {
  /** The configured web origins. */
  readonly allowedOrigins: readonly string[]
  /** Origins of pages that this server itself serves to this request (`ownOriginsOf`). */
  readonly ownOrigins: readonly string[]
}

/**
 * Whether a request with this `Origin` may be served. A browser always names the page that opened a WebSocket or sent a write; what
 * names none is a program, and judged by its token alone. Two `Origin` headers reach us joined by a comma: no origin at all.
 */
export function isOriginAllowed(origin: string | undefined, { allowedOrigins, ownOrigins }: OriginRules): boolean {
  return origin === undefined || allowedOrigins.includes(origin) || ownOrigins.includes(origin)
}

export interface OwnOriginRules {
  readonly mode: 'none' | 'jwt'
  readonly servesPages: boolean
}

/**
 * The origins that a page served by this server has, by the `Host` header of the request. That header is the visitor's word: a foreign
 * page whose name was made to point at this machine (DNS rebinding) sends its own. So under auth none only names count that
 * can mean nothing but this machine. With tokens the name is harmless, since such a page has no token.
 */
export function ownOriginsOf(host: string | undefined, rules: OwnOriginRules): string[] {
  const url = parseHost(host)
  if (url === undefined) return []
  if (isLoopbackHost(url.hostname)) return [url.origin]
  if (rules.mode === 'none' || !rules.servesPages) return []
  // Whether the visitor came by http or https is known only to the proxy in front.
  return [url.origin, new URL(`https://${host}`).origin]
}

/** Under auth none, whether a request names this machine, or a proxy of an allowed origin, as its host. */
export function isHostAllowed(
  host: string | undefined,
  rules: { readonly mode: 'none' | 'jwt'; readonly allowedOrigins: readonly string[] },
): boolean {
  if (rules.mode === 'jwt') return true
  const url = parseHost(host)
  if (url === undefined) return false
  return isLoopbackHost(url.hostname) || rules.allowedOrigins.some((origin) => new URL(origin).host === url.host)
}

const hostHeader = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i

function parseHost(host: string | undefined): URL | undefined {
  if (host === undefined || !hostHeader.test(host) || !URL.canParse(`http://${host}`)) return undefined
  return new URL(`http://${host}`)
}
