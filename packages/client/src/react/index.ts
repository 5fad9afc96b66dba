/**
 * Hooks for React.
 *
 * @module @rejoin/client/react
 */
export { RejoinProvider, useClient, type RejoinProviderProps } from './client-context.ts'
export { useDevices, type UsedDevices } from './use-devices.ts'
export { useConnectivity } from './use-connectivity.ts'
export { useDocument, type UsedDocument } from './use-document.ts'
export { useAttention, useOutbox, type UsedAttention } from './use-outbox.ts'
export { usePresence, type OtherPresence, type Presence, type PresenceState } from './use-presence.ts'
export { createRejoinHooks, type RecordHooks, type UsedRecord, type UsedRecords } from './use-records.ts'
export { useScene, type UsedScene } from './use-scene.ts'
export { useSyncActivity } from './use-sync-activity.ts'
export { useSyncSettings, type UsedSyncSettings } from './use-sync-settings.ts'
export { useSyncState } from './use-sync-state.ts'
export { useSyncStatus } from './use-sync-status.ts'
