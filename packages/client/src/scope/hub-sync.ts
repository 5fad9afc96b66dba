import { defaultBackgroundSyncSettings } from '@rejoin/core'
import { takeBackgroundRun } from '../outbox/background-run.ts'
import { unknownState } from '../sync/shown-state.ts'
import type { SyncRun } from '../sync/sync-run.ts'
import type { Sync, SyncState } from '../sync/sync-state.ts'
import type { RecordSession } from './record-session.ts'
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
  const following =
    (attach: (session: RecordSession, listener: () => void) => () => void) =>
    (listener: () => void): (() => void) => {
      const stops = [hub.onSession(listener), hub.follow((session) => attach(session, listener))]
      return () => stops.forEach((stop) => stop())
    }
  return {
    get state() {
      return hub.opened?.sync.state ?? beforeOpen()
    },
    get isEnabled() {
      return hub.isEnabled
    },
    subscribe: following(({ sync }, listener) => sync.subscribe(listener)),
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
      subscribe: following(({ background }, listener) => background.subscribe(listener)),
    },
    priorities: {
      get: () => hub.opened?.local.priorities.get() ?? hub.priorities,
      update: async (priorities) => (await hub.session()).local.priorities.update(priorities),
      reset: async () => (await hub.session()).local.priorities.reset(),
      subscribe: following(({ local }, listener) => local.priorities.subscribe(listener)),
    },
    activity: {
      runs: () => hub.opened?.activity.runs() ?? noRuns,
      subscribe: following(({ activity }, listener) => activity.subscribe(listener)),
    },
  }
}
