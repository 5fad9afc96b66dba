import type { Scheduler } from '@rejoin/core'
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
  /** Default: nothing is waited for. */
  readonly scheduler?: Scheduler | undefined
  /** Calls when the page is hidden or put away; it may not come back. The returned function stops it. */
  readonly onHiding: (listener: () => void) => () => void
}

const request: PageMessage = { type: 'SYNC_REQUESTED' }

/** What a page sends at once by itself needs no worker to be woken for it, edit by edit. */
const ownDeliveryMs = 2_000

/**
 * Asks the browser to wake the service worker for what waits here: when the outbox is not empty and the page does not soon empty it, when the
 * server gets out of reach, and when the page goes. Where there is no Background Sync, or it is forbidden, a page that goes asks its worker,
 * which has some seconds then. The returned function ends it.
 */
export function requestDeliveries(parts: DeliveryRequestsParts): () => void {
  const { sync, registration, isCutOff, scheduler, onHiding } = parts
  let asked = ''
  let cancel: (() => void) | undefined
  const ask = (whenRefused?: () => void): void => {
    // Refused while the worker is being installed for the first time, or because the person forbade it: asked again with the next change.
    registration.sync?.register(syncTag).catch(() => {
      asked = ''
      whenRefused?.()
    })
  }
  const askWorker = (): void => registration.active?.postMessage(request)
  const isWaiting = (): boolean => sync.isEnabled && sync.state.pending > 0 && isCutOff?.() !== true
  const look = (): void => {
    const cause = isWaiting() ? (sync.state.status === 'syncing' ? 'pending' : 'stuck') : ''
    if (cause === asked) return
    asked = cause
    cancel?.()
    cancel = undefined
    if (cause === 'pending' && scheduler !== undefined) cancel = scheduler.after(ownDeliveryMs, () => ask())
    else if (cause !== '') ask()
  }
  const goAway = (): void => {
    if (!isWaiting()) return
    if (registration.sync === undefined) askWorker()
    else ask(askWorker)
  }
  const stops = [sync.subscribe(look), onHiding(goAway)]
  look()
  return () => {
    cancel?.()
    stops.forEach((stop) => stop())
  }
}
