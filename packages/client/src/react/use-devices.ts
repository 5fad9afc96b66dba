import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import type { Devices, Fleet } from '../devices/devices.ts'
import { useRecordsClient } from './use-records-client.ts'
import { useReporting } from './use-reporting.ts'

export interface UsedDevices extends Fleet {
  /** Id of this device; `undefined` until it was read. */
  readonly ownId: string | undefined
  /** Whether this device tells of itself; `undefined` until it was read. */
  readonly isReporting: boolean | undefined
  /** To steer them, and to let this one report. */
  readonly api: Devices
}

/** One's devices, asked for while mounted. */
export function useDevices(): UsedDevices {
  const { devices } = useRecordsClient()
  const subscribe = useCallback((listener: () => void) => devices.subscribe(listener), [devices])
  const readFleet = (): Fleet => devices.fleet
  const fleet = useSyncExternalStore(subscribe, readFleet, readFleet)
  const isReporting = useReporting()
  return { ...fleet, ownId: useOwnId(devices, isReporting), isReporting, api: devices }
}

/** Read again with the choice: a device that was numbered anew says so by then. */
function useOwnId(devices: Devices, isReporting: boolean | undefined): string | undefined {
  const [ownId, setOwnId] = useState<string>()
  useEffect(() => {
    let isMounted = true
    const take = (id: string | undefined): void => {
      if (isMounted) setOwnId(id)
    }
    devices.ownId().then(take, () => take(undefined))
    return () => {
      isMounted = false
    }
  }, [devices, isReporting])
  return ownId
}
