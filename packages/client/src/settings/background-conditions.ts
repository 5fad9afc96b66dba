import type { Connectivity } from '../connectivity/connectivity.ts'
import { isSameConditions, type ConditionsSource, type SyncConditions } from '../sync/sync-conditions.ts'
import { powerPolicy } from './power-policy.ts'
import type { SettingsKeeper } from './settings-keeper.ts'

/** What this device may do by itself, as settings and connection change. Lives as long as they do. */
export function backgroundConditions(
  settings: Pick<SettingsKeeper, 'get' | 'subscribe' | 'ready'>,
  connectivity: Connectivity,
): ConditionsSource {
  const look = (): SyncConditions => powerPolicy(settings.get(), connectivity.status)
  return {
    current: look,
    ready: settings.ready,
    subscribe: (listener) => {
      let told = look()
      const tell = (): void => {
        const now = look()
        if (isSameConditions(now, told)) return
        told = now
        listener()
      }
      const stops = [settings.subscribe(tell), connectivity.subscribe(tell)]
      return () => stops.forEach((stop) => stop())
    },
  }
}
