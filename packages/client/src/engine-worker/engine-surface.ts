import type { ConnectivityStatus } from '@rejoin/core'
import type { ClientAuth } from '../client-auth.ts'
import type { OnlineSignal } from '../connection/online-signals.ts'
import type { RecordSettings } from '../scope/record-settings.ts'
import type { ScopeOwner } from '../scope/scope-registry.ts'
import type { SyncObserver } from '../sync/sync-observer.ts'

/** What a worker is to drain. Plain data: it crosses from the page. */
export interface EngineOrder {
  readonly url: string
  readonly databaseName: string
  readonly owner: ScopeOwner | undefined
  readonly isEnabledAtFirst: boolean
  readonly settings: RecordSettings
  readonly connectivity: ConnectivityStatus
  readonly isOnline: boolean
  /** A lock that the worker holds as long as it drains for this session: who gets it knows that it does not. Names the session, too. */
  readonly lifeLock: string
}

/** What happens to a page that its worker cannot see itself. */
export type PageNews =
  | { readonly type: 'signal'; readonly signal: OnlineSignal; readonly isOnline: boolean }
  | { readonly type: 'connectivity'; readonly status: ConnectivityStatus }
  /** The page is about to be frozen. */
  | { readonly type: 'freezing' }
  /** The person's switch. */
  | { readonly type: 'switched'; readonly isOn: boolean }

/** What the page keeps for itself, and the worker calls across. */
export interface PageSide {
  readonly getToken: ClientAuth['getToken'] | undefined
  readonly observer: SyncObserver
}

/** What a worker offers its page. */
export interface EngineSurface {
  /** Ends what was started before. Resolves when the worker holds its life lock. */
  start(order: EngineOrder, getToken: PageSide['getToken'], observer: SyncObserver): Promise<void>
  /** What comes for a session that was ended is not heard. */
  tell(lifeLock: string, news: PageNews): void
  stop(lifeLock: string): Promise<void>
}
