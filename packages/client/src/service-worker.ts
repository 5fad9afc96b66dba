/**
 * For the service worker of an app, and for its pages.
 *
 * @module @rejoin/client/service-worker
 */
export { createSyncWorker, type SyncWorkerOptions } from './create-sync-worker.ts'
export {
  detectBackgroundSync,
  listenToSyncWorker,
  registerSyncWorker,
  takeBackgroundSyncNotice,
  type RegisterSyncWorkerOptions,
  type SyncWorkerHandle,
} from './register-sync-worker.ts'
export type { BackgroundSyncSupport } from './service-worker/detect-background-sync.ts'
export type { SyncWorkerMessage } from './service-worker/sync-worker-message.ts'
export type { TokenRequest, WorkerAuth } from './service-worker/worker-auth.ts'
