import { captureRequest, queueRequest, type CaptureParts } from './capture-request.ts'
import { checkDetails } from './check-routes.ts'
import { capturedMethods, routeOf, type CapturedRoute } from './captured-route.ts'

export interface CaptureOptions {
  /** The first that fits a request is its route. A request of no route is none of ours. */
  readonly routes: readonly CapturedRoute[]
}

/** What can be said of one request, in place of its route. */
export type CaptureDetails = Pick<CapturedRoute, 'title' | 'lane' | 'priority' | 'headers' | 'isAuthorized'>

/** Requests of the app that wait for the network in the outbox, with the changes of records. */
export interface Requests {
  /**
   * As the host's `fetch`; but a request of a named route that the network fails is kept, and sent when there is a network: at least once, with
   * the same `Idempotency-Key` each time, so that a server can recognise a repeat. Then the answer is 202 with `{ queued: true, id, message }`
   * and `X-Rejoin-Queued: <id>`; a body over 5 MiB is answered with 413 and `{ code: 'TOO_LARGE', message }`. What the server answers is passed
   * on, whatever it is. Rejects as `fetch` does where nothing was kept. For pages that have no worker that does it; with one it does no harm.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>
  /**
   * Keeps a request at once, of a named route or not, and answers as above. Rejects with a `StoreError` where the device has no room, and with
   * a `TypeError` for what is never kept (other methods, and addresses that let somebody in) and for details that are none.
   */
  capture(input: RequestInfo | URL, init?: RequestInit, details?: CaptureDetails): Promise<Response>
}

export function createRequests(parts: CaptureParts): Requests {
  return {
    fetch: (input, init) => captureRequest(new Request(input, init), parts),
    capture: async (input, init, details = {}) => {
      checkDetails(details, 'details')
      const request = new Request(input, init)
      const known = routeOf(request, parts) ?? { match: () => true, methods: capturedMethods }
      return queueRequest(request, { ...known, ...details }, parts)
    },
  }
}
