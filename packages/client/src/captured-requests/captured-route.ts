import type { Priority } from '@rejoin/core'

/**
 * Which addresses are meant.
 * - text: the beginning of a path of this origin, ending at a `/` or the end (`/api/forms` is not `/api/formsets`); with an origin
 *   (`https://other.example/api`), of that one
 * - anything with `test`, as `RegExp` and `URLPattern` have it: asked about the whole address, of this origin alone
 * - a function: asked about the request, of this origin alone
 */
export type RoutePattern = string | RegExp | UrlTest | ((request: Request) => boolean)

/** The member of a `URLPattern` that is used. */
export interface UrlTest {
  test(url: string): boolean
}

/** Requests that are kept when the network fails them. */
export interface CapturedRoute {
  readonly match: RoutePattern
  /** Default: `POST`, `PUT`, `PATCH` and `DELETE`. */
  readonly methods?: readonly CapturedMethod[] | undefined
  /** Origins beside this one that a `match` without an origin of its own may mean. */
  readonly origins?: readonly string[] | undefined
  /** What a person reads: "Send feedback form". Default: made of method and path. */
  readonly title?: string | ((request: Request) => string) | undefined
  /** Requests of one lane are sent one after the other. Default: one lane for all requests of the app. */
  readonly lane?: string | undefined
  /** Default `NORMAL`. */
  readonly priority?: Priority | undefined
  /** Headers that are kept beside the usual ones. Those that let somebody in are never kept, whatever is said here. */
  readonly headers?: readonly string[] | undefined
  /**
   * Whether it gets a token of the client's own when it is sent. Default: where it had an `Authorization` and goes to this origin or to the
   * sync server's; another server is not shown the token unless `true` is said here.
   */
  readonly isAuthorized?: boolean | undefined
}

export type CapturedMethod = (typeof capturedMethods)[number]

export const capturedMethods = ['POST', 'PUT', 'PATCH', 'DELETE'] as const

export const defaultLane = 'requests'

/** The route of a request that would be kept; `undefined`: it is none of ours. */
export function routeOf(
  request: Request,
  { routes, origin }: { readonly routes: readonly CapturedRoute[]; readonly origin: string | undefined },
): CapturedRoute | undefined {
  const method = methodOf(request)
  if (method === undefined) return undefined
  const url = new URL(request.url)
  return routes.find((route) => {
    if (!(route.methods ?? capturedMethods).includes(method)) return false
    return matches(route, { request, url, origin })
  })
}

export function methodOf({ method }: Pick<Request, 'method'>): CapturedMethod | undefined {
  return capturedMethods.find((known) => known === method.toUpperCase())
}

interface Asked {
  readonly request: Request
  readonly url: URL
  readonly origin: string | undefined
}

function matches({ match, origins = [] }: CapturedRoute, { request, url, origin }: Asked): boolean {
  if (typeof match === 'string' && !match.startsWith('/')) return isAtOrBelow(url, new URL(match))
  if (url.origin !== origin && !origins.includes(url.origin)) return false
  // Spelled as addresses are: not every letter stays as it was written.
  if (typeof match === 'string') return isAtOrBelow(url, new URL(match, url))
  if (typeof match === 'function') return match(request)
  // Of a RegExp with a memory (`g`, `y`) only the question counts, not what it was asked before.
  return match instanceof RegExp ? url.href.search(match) >= 0 : match.test(url.href)
}

export function isAtOrBelow(url: URL, named: URL): boolean {
  const { pathname: path } = url
  const { pathname: beginning } = named
  if (url.origin !== named.origin) return false
  return path === beginning || path.startsWith(beginning.endsWith('/') ? beginning : `${beginning}/`)
}
