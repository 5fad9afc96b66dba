export { RejoinProvider, useClient, type RejoinProviderProps } from './client-context.ts'
export { useDocument, type UsedDocument } from './use-document.ts'
export { usePresence, type OtherPresence, type Presence, type PresenceState } from './use-presence.ts'
export { useSyncStatus } from './use-sync-status.ts'
