import type { ConnectivityStatus } from '@rejoin/core'
import { useCallback, useSyncExternalStore } from 'react'
import { useClient } from './client-context.ts'

/** The connection and the battery of this device. */
export function useConnectivity(): ConnectivityStatus {
  const { connectivity } = useClient()
  const subscribe = useCallback((listener: () => void) => connectivity.subscribe(listener), [connectivity])
  const read = (): ConnectivityStatus => connectivity.status
  return useSyncExternalStore(subscribe, read, read)
}
