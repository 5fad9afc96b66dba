import type { BackgroundSyncSettings } from '@rejoin/core'

/** How this device syncs by itself, for the person who is signed in. */
export interface SyncSettings {
  /** As they are now; the defaults before they were read. The same object until something of it changes. */
  get(): BackgroundSyncSettings
  /** Changes what is named, at once and for all tabs, and keeps it. Rejects with a `TypeError` where a value is none for its setting; then nothing is changed. */
  update(changes: Partial<BackgroundSyncSettings>): Promise<BackgroundSyncSettings>
  /** Calls the listener after every change, from whatever tab. The returned function stops it. */
  subscribe(listener: () => void): () => void
}
