import { defaultBackgroundSyncSettings } from '@rejoin/core'
import { takeBackgroundRun } from '../outbox/background-run.ts'
import { unknownState } from '../sync/shown-state.ts'
import type { SyncRun } from '../sync/sync-run.ts'
import type { Sync, SyncState } from '../sync/sync-state.ts'
import type { RecordsHub } from './records-hub.ts'

const noRuns: readonly SyncRun[] = []

/** Syncing of whatever session is open. */
export function hubSync(hub: RecordsHub): Sync {
  const opening: SyncState = hub.isEnabledAtFirst ? unknownState : { ...unknownState, status: 'paused' }
  let failed: { readonly failure: Error; readonly state: SyncState } | undefined
  /** One value for one failure: who renders it asks often. */
  const beforeOpen = (): SyncState => {
    const { failure } = hub
    if (failure === undefined) return opening
    if (failed?.failure !== failure) {
      const lastError = { code: 'DEVICE', message: failure.message }
      failed = { failure, state: { ...unknownState, status: 'error', lastError } }
    }
    return failed.state
  }
  return {
    get state() {
      return hub.opened?.sync.state ?? beforeOpen()
    },
    get isEnabled() {
      return hub.isEnabled
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
    takeBackgroundRun: async () => takeBackgroundRun((await hub.session()).database),
    settings: {
      get: () => hub.opened?.background.get() ?? defaultBackgroundSyncSettings,
      update: async (changes) => (await hub.session()).background.update(changes),
      subscribe: (listener) => {
        const stops = [hub.onSession(listener), hub.follow(({ background }) => background.subscribe(listener))]
        return () => stops.forEach((stop) => stop())
      },
    },
    activity: {
      runs: () => hub.opened?.activity.runs() ?? noRuns,
      subscribe: (listener) => {
        const stops = [hub.onSession(listener), hub.follow(({ activity }) => activity.subscribe(listener))]
        return () => stops.forEach((stop) => stop())
      },
    },
  }
}
