/**
 * The SDK of apps: documents, records, scenes, requests, and how syncing stands.
 *
 * @module @rejoin/client
 */
export { createClient } from './create-client.ts'
export { sceneOf, type DocSceneOptions } from './host/host-scenes.ts'
export { capturedBodyBytesMax } from './captured-requests/capture-request.ts'
export type { CapturedMethod, CapturedRoute, RoutePattern, UrlTest } from './captured-requests/captured-route.ts'
export type { CaptureDetails, CaptureOptions, Requests } from './captured-requests/requests.ts'
export type { ClientAuth } from './client-auth.ts'
export type { Client, ClientOptions, Documents, RecordsClient, RecordsClientOptions, SyncStatus } from './client.ts'
export {
  DeviceError,
  type DeviceReporting,
  type Devices,
  type Fleet,
  type GivenCommand,
  type NamedDevice,
} from './devices/devices.ts'
export type { Connectivity } from './connectivity/connectivity.ts'
export type { DocumentReceipt, DocumentState, DocumentStatus, OpenDocument } from './documents/open-document.ts'
export type { SetAsideCopy, SetAsideReason, StoreTrouble, YIndexedDbImport } from './store/document-store.ts'
export { StoreError, type StoreErrorCode } from './store/store-error.ts'
export type { Attention, AttentionItem, Outbox } from './outbox/attention.ts'
export type { CapturedRequest, OperationEntry, OutboxEntry, RequestEntry } from './outbox/outbox-entry.ts'
export type { Priorities } from './outbox/priorities.ts'
export type { PriorityRule, PriorityThresholds } from './outbox/priority.ts'
export { exponential, schedule, type RetriesByEntity, type RetrySchedule } from './outbox/retry-schedule.ts'
export type { SyncPriorities } from './outbox/sync-priorities.ts'
export {
  RecordValidationError,
  type LiveQuery,
  type RecordCollection,
  type RecordMeta,
  type RecordOf,
  type RecordQuery,
  type Records,
  type WriteOptions,
} from './records/records.ts'
export type { QueuedChanges, QueueOptions } from './scenes/queue-scene.ts'
export type { DocScene } from './scenes/doc-scene.ts'
export type { ElementChanges, ElementFields, NewElement } from './scenes/element-fields.ts'
export type { SceneChange } from './scenes/scene-change.ts'
export { SceneValidationError } from './scenes/scene-validation-error.ts'
export type { Scene, SceneInteraction, SceneOptions } from './scenes/scene.ts'
export type { Scenes } from './scenes/scenes.ts'
export type { RecordSettings } from './scope/record-settings.ts'
export type { SyncActivityLog, SyncRun } from './sync/sync-run.ts'
export type { SyncSettings } from './settings/sync-settings.ts'
export type { HeldBack, Sync, SyncState } from './sync/sync-state.ts'
