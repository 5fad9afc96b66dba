import type { BrowserContext } from 'playwright-core'
import type { RunningServer } from '../support/start-server.ts'
import { waitFor } from '../support/wait-for.ts'

/** A hand on the service worker of a browser, through the DevTools protocol, from a page that is not the app's. */
export interface WorkerControl {
  /** Raises the Background Sync event, as the browser does when there is a network. */
  dispatchSync(): Promise<void>
  /** Raises the event of Periodic Background Sync. */
  dispatchPeriodicSync(): Promise<void>
  /** The build of the worker that serves pages now: another one once a new build has taken over. */
  readonly activeVersion: string | undefined
  /** What the worker reported as unhandled, of events that it refused. */
  readonly refusals: readonly string[]
}

export async function controlWorker(context: BrowserContext, server: RunningServer): Promise<WorkerControl> {
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  const refusals: string[] = []
  let registrationId: string | undefined
  let activeVersion: string | undefined
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    for (const { scopeURL, registrationId: id } of registrations) if (scopeURL.startsWith(server.url)) registrationId = id
  })
  session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const { versionId, scriptURL, status } of versions)
      if (scriptURL.startsWith(server.url) && status === 'activated') activeVersion = versionId
  })
  session.on('ServiceWorker.workerErrorReported', ({ errorMessage }) => refusals.push(errorMessage.errorMessage))
  await session.send('ServiceWorker.enable')
  const id = await waitFor('the service worker is registered', () => registrationId)
  const event = { origin: server.url, registrationId: id, tag: 'sync-changes' }
  return {
    refusals,
    get activeVersion() {
      return activeVersion
    },
    dispatchSync: async () => {
      await session.send('ServiceWorker.dispatchSyncEvent', { ...event, lastChance: false })
    },
    dispatchPeriodicSync: async () => {
      await session.send('ServiceWorker.dispatchPeriodicSyncEvent', event)
    },
  }
}
