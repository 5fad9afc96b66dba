import type { Fleet } from '@rejoin/client'
import { agoWords } from '@rejoin/client/ui'

export type FleetDevice = NonNullable<Fleet['devices']>[number]

/** This device first, the others by their ids: rows must not change places while somebody aims at a button. */
export function inLastingOrder(devices: readonly FleetDevice[], ownId: string | undefined): readonly FleetDevice[] {
  const place = ({ deviceId, user }: FleetDevice): string => `${deviceId === ownId ? 0 : 1} ${deviceId} ${user ?? ''}`
  return devices.toSorted((one, other) => (place(one) < place(other) ? -1 : 1))
}

/** How a device is there, and what it does. */
export function stateWords(device: FleetDevice, now: number): string {
  const { settings, currentProgress, isLive, lastSeenAt } = device
  if (!isLive) return `Away, last heard of ${agoWords(Date.parse(lastSeenAt), now)}`
  if (currentProgress !== null) return `Syncing changes… (${currentProgress.current} of ${currentProgress.total})`
  return settings.enabled ? 'Connected' : 'Paused'
}

/** What waits on it, when it was last in step, and its battery: as far as it says. */
export function factWords(device: FleetDevice, now: number): readonly string[] {
  const { queueSize, lastSyncedAt, connectivity } = device
  const { batteryLevel, isCharging, connectionQuality } = connectivity
  return [
    queueSize === 0 ? 'nothing waits' : `${queueSize} waiting`,
    lastSyncedAt === undefined ? 'not synced yet' : `synced ${agoWords(Date.parse(lastSyncedAt), now)}`,
    `${connectionQuality} connection`,
    ...(batteryLevel === undefined ? [] : [`battery ${Math.round(batteryLevel)} %${isCharging === true ? ', charging' : ''}`]),
  ]
}

/** What it was asked and has not done yet. */
export function pendingWords({ pendingCommands, isLive }: FleetDevice): string | undefined {
  if (pendingCommands === 0) return undefined
  return isLive ? 'Asked just now…' : 'Asked: it hears of it when it is back.'
}

export function nameWords({ name, user }: FleetDevice): string {
  const known = name ?? 'A device'
  return user === null ? known : `${known} (${user})`
}
