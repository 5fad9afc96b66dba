import { defaultBackgroundSyncSettings } from '@rejoin/core'
import type { Connectivity } from '../connectivity/connectivity.ts'
import { callListener } from '../record-database/call-listener.ts'
import { backgroundConditions } from '../settings/background-conditions.ts'
import type { SettingsKeeper } from '../settings/settings-keeper.ts'
import type { ConditionsSource } from '../sync/sync-conditions.ts'
import type { RecordSession } from './record-session.ts'
import type { RecordsHub } from './records-hub.ts'

/**
 * What this device may do by itself, for whoever is signed in. While another database is opened those of the one before count; one that
 * cannot be opened holds back nothing: then the defaults count. Lives as long as the hub.
 */
export function hubConditions(hub: RecordsHub, connectivity: Connectivity): ConditionsSource {
  const listeners = new Set<() => void>()
  const tell = (): void => listeners.forEach(callListener)
  let known: SettingsKeeper | undefined
  const attach = ({ background }: RecordSession): (() => void) => {
    let isOver = false
    void background.ready.then(() => {
      if (isOver) return
      known = background
      tell()
    })
    const stop = background.subscribe(tell)
    return () => {
      isOver = true
      stop()
    }
  }
  hub.follow(attach, () => {
    known = undefined
    tell()
  })
  const settings = {
    get: () => known?.get() ?? defaultBackgroundSyncSettings,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    ready: hub.session().then(
      ({ background }) => background.ready,
      () => undefined,
    ),
  }
  return backgroundConditions(settings, connectivity)
}
