import { callListener } from '../record-database/call-listener.ts'
import type { SyncObserver } from './sync-observer.ts'

/** Several observers as one; what one of them throws keeps the others from nothing. */
export function observeAll(observers: readonly SyncObserver[]): SyncObserver {
  const tell = (call: (observer: SyncObserver) => void): void => {
    for (const observer of observers) callListener(() => call(observer))
  }
  return {
    runStarted: (run) => tell((observer) => observer.runStarted(run)),
    attemptFailed: (attempt) => tell((observer) => observer.attemptFailed(attempt)),
    runEnded: (run) => tell((observer) => observer.runEnded(run)),
  }
}
