import type { Sync } from '../sync/sync-state.ts'
import { syncTag, type PageMessage } from './sync-worker-message.ts'
import type { SyncManagerLike } from './worker-scope.ts'

/** The members of a `ServiceWorkerRegistration` that a page uses. */
export interface RegistrationLike {
  readonly active: { postMessage(message: unknown): void } | null
  readonly sync?: SyncManagerLike | undefined
}

export interface DeliveryRequestsParts {
  readonly sync: Pick<Sync, 'state' | 'isEnabled' | 'subscribe'>
  readonly registration: RegistrationLike
  /** Whether the person cut this page off for now: then nothing is asked for. Default no. */
  readonly isCutOff?: () => boolean
  /** Calls when the page is hidden or put away; it may not come back. The returned function stops it. */
  readonly onHiding: (listener: () => void) => () => void
}

const request: PageMessage = { type: 'SYNC_REQUESTED' }

/**
 * Asks the browser to wake the service worker for what waits here: when the outbox becomes non-empty, when the server gets out of reach, and
 * when the page goes. Where there is no Background Sync a page that goes asks its worker, which has some seconds then. The returned function
 * ends it.
 */
export function requestDeliveries({ sync, registration, isCutOff, onHiding }: DeliveryRequestsParts): () => void {
  let asked = ''
  const ask = (): void => {
    // A browser that refuses (the person forbade it) delivers while a page is open.
    void registration.sync?.register(syncTag).catch(leftToThePage)
  }
  const isWaiting = (): boolean => sync.isEnabled && sync.state.pending > 0 && isCutOff?.() !== true
  const look = (): void => {
    const cause = isWaiting() ? (sync.state.status === 'offline' ? 'offline' : 'pending') : ''
    if (cause !== '' && cause !== asked) ask()
    asked = cause
  }
  const goAway = (): void => {
    if (!isWaiting()) return
    if (registration.sync === undefined) registration.active?.postMessage(request)
    else ask()
  }
  const stops = [sync.subscribe(look), onHiding(goAway)]
  look()
  return () => stops.forEach((stop) => stop())
}

function leftToThePage(): void {}
