import type { Clock, Scheduler } from '@rejoin/core'
import type { DocumentStore } from '../relay/document-store.ts'
import { httpLimits } from './http-limits.ts'

/** Whether the server should be sent work. */
export interface Readiness {
  readonly isDraining: boolean
  /** Whether the store has written and read within the last second. Rejects never; what failed is `reason`. */
  check(): Promise<{ readonly isReady: true } | { readonly isReady: false; readonly reason: string }>
  /** From now on not ready, for good. */
  startDraining(): void
}

export interface ReadinessOptions {
  readonly store: DocumentStore
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly onProbeFailed: (error: unknown) => void
}

export function createReadiness({ store, clock, scheduler, onProbeFailed }: ReadinessOptions): Readiness {
  let isDraining = false
  /** Shared by everybody who asks within a second. */
  let probe: { readonly startedAt: number; readonly isFine: Promise<boolean> } | undefined

  async function probeStore(): Promise<boolean> {
    let cancel = () => {}
    const timeout = new Promise<never>((_resolve, reject) => {
      cancel = scheduler.after(httpLimits.probeMs, () => reject(new Error('the store did not answer in time')))
    })
    try {
      await Promise.race([store.probe(), timeout])
      return true
    } catch (error) {
      onProbeFailed(error)
      return false
    } finally {
      cancel()
    }
  }

  return {
    get isDraining() {
      return isDraining
    },
    async check() {
      if (isDraining) return { isReady: false, reason: 'the server is shutting down' }
      const now = clock.now()
      // A clock that went backwards makes the age negative: probe again.
      const ageMs = probe === undefined ? Infinity : Math.abs(now - probe.startedAt)
      if (probe === undefined || ageMs > httpLimits.probeAgeMs) probe = { startedAt: now, isFine: probeStore() }
      return (await probe.isFine) ? { isReady: true } : { isReady: false, reason: 'the store cannot be written' }
    },
    startDraining() {
      isDraining = true
    },
  }
}
