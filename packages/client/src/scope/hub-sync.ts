import { unknownState } from '../sync/shown-state.ts'
import type { Sync, SyncState } from '../sync/sync-state.ts'
import type { RecordsHub } from './records-hub.ts'

/** Syncing of whatever session is open. */
export function hubSync(hub: RecordsHub): Sync {
  const beforeOpen: SyncState = hub.isEnabledAtFirst ? unknownState : { ...unknownState, status: 'paused' }
  return {
    get state() {
      return hub.opened?.sync.state ?? beforeOpen
    },
    get isEnabled() {
      return hub.opened?.sync.isEnabled ?? hub.isEnabledAtFirst
    },
    subscribe: (listener) => {
      const stops = [hub.onSession(listener), hub.follow(({ sync }) => sync.subscribe(listener))]
      return () => stops.forEach((stop) => stop())
    },
    enable: async ({ auth } = {}) => {
      const session = auth === undefined ? await hub.session() : await hub.signIn(auth)
      await session.sync.setEnabled(true)
    },
    disable: async () => (await hub.session()).sync.setEnabled(false),
    syncNow: async () => (await hub.session()).sync.syncNow(),
  }
}
