import { useCallback, useSyncExternalStore } from 'react'
import type { SyncStatus } from '../client.ts'
import { useClient } from './client-context.ts'

/** All documents together, in one honest line. */
export function useSyncStatus(): SyncStatus {
  const client = useClient()
  const subscribe = useCallback((listener: () => void) => client.subscribe(listener), [client])
  const read = (): SyncStatus => client.syncStatus
  return useSyncExternalStore(subscribe, read, read)
}
