import { useCallback, useSyncExternalStore } from 'react'
import type { SyncRun } from '../sync/sync-run.ts'
import { useRecordsClient } from './use-records-client.ts'

const noRuns: readonly SyncRun[] = []

/** How the last runs went, the oldest first. */
export function useSyncActivity(): readonly SyncRun[] {
  const { activity } = useRecordsClient().sync
  const subscribe = useCallback((listener: () => void) => activity.subscribe(listener), [activity])
  return useSyncExternalStore(
    subscribe,
    () => activity.runs(),
    () => noRuns,
  )
}
