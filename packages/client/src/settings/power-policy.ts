import type { BackgroundSyncSettings, ConnectivityStatus, Priority } from '@rejoin/core'
import type { Hold, SyncConditions } from '../sync/sync-conditions.ts'

/** Percent. Below it, without charging, the server is asked half as often. */
const ampleBatteryLevel = 50

/** Connections that are paid for by what goes over them, as far as a browser tells. */
const meteredTypes: ReadonlySet<string> = new Set(['cellular', 'wimax', 'bluetooth'])

const minuteMs = 60_000

/** What a device may do by itself under these settings, with this connection and battery. What nobody tells stands in nobody's way. */
export function powerPolicy(settings: BackgroundSyncSettings, status: ConnectivityStatus): SyncConditions {
  const isSlow = status.connectionQuality === 'poor'
  const isTired = isOnBattery(status) && (status.batteryLevel ?? 100) < ampleBatteryLevel
  return {
    hold: strongest(holdsOf(settings, status)),
    intervalMs: settings.syncIntervalMinutes * minuteMs * (isSlow || isTired ? 2 : 1),
    requestsMax: settings.maximumConcurrentOperations,
  }
}

function holdsOf(settings: BackgroundSyncSettings, status: ConnectivityStatus): readonly (Hold | undefined)[] {
  const { priorityThreshold } = settings
  const isBatteryLow = isOnBattery(status) && (status.batteryLevel ?? 100) < settings.minimumBatteryLevel
  const isSparing = !settings.useMeteredConnection
  const sparing = priorityThreshold === 'LOW' ? 'NORMAL' : priorityThreshold
  return [
    hold(!settings.enabled && 'all', 'SWITCHED_OFF', 'Background sync is switched off.'),
    hold(
      settings.syncOnlyWhenCharging && isOnBattery(status) && 'all',
      'NOT_CHARGING',
      'This device syncs only while it is charging.',
    ),
    hold(isBatteryLow && 'HIGH', 'LOW_BATTERY', 'The battery is low: what is not urgent waits.'),
    hold(
      isSparing && status.isSavingData === true && sparing,
      'SAVING_DATA',
      'This browser is told to save data: what is less important waits.',
    ),
    hold(
      isSparing && meteredTypes.has(status.connectionType) && sparing,
      'METERED',
      'This connection is metered: what is less important waits for another one.',
    ),
    hold(
      status.connectionQuality === 'poor' && priorityThreshold !== 'LOW' && priorityThreshold,
      'POOR_CONNECTION',
      'The connection is poor: what is less important waits for a better one.',
    ),
  ]
}

function hold(below: Hold['below'] | false, code: string, reason: string): Hold | undefined {
  return below === false ? undefined : { below, code, reason }
}

const rank: Readonly<Record<Hold['below'] | Priority, number>> = { LOW: 0, NORMAL: 1, HIGH: 2, all: 3 }

/** Of equal ones the first. */
function strongest(holds: readonly (Hold | undefined)[]): Hold | undefined {
  return holds.reduce(
    (best, next) => (next !== undefined && rank[next.below] > rank[best?.below ?? 'LOW'] ? next : best),
    undefined,
  )
}

function isOnBattery({ isCharging }: ConnectivityStatus): boolean {
  return isCharging === false
}
