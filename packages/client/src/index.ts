export { createClient } from './create-client.ts'
export type { Client, ClientAuth, ClientOptions, Documents, SyncStatus } from './client.ts'
export type { DocumentReceipt, DocumentState, DocumentStatus, OpenDocument } from './documents/open-document.ts'
export type { SetAsideCopy, SetAsideReason, StoreTrouble } from './store/document-store.ts'
