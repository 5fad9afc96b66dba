import type { ClientAuth } from '../client-auth.ts'
import type { SyncPriorities } from '../outbox/sync-priorities.ts'
import type { SyncSettings } from '../settings/sync-settings.ts'
import type { BackgroundRun } from './background-run.ts'
import type { SyncActivityLog } from './sync-run.ts'

/** What a person is told about their records. Counts are of operations; times are ms since the epoch. */
export interface SyncState {
  /** - `offline`: no server can be reached, or the person switched syncing off for now
   *  - `syncing`: work is under way or about to be
   *  - `upToDate`: nothing waits, and the server's head was confirmed less than 45 s ago
   *  - `error`: something stands in the way; `lastError` says what
   *  - `paused`: syncing is not enabled on this device; or, with `heldBack`, what is left to do waits for better conditions */
  readonly status: 'offline' | 'syncing' | 'upToDate' | 'error' | 'paused'
  /** Not settled, in flight included; failed and parked ones not. */
  readonly pending: number
  readonly inFlight: number
  readonly failed: number
  readonly attention: number
  /** Of the run under way: settled so far, and how many there were when it began (frozen, so that the share never falls). */
  readonly current: number
  readonly total: number
  readonly nextRetryAt: number | undefined
  readonly lastSyncedAt: number | undefined
  readonly lastPushedAt: number | undefined
  readonly lastPulledAt: number | undefined
  readonly lastError: { readonly code: string; readonly message: string } | undefined
  /** Background work that settings, battery or connection hold back; absent where there is none. "Sync now" does it all the same. */
  readonly heldBack?: HeldBack | undefined
}

export interface HeldBack {
  /** Of the pending changes, how many wait for this reason alone; 0 where it is only news that is not fetched. */
  readonly count: number
  /** `SWITCHED_OFF`, `NOT_CHARGING`, `LOW_BATTERY`, `SAVING_DATA`, `METERED` or `POOR_CONNECTION`. */
  readonly code: string
  /** One sentence for a person. */
  readonly reason: string
}

/** The person's and the app's hand on syncing. */
export interface Sync {
  readonly state: SyncState
  subscribe(listener: () => void): () => void
  /** Whether this device syncs at all; before that everything works locally and nothing leaves the device. */
  readonly isEnabled: boolean
  /** From now on, kept over reloads: pushes all that was made, deletes included. `auth`: the person signed in just now; what this device has becomes theirs, once. */
  enable(options?: { readonly auth?: ClientAuth | undefined }): Promise<void>
  /** Nothing leaves the device any more; nothing is lost. */
  disable(): Promise<void>
  /** Whatever settings and schedules say; gives failed entries a new round. Resolves when the run is over, whatever came of it. */
  syncNow(): Promise<SyncState>
  /** What was delivered while no page was open, to be told once: the first tab that asks has it. `undefined`: nothing new. */
  takeBackgroundRun(): Promise<BackgroundRun | undefined>
  /** How this device syncs by itself. */
  readonly settings: SyncSettings
  /** What goes first. */
  readonly priorities: SyncPriorities
  /** How the last runs went. */
  readonly activity: SyncActivityLog
}
