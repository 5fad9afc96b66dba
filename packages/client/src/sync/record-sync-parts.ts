import type { Clock, Random, Scheduler } from '@rejoin/core'
import type { OnlineSignals } from '../connection/online-signals.ts'
import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'
import type { Deputy } from './deputy.ts'
import type { PageLife } from './page-life.ts'
import type { QuietMoments } from './quiet-moments.ts'
import type { RequestReplayer } from './request-replayer.ts'
import type { StealableLocks } from './stealable-locks.ts'
import type { ConditionsSource } from './sync-conditions.ts'
import type { SyncObserver } from './sync-observer.ts'
import type { SyncStore } from './sync-store.ts'
import type { SyncTransport } from './sync-transport.ts'

export interface RecordSyncParts {
  readonly store: SyncStore
  readonly transport: SyncTransport
  readonly replayer: RequestReplayer
  readonly tenantId: string
  readonly databaseName: string
  /** Until a person decides. */
  readonly isEnabledAtFirst: boolean
  /** Whether the database still is this person's: it may have been taken over by somebody who signed in in another tab. Default yes. */
  readonly mayDrain?: () => Promise<boolean>
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly signals: OnlineSignals
  readonly pageLife: PageLife
  readonly observer?: SyncObserver | undefined
  /** Drains in place of this tab as long as it lives; closed with this. */
  readonly deputy?: Deputy | undefined
  /** Default: always good. */
  readonly conditions?: ConditionsSource | undefined
  readonly quietMoments?: QuietMoments | undefined
  /** Somebody pressed "Sync now" in this tab, or on another device: what is not records goes, too. */
  readonly onSyncNow?: (() => void) | undefined
  readonly locks: StealableLocks
  /** Of this database alone; `undefined` where no other tab shares it. Closed with this. */
  readonly channel: BroadcastChannelLike | undefined
}
