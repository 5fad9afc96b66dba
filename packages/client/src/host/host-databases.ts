import { createIndexedDbRecordDatabase } from '../record-database/indexed-db-record-database.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { uuidV7 } from '../record-database/uuid-v7.ts'
import { createIndexedDbScopeRegistry } from '../scope/indexed-db-scope-registry.ts'
import type { ScopeRegistry } from '../scope/scope-registry.ts'
import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'
import { hostTime, idRandom } from './host-time.ts'

const { clock, scheduler } = hostTime

/** Whose records are where: one small database for all apps of the origin, shared with the other tabs and the service worker. */
export function openHostRegistry(): ScopeRegistry {
  return createIndexedDbScopeRegistry({
    databaseName: 'rejoin/scopes',
    clock,
    makeId: () => uuidV7(clock.now(), idRandom),
  })
}

export function openHostDatabase(databaseName: string): RecordDatabase {
  return createIndexedDbRecordDatabase({ databaseName, clock, scheduler })
}

/** `undefined` where nobody can be talked to. */
export function openHostChannel(name: string): BroadcastChannelLike | undefined {
  return typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name)
}
