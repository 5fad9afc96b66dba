import { registerSyncWorker } from '@rejoin/client/service-worker'
import type { DemoClient } from '../demo-client.ts'

/** Not in development: a cached page would hide what was just changed. After loading: the first visit should not wait for the second. */
export function registerWorker(client: DemoClient): void {
  if (!import.meta.env.PROD) return
  const register = (): void => {
    // Refused (in private windows, say), the page works as ever while there is a network.
    registerSyncWorker('./service-worker.js', { client }).catch((error: unknown) => reportError(error))
  }
  if (document.readyState === 'complete') register()
  else window.addEventListener('load', register, { once: true })
}
