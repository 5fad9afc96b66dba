import type { Schema } from '@rejoin/core'
import { createRequests, type Requests } from './captured-requests/requests.ts'
import type { RecordsClientOptions } from './client.ts'
import { documentsUrl } from './connection/document-url.ts'
import type { RecordsHub } from './scope/records-hub.ts'

/** The app's own requests, with the host's `fetch`, kept for whoever uses this page. */
export function createHostRequests({ url, requests }: RecordsClientOptions<Schema>, hub: RecordsHub): Requests {
  return createRequests({
    routes: requests?.routes ?? [],
    origin: typeof location === 'undefined' ? undefined : location.origin,
    syncServerOrigin: new URL(documentsUrl(url)).origin.replace(/^ws/, 'http'),
    fetch: (request) => fetch(request),
    keeper: { keep: async (request) => (await hub.session()).local.requests.keep(request) },
  })
}
