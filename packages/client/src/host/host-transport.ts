import type { ClientAuth } from '../client-auth.ts'
import { createHttpReplayer } from '../sync/http-replayer.ts'
import { createHttpTransport } from '../sync/http-transport.ts'
import type { RequestReplayer } from '../sync/request-replayer.ts'
import { shareRefresh } from '../sync/share-refresh.ts'
import type { SyncTransport } from '../sync/sync-transport.ts'
import { hostTime } from './host-time.ts'

/** The way to the app's own servers, with the host's `fetch`. */
export function createHostReplayer(getToken: ClientAuth['getToken'] | undefined): RequestReplayer {
  return createHttpReplayer({
    ...hostTime,
    getToken: getToken && shareRefresh(getToken, hostTime.clock),
    fetch: (address, init) => fetch(address, init),
  })
}

/** The way to the server with the host's own `fetch` and `WebSocket`. Without `getToken`: a server that wants none. */
export function createHostTransport(url: string, getToken: ClientAuth['getToken'] | undefined): SyncTransport {
  return createHttpTransport({
    ...hostTime,
    url,
    getToken: getToken && shareRefresh(getToken, hostTime.clock),
    fetch: (address, init) => fetch(address, init),
    openWebSocket: (address, protocols) => new WebSocket(address, [...protocols]),
    makeGzip: typeof CompressionStream === 'undefined' ? undefined : () => new CompressionStream('gzip'),
  })
}
