import type { NewRequest } from '../outbox/request-queue.ts'
import { idempotencyHeader, replayHeader } from '../sync/http-replayer.ts'
import { defaultLane, isAtOrBelow, methodOf, routeOf, type CapturedRoute } from './captured-route.ts'
import { hasSecret, keptHeaders } from './kept-headers.ts'
import { queuedReply, tooLargeReply, type KeptRequest } from './kept-reply.ts'

/** A body may be this long. */
export const capturedBodyBytesMax = 5 * 1024 * 1024

/** Where the requests of one person wait. */
export interface PersonsKeeper {
  /** Rejects where the device could not keep it, and where nobody can tell whose it is. */
  keep(request: NewRequest): Promise<KeptRequest>
}

export interface CaptureParts {
  readonly routes: readonly CapturedRoute[]
  /** Where this page or worker comes from; `undefined` where there is no such thing. */
  readonly origin: string | undefined
  readonly syncServerOrigin: string
  /** Addresses of the sync server, and all below them, that the client itself writes to: whatever the routes say, none of it is the app's. */
  readonly ownUrls: readonly string[]
  readonly fetch: (request: Request) => Promise<Response>
  /**
   * Called when a request begins: it is kept for whoever makes it, and not for who is signed in by the time the network has failed it. Does not
   * throw: what went wrong is told by `keep`.
   */
  readonly openKeeper: () => PersonsKeeper
  /** A text that no other request has. */
  readonly makeKey: () => string
}

/**
 * Sends a request. Where its route is one that is kept and the network fails it, it waits in the outbox, and the answer is 202 with
 * `{ queued: true, id, message }` and `X-Rejoin-Queued`; a body over 5 MiB is answered with 413, for the app to ask the person to do it
 * later. An answer of the server's, whatever it says, is passed on. Rejects as `fetch` does where the request is not one to be kept, was given
 * up by the app, or could not be written to the device: a 202 is said of nothing that is not there.
 */
export async function captureRequest(request: Request, parts: CaptureParts): Promise<Response> {
  const route = keepableRoute(request, parts)
  if (route === undefined) return parts.fetch(request)
  const keeper = parts.openKeeper()
  const keyed = withKey(request, parts)
  // Sending it uses its body up.
  const copy = keyed.clone()
  try {
    return await parts.fetch(keyed)
  } catch (error) {
    if (!isNetworkFailure(error, request)) throw error
    const kept = await keepCopy(copy, { keeper, route, parts })
    if (kept === undefined) throw error
    return kept
  }
}

/**
 * A first attempt may arrive although its answer does not: it has the key of all later ones. To another origin, or as a form of the page itself, that
 * header would need a permission, so there it is the app that may give one.
 */
function withKey(request: Request, { origin, makeKey }: CaptureParts): Request {
  const isOurs = new URL(request.url).origin === origin && request.mode !== 'navigate' && request.mode !== 'no-cors'
  if (!isOurs || request.headers.has(idempotencyHeader)) return request
  const headers = new Headers(request.headers)
  headers.set(idempotencyHeader, makeKey())
  return new Request(request, { headers })
}

/** As `captureRequest`, without trying the network first. Rejects where the device could not keep it, and for what is never kept. */
export async function queueRequest(request: Request, route: CapturedRoute, parts: CaptureParts): Promise<Response> {
  return keepRequest(request, { keeper: parts.openKeeper(), route, parts })
}

interface Keeping {
  readonly keeper: PersonsKeeper
  readonly route: CapturedRoute
  readonly parts: CaptureParts
}

async function keepRequest(request: Request, { keeper, route, parts }: Keeping): Promise<Response> {
  const prepared = await readRequest(request, route, parts)
  // Given up while its body was read: whoever did that is told of no end but that.
  request.signal.throwIfAborted()
  return prepared === 'tooLarge' ? tooLargeReply(capturedBodyBytesMax) : queuedReply(await keeper.keep(prepared))
}

/** Whether this request would be kept, were there no network. */
export function isCaptured(request: Request, parts: RouteParts): boolean {
  return keepableRoute(request, parts) !== undefined
}

type RouteParts = Pick<CaptureParts, 'routes' | 'origin' | 'ownUrls'>

function keepableRoute(request: Request, parts: RouteParts): CapturedRoute | undefined {
  // Most that a page asks for changes nothing.
  if (methodOf(request) === undefined) return undefined
  const url = new URL(request.url)
  // What the engine sends is in the outbox already.
  const isOwn = request.headers.has(replayHeader) || parts.ownUrls.some((own) => isAtOrBelow(url, new URL(own)))
  return isOwn || hasSecret(url) ? undefined : routeOf(request, parts)
}

/** `fetch` rejects with a `TypeError` for lack of network. What the app itself gave up is its own business. */
function isNetworkFailure(error: unknown, { signal }: Request): boolean {
  return !signal.aborted && error instanceof Error && error.name === 'TypeError'
}

/** `undefined` where it could not be kept; why, the database has told. */
async function keepCopy(copy: Request, keeping: Keeping): Promise<Response | undefined> {
  try {
    return await keepRequest(copy, keeping)
  } catch {
    return undefined
  }
}

async function readRequest(request: Request, route: CapturedRoute, parts: CaptureParts): Promise<NewRequest | 'tooLarge'> {
  const method = methodOf(request)
  const url = new URL(request.url)
  if (method === undefined) throw new TypeError(`a ${request.method} request is not kept`)
  if (hasSecret(url)) throw new TypeError('a request whose address lets somebody in is not kept')
  // As a blob it may stay on the disk until it is known to be small enough.
  const blob = await request.blob()
  if (blob.size > capturedBodyBytesMax) return 'tooLarge'
  return {
    method,
    // What comes after `#` is never sent.
    url: url.href.replace(/#.*$/, ''),
    headers: keptHeaders(request.headers, route.headers),
    credentials: request.credentials,
    isAuthorized: isAuthorized(request, url, { route, parts }),
    title: titleOf(request, url, route),
    lane: route.lane ?? defaultLane,
    priority: route.priority,
    idempotencyKey: request.headers.get(idempotencyHeader) ?? undefined,
    body: blob.size === 0 ? undefined : new Uint8Array(await blob.arrayBuffer()),
  }
}

function isAuthorized(
  { headers }: Request,
  { origin }: URL,
  { route, parts }: { readonly route: CapturedRoute; readonly parts: CaptureParts },
): boolean {
  if (route.isAuthorized !== undefined) return route.isAuthorized
  return headers.has('authorization') && (origin === parts.origin || origin === parts.syncServerOrigin)
}

const verbs: Readonly<Record<string, string>> = { POST: 'Send', PUT: 'Save', PATCH: 'Change', DELETE: 'Delete' }

function titleOf(request: Request, { pathname }: URL, { title }: CapturedRoute): string {
  if (typeof title === 'string') return title
  try {
    const made = title?.(request)
    // Whatever else it gives could not be read again.
    if (typeof made === 'string') return made
  } catch (error) {
    // The app's own function met something it did not expect; that is no reason to lose the request.
    if (!(error instanceof Error)) throw error
  }
  return `${verbs[request.method] ?? request.method} ${pathname}`
}
