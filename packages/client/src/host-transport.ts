import type { ClientAuth } from './client-auth.ts'
import { createHttpTransport } from './sync/http-transport.ts'
import type { SyncTransport } from './sync/sync-transport.ts'
import { hostTime } from './host-time.ts'

/** The way to the server with the host's own `fetch` and `WebSocket`. Without `getToken`: a server that wants none. */
export function createHostTransport(url: string, getToken: ClientAuth['getToken'] | undefined): SyncTransport {
  return createHttpTransport({
    ...hostTime,
    url,
    getToken,
    fetch: (address, init) => fetch(address, init),
    openWebSocket: (address, protocols) => new WebSocket(address, [...protocols]),
    makeGzip: typeof CompressionStream === 'undefined' ? undefined : () => new CompressionStream('gzip'),
  })
}
