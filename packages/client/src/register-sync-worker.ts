import './zod-without-eval.ts'
import type { RecordsClient } from './client.ts'
import { requestDeliveries } from './service-worker/delivery-requests.ts'
import { supportOf, type BackgroundSyncSupport } from './service-worker/detect-background-sync.ts'
import { hearSyncWorker } from './service-worker/hear-sync-worker.ts'
import { takeOpenOnlyNotice } from './service-worker/open-only-notice.ts'
import { syncTag, type SyncWorkerMessage } from './service-worker/sync-worker-message.ts'
import { browserPageLife } from './sync/page-life.ts'
import { hostTime } from './host/host-time.ts'
import './zod-as-before.ts'

export interface RegisterSyncWorkerOptions {
  /** Whose outbox the worker is woken for. */
  readonly client: Pick<RecordsClient, 'sync' | 'isOnline'>
  /** Default: the folder of the script. */
  readonly scope?: string | undefined
  readonly type?: 'classic' | 'module' | undefined
  /** How often the worker may look for news in installed apps, at most; the browser decides. Default 12 hours. */
  readonly periodicIntervalMs?: number | undefined
}

export interface SyncWorkerHandle {
  readonly support: BackgroundSyncSupport
  /** `undefined` where the browser has no service workers (or the page is not in a secure context). */
  readonly registration: ServiceWorkerRegistration | undefined
  /** Asks for no further deliveries. The worker stays. */
  stop(): void
}

const halfADayMs = 12 * 60 * 60 * 1_000

/** What this browser can do for a page that is closed. */
export function detectBackgroundSync(): BackgroundSyncSupport {
  return supportOf(globalThis)
}

/**
 * Registers the app's service worker and has it woken for what this page leaves behind. Rejects where the browser refuses the script; a browser
 * without service workers is no error: everything works while a page is open.
 */
export async function registerSyncWorker(
  scriptUrl: string | URL,
  { client, scope, type = 'classic', periodicIntervalMs = halfADayMs }: RegisterSyncWorkerOptions,
): Promise<SyncWorkerHandle> {
  const support = detectBackgroundSync()
  if (!support.serviceWorker) return { support, registration: undefined, stop: () => undefined }
  const registration = await navigator.serviceWorker.register(scriptUrl, { type, ...(scope !== undefined && { scope }) })
  const pageLife = browserPageLife(window)
  const stop = requestDeliveries({
    sync: client.sync,
    registration,
    scheduler: hostTime.scheduler,
    isCutOff: () => !client.isOnline,
    onHiding: (listener) => {
      const hear = (): void => (pageLife.isVisible() ? undefined : listener())
      const stopFreezing = pageLife.onFreezing(listener)
      document.addEventListener('visibilitychange', hear)
      return () => {
        stopFreezing()
        document.removeEventListener('visibilitychange', hear)
      }
    },
  })
  if (support.periodicSync) await registerPeriodicSync(registration, periodicIntervalMs)
  return { support, registration, stop }
}

/** Hears the worker speak of this person's changes (`owner`: who is signed in, if anybody). The returned function ends it. */
export function listenToSyncWorker(
  listener: (message: SyncWorkerMessage) => void,
  { owner }: { readonly owner?: { readonly tenant: string; readonly user: string } | undefined } = {},
): () => void {
  if (!detectBackgroundSync().serviceWorker) return () => undefined
  return hearSyncWorker(navigator.serviceWorker, owner, listener)
}

/** What to tell a person, once on this device, whose browser syncs only while the app is open; `undefined`: nothing (any more). */
export function takeBackgroundSyncNotice(): string | undefined {
  return takeOpenOnlyNotice(detectBackgroundSync(), {
    // The mere property throws where storage is forbidden.
    getItem: (key) => localStorage.getItem(key),
    setItem: (key, value) => localStorage.setItem(key, value),
  })
}

async function registerPeriodicSync(registration: ServiceWorkerRegistration, minInterval: number): Promise<void> {
  if (!hasPeriodicSync(registration)) return
  try {
    await registration.periodicSync.register(syncTag, { minInterval })
  } catch {
    // Not installed, or not allowed: a page that is open does without.
    return
  }
}

interface PeriodicSyncLike {
  readonly periodicSync: { register(tag: string, options: { readonly minInterval: number }): Promise<void> }
}

function hasPeriodicSync(registration: object): registration is PeriodicSyncLike {
  return 'periodicSync' in registration
}
