import type { BackgroundSyncSettings } from '@rejoin/core'
import { useCallback, useSyncExternalStore } from 'react'
import type { SyncSettings } from '../settings/sync-settings.ts'
import { useRecordsClient } from './use-records-client.ts'

export interface UsedSyncSettings {
  readonly settings: BackgroundSyncSettings
  /** Changes what is named, at once and for all tabs. */
  readonly update: SyncSettings['update']
}

/** How this device syncs by itself. */
export function useSyncSettings(): UsedSyncSettings {
  const { settings } = useRecordsClient().sync
  const subscribe = useCallback((listener: () => void) => settings.subscribe(listener), [settings])
  const read = (): BackgroundSyncSettings => settings.get()
  const update = useCallback<SyncSettings['update']>((changes) => settings.update(changes), [settings])
  return { settings: useSyncExternalStore(subscribe, read, read), update }
}
