import { useCallback, useSyncExternalStore } from 'react'
import { useRecordsClient } from '../react/use-records-client.ts'
import type { SyncPriorities } from '../outbox/sync-priorities.ts'

/** What goes first on this device, followed while mounted. */
export function usePriorities(): ReturnType<SyncPriorities['get']> {
  const { priorities } = useRecordsClient().sync
  const subscribe = useCallback((listener: () => void) => priorities.subscribe(listener), [priorities])
  const read = (): ReturnType<SyncPriorities['get']> => priorities.get()
  return useSyncExternalStore(subscribe, read, read)
}
