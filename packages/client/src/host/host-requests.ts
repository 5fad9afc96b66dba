import type { Schema } from '@rejoin/core'
import type { CaptureParts } from '../captured-requests/capture-request.ts'
import { createRequests, type CaptureOptions, type Requests } from '../captured-requests/requests.ts'
import type { RecordsClientOptions } from '../client.ts'
import { uuidV7 } from '../record-database/uuid-v7.ts'
import type { RecordsHub } from '../scope/records-hub.ts'
import { syncUrls } from '../sync/sync-urls.ts'
import { hostTime, idRandom } from './host-time.ts'

/** How a page, or a worker, has the app's own requests kept, with the host's `fetch`. */
export function hostCapture(url: string, { routes }: CaptureOptions): Omit<CaptureParts, 'openKeeper'> {
  const { push, devices, background } = syncUrls(url)
  return {
    routes,
    ownUrls: [push, devices, background],
    origin: typeof location === 'undefined' ? undefined : location.origin,
    syncServerOrigin: new URL(push).origin,
    fetch: (request) => fetch(request),
    makeKey: () => uuidV7(hostTime.clock.now(), idRandom),
  }
}

/** The app's own requests, kept for whoever uses this page. */
export function createHostRequests({ url, requests = { routes: [] } }: RecordsClientOptions<Schema>, hub: RecordsHub): Requests {
  return createRequests({
    ...hostCapture(url, requests),
    openKeeper: () => {
      const opening = hub.session()
      void Promise.allSettled([opening])
      return {
        keep: async (request) => {
          const { local, sync } = await opening
          return { id: await local.requests.keep(request), willSync: sync.isEnabled ?? hub.isEnabledAtFirst }
        },
      }
    },
  })
}
