import { useCallback, useSyncExternalStore } from 'react'
import { useRecordsClient } from '../react/use-records-client.ts'
import type { SyncRun } from '../sync/sync-run.ts'

/** The last runs, the oldest first, followed while mounted. */
export function useSyncRuns(): readonly SyncRun[] {
  const { activity } = useRecordsClient().sync
  const subscribe = useCallback((listener: () => void) => activity.subscribe(listener), [activity])
  const read = (): readonly SyncRun[] => activity.runs()
  return useSyncExternalStore(subscribe, read, read)
}
