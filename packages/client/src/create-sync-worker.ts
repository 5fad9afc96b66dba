import './zod-without-eval.ts'
import type { Schema } from '@rejoin/core'
import { checkRoutes } from './captured-requests/check-routes.ts'
import type { CaptureOptions } from './captured-requests/requests.ts'
import { browserNetworkHints } from './connectivity/browser-network-hints.ts'
import { hintedConnectivity } from './connectivity/hinted-connectivity.ts'
import { documentsUrl } from './connection/document-url.ts'
import { defaultThresholds } from './outbox/priority.ts'
import { defaultRetrySchedule } from './outbox/retry-schedule.ts'
import type { RecordSettings } from './scope/record-settings.ts'
import { SyncWorker } from './service-worker/sync-worker.ts'
import type { WorkerAuth } from './service-worker/worker-auth.ts'
import type { WorkerScope } from './service-worker/worker-scope.ts'
import { openHostChannel, openHostDatabase, openHostRegistry } from './host/host-databases.ts'
import { freeHostLocks } from './host/host-locks.ts'
import { hostDevices } from './host/host-devices.ts'
import { hostTime, idRandom } from './host/host-time.ts'
import { hostCapture } from './host/host-requests.ts'
import { createHostReplayer, createHostTransport } from './host/host-transport.ts'
import './zod-as-before.ts'

/** The same as the page's client is made with, as far as it is named alike. */
export interface SyncWorkerOptions {
  readonly url: string
  readonly app?: string | undefined
  readonly schema: Schema
  /** Without it the changes of somebody who is signed in wait for a page. */
  readonly auth?: WorkerAuth | undefined
  readonly sync?: 'enabled' | 'optIn' | undefined
  readonly settings?: RecordSettings | undefined
  /** Requests of the app that wait in the outbox when the network fails them, whoever makes them. */
  readonly requests?: CaptureOptions | undefined
}

/**
 * Delivers the outbox from an app's own service worker, when the browser says that there is a network. To be called while the script runs for
 * the first time. Throws outside of a service worker, and where `url` is not the address of a server or a route of
 * `requests` is none.
 */
export function createSyncWorker(options: SyncWorkerOptions): void {
  const { url, app = 'rejoin', auth, schema, sync = 'enabled', settings = {}, requests } = options
  if (requests !== undefined) checkRoutes(requests.routes)
  const scope: unknown = globalThis
  if (!isWorkerScope(scope)) throw new TypeError('createSyncWorker belongs in a service worker')
  const serverOrigin = new URL(documentsUrl(url)).origin
  const worker = new SyncWorker(scope, {
    ...hostTime,
    schema,
    contextOf: (ownRetries) => ({
      schema,
      clock: hostTime.clock,
      random: idRandom,
      rules: settings.priorityRules ?? [],
      thresholds: settings.priorityThresholds ?? defaultThresholds,
      retries: settings.retries ?? defaultRetrySchedule,
      retriesByEntity: settings.retriesByEntity ?? {},
      get maxRetries() {
        return ownRetries() ?? settings.maxRetryAttempts
      },
    }),
    auth,
    origin: location.origin,
    app,
    serverOrigin,
    isEnabledAtFirst: sync === 'enabled',
    openRegistry: openHostRegistry,
    openDatabase: openHostDatabase,
    openChannel: openHostChannel,
    // An event is too short to listen for changes.
    createTransport: (getToken) => ({ ...createHostTransport(url, getToken), follow: () => () => undefined }),
    createReplayer: createHostReplayer,
    connectivity: hintedConnectivity(() => navigator.onLine, browserNetworkHints(navigator)),
    locks: freeHostLocks(),
    deviceHost: hostDevices(url),
    capture: requests && hostCapture(url, requests),
  })
  worker.listen()
}

function isWorkerScope(scope: unknown): scope is WorkerScope {
  return typeof scope === 'object' && scope !== null && 'registration' in scope && 'clients' in scope && 'skipWaiting' in scope
}
