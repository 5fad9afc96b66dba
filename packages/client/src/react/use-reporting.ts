import { useCallback, useSyncExternalStore } from 'react'
import { useRecordsClient } from './use-records-client.ts'

/** Whether this device tells of itself, followed while mounted; `undefined` until it was read. */
export function useReporting(): boolean | undefined {
  const { reporting } = useRecordsClient().devices
  const subscribe = useCallback((listener: () => void) => reporting.subscribe(listener), [reporting])
  const read = (): boolean | undefined => reporting.isEnabled
  return useSyncExternalStore(subscribe, read, read)
}
