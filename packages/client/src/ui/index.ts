/**
 * Parts for React that show how syncing stands and ask for what a person must decide.
 *
 * @module @rejoin/client/ui
 */
export { AttentionInbox, type AttentionInboxProps } from './attention-inbox.tsx'
export { BackgroundSyncNotice, type BackgroundSyncNoticeProps } from './background-sync-notice.tsx'
export { downloadFile } from './download-file.ts'
export { iconPaths, LineDrawing, type LineDrawingProps } from './icon.tsx'
export { OutboxInspector } from './outbox-inspector.tsx'
export type { PartProps } from './part.tsx'
export { RecordWordsProvider, type RecordWordsProviderProps } from './record-words-context.tsx'
export { SyncActivityChart } from './sync-activity-chart.tsx'
export { SyncProgress, type SyncProgressProps } from './sync-progress.tsx'
export { SyncSettings } from './sync-settings.tsx'
export { SyncStatusIndicator } from './sync-status-indicator.tsx'
export { ToastCard, type ToastCardProps } from './toast-card.tsx'
export { syncToasterId } from './sync-toaster-id.ts'
export { SyncToasts, type SyncToastsProps } from './sync-toasts.tsx'
export type { FieldEditing, FieldPlace, FieldReading, RecordWords } from './words/record-words.ts'
export { useAttempt, type Attempts } from './use-attempt.ts'
export { useNow } from './use-now.ts'
export { agoWords } from './words/time-words.ts'
