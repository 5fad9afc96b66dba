import type { RunTrigger, SyncRun } from './sync-run.ts'

/** An operation (or captured request) that was tried in vain and is itself to blame, as far as can be known. */
export interface FailedAttempt {
  readonly operationId: string
  /** The entity's name. */
  readonly entity: string
  /** This was the how-manieth, from 1. */
  readonly attempt: number
  readonly code: string
  /** ms since the epoch; absent where it waits for a person. */
  readonly willRetryAt?: number | undefined
}

/** Is told what the engine does, as it happens. Whatever it throws is not the engine's business. It never learns what is in an operation. */
export interface SyncObserver {
  /** Told when the run turns to the server, or fails before. Exactly one `runEnded` follows. */
  runStarted(run: { readonly startedAt: number; readonly trigger: RunTrigger }): void
  attemptFailed(attempt: FailedAttempt): void
  runEnded(run: SyncRun): void
}
