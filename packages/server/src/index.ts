/**
 * The sync server as a library.
 *
 * @module @rejoin/server
 */
export type { Authentication, Authenticator, DocumentAccess, EntityAccess, Identity } from './auth/identity.ts'
export { loadSchemaModule, type SchemaModule, type SchemaModuleLoading } from './config/load-schema-module.ts'
export { readConfig, type ConfigReading, type ConfigSources } from './config/read-config.ts'
export type { AuthConfig, ServerConfig } from './config/server-config.ts'
export { createServer, type ServerOptions } from './create-server.ts'
export { DocumentStoreError, type DocumentStoreErrorCode } from './document-log/document-store-error.ts'
export type {
  ChangesPage,
  DeviceKey,
  JudgementBasis,
  JudgementRequest,
  RecordKey,
  RecordsCommit,
  RecordStore,
  StoredDevice,
  StoredRecord,
  StoredVerdict,
  TenantRecords,
} from './records/record-store.ts'
export {
  OperationRejection,
  SyncRequestError,
  type HookedOperation,
  type HookTransaction,
  type RestPage,
  type RestRow,
  type ServerHooks,
  type SyncService,
} from './records/sync-service.ts'
export type {
  AppendRequest,
  AppendResult,
  ClientBinding,
  DocumentStore,
  DocumentSummary,
  LoadedDocument,
  LogRow,
  StoredSnapshot,
  TenantDocuments,
} from './relay/document-store.ts'
export {
  createSqliteDocumentStore,
  type SqliteDocumentStore,
  type SqliteDocumentStoreOptions,
} from './sqlite/sqlite-document-store.ts'
