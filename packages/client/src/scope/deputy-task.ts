import type { ClientAuth } from '../client-auth.ts'
import type { SyncObserver } from '../sync/sync-observer.ts'
import type { ScopeOwner } from './scope-registry.ts'

/** What another thread needs to know to drain a session's database. */
export interface DeputyTask {
  readonly databaseName: string
  readonly owner: ScopeOwner | undefined
  /** Absent where the server wants no token. */
  readonly getToken: ClientAuth['getToken'] | undefined
  /** Of the page. */
  readonly observer: SyncObserver
}
