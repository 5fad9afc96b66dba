import type { ConnectivityStatus } from '@rejoin/core'

const qualities: Readonly<Record<ConnectivityStatus['connectionQuality'], string>> = {
  excellent: 'Excellent connection',
  good: 'Good connection',
  poor: 'Poor connection',
  offline: 'No connection',
}

/** `Good connection · wifi · 42 ms · battery 80 %, charging`: as much as the browser tells. */
export function describeConnectivity(status: ConnectivityStatus): string {
  const { connectionQuality, connectionType, roundTripMs, batteryLevel, isCharging, isSavingData } = status
  const parts = [
    qualities[connectionQuality],
    connectionType === 'unknown' ? undefined : connectionType,
    roundTripMs === undefined ? undefined : `${Math.round(roundTripMs)} ms`,
    batteryLevel === undefined ? undefined : `battery ${Math.round(batteryLevel)} %${isCharging === true ? ', charging' : ''}`,
    isSavingData === true ? 'saving data' : undefined,
  ]
  return parts.filter((part) => part !== undefined).join(' · ')
}
