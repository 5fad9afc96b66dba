/**
 * What client and server share: schemas, policies, scenes, wire, limits, errors.
 *
 * @module @rejoin/core
 */
export { jitteredDelayMs, type BackOff } from './back-off.ts'
export { averagePerformance } from './devices/average-performance.ts'
export {
  deviceCommandSchema,
  deviceCommandsFrameSchema,
  settingsChangeSchema,
  type DeviceCommand,
  type DeviceCommandsFrame,
  type SettingsChange,
} from './devices/device-command.ts'
export { deviceLimits } from './devices/device-limits.ts'
export {
  backgroundSyncProgressSchema,
  deviceReportReplySchema,
  deviceReportSchema,
  type BackgroundSyncProgress,
  type DeviceReport,
  type DeviceReportReply,
} from './devices/device-report.ts'
export {
  deviceListSchema,
  deviceMetricsSchema,
  deviceSchema,
  deviceStatusSchema,
  type AveragePerformance,
  type Device,
  type DeviceMetrics,
  type DeviceStatus,
  type LargestSaving,
} from './devices/device-status.ts'
export { largestSaving } from './devices/largest-saving.ts'
export { syncMetricsSchema, type SyncMetrics } from './devices/sync-metrics.ts'
export { documentNameSchema } from './document-name.ts'
export { errorTable, factsOf, isPermanentClose, type ErrorCode, type ErrorFacts } from './errors.ts'
export { limits } from './limits.ts'
export { appendOnly } from './policies/append-only.ts'
export { clientWins } from './policies/client-wins.ts'
export { lastWriteWins, type LastWriteWinsOptions } from './policies/last-write-wins.ts'
export type { Decision, FieldStamp, Policy, PolicyContext, PolicyOperation, PolicyRecord } from './policies/policy.ts'
export { serverWins } from './policies/server-wins.ts'
export { isClockAdjusted } from './policies/written-record.ts'
export {
  checkCreate,
  checkUpdate,
  toPayload,
  type CheckedChange,
  type FieldProblem,
  type FieldsCheck,
} from './records/check-fields.ts'
export { charactersOf } from './records/characters-of.ts'
export { entity, type Entity, type EntityOptions, type FieldsSchema, type Priority } from './records/entity.ts'
export type { IdentityFacts } from './records/identity-facts.ts'
export {
  canonicalJson,
  isJsonObject,
  isJsonValue,
  isSameJson,
  jsonObjectSchema,
  type JsonObject,
  type JsonValue,
} from './records/json-value.ts'
export { migrateChange } from './records/migrate-change.ts'
export {
  defineSchema,
  type CreateInput,
  type Entities,
  type FieldsOf,
  type MigratableChange,
  type Migration,
  type Schema,
  type SchemaOptions,
  type UpdateInput,
} from './records/schema.ts'
export { detectConflict, remoteTimeOf, type StoredElementTimes } from './scenes/detect-conflict.ts'
export { readSceneOperation, type SceneOperationReading } from './scenes/read-scene-operation.ts'
export { elementOfUpdate, resolveConflict, sceneStrategies } from './scenes/resolve-conflict.ts'
export { defaultRetryConfig, retryConfigSchema, type RetryConfig } from './scenes/retry-config.ts'
export {
  defaultSceneStrategy,
  sceneConflictReasonSchema,
  sceneConflictSchema,
  sceneDecisionSchema,
  sceneStrategySchema,
  type SceneConflict,
  type SceneConflictReason,
  type SceneDecision,
  type SceneStrategy,
} from './scenes/scene-conflict.ts'
export {
  sceneElementChangesSchema,
  sceneElementIdSchema,
  sceneElementSchema,
  sceneElementsRoot,
  type SceneElement,
  type SceneElementChanges,
} from './scenes/scene-element.ts'
export { sceneLimits } from './scenes/scene-limits.ts'
export {
  addElementSchema,
  elementIdOf,
  interactionSchema,
  removeElementSchema,
  sceneOperationSchema,
  updateElementSchema,
  type AddElement,
  type ElementOperation,
  type Interaction,
  type RemoveElement,
  type SceneOperation,
  type UpdateElement,
} from './scenes/scene-operation.ts'
export {
  sceneSyncRequestSchema,
  sceneSyncResultSchema,
  type SceneSyncFailure,
  type SceneSyncRequest,
  type SceneSyncResult,
} from './scenes/scene-sync.ts'
export { sceneVersion } from './scenes/scene-version.ts'
export type { Clock, Random, Scheduler } from './seams.ts'
export {
  backgroundSyncSettingsSchema,
  defaultBackgroundSyncSettings,
  readStoredSettings,
  type BackgroundSyncSettings,
} from './settings/background-sync-settings.ts'
export {
  connectionQualitySchema,
  connectivityStatusSchema,
  type ConnectionQuality,
  type ConnectivityStatus,
} from './settings/connectivity-status.ts'
export { briefAnswerType, fromBriefAnswer, toBriefAnswer } from './sync/brief-answer.ts'
export { changeHintSchema, type ChangeHint } from './sync/change-hint.ts'
export { conflictReasonSchema, type ConflictReason } from './sync/conflict-reason.ts'
export { deviceIdSchema, idSchema, operationIdSchema, operationSchema, type Operation } from './sync/operation.ts'
export { isUsualOperation, readOperation, type UsualOperation } from './sync/read-operation.ts'
export { operationResultSchema, resultStatuses, type OperationResult, type ResultStatus } from './sync/operation-result.ts'
export { recordRowSchema, type RecordRow } from './sync/record-row.ts'
export { isResultCode, resultCodeTable, type ResultCode, type ResultCodeFacts } from './sync/result-code.ts'
export { syncLimits } from './sync/sync-limits.ts'
export { syncRequestSchema, type SyncRequest } from './sync/sync-request.ts'
export {
  changesResponseSchema,
  syncResponseSchema,
  type AnnouncedLimits,
  type ChangesResponse,
  type ResyncReason,
  type SyncResponse,
  type SyncSummary,
} from './sync/sync-response.ts'
export { syncVersion } from './sync/sync-version.ts'
export { encodeHello, helloSchema, type Hello } from './wire/hello.ts'
export { messageType, syncType } from './wire/message-type.ts'
export { readPrivateMessage, type PrivateMessage } from './wire/private-message.ts'
export { protocolVersion } from './wire/protocol-version.ts'
export { encodeReauthenticate } from './wire/reauthenticate.ts'
export { encodeReceipt, type Receipt } from './wire/receipt.ts'
export { encodeRefused, refusedSchema, type Refused } from './wire/refused.ts'
