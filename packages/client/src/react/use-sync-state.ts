import { useCallback, useSyncExternalStore } from 'react'
import type { SyncState } from '../sync/sync-state.ts'
import { useRecordsClient } from './use-records-client.ts'

/** How the syncing of records stands. */
export function useSyncState(): SyncState {
  const { sync } = useRecordsClient()
  const subscribe = useCallback((listener: () => void) => sync.subscribe(listener), [sync])
  const read = (): SyncState => sync.state
  return useSyncExternalStore(subscribe, read, read)
}
