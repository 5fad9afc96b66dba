import type { ScopeOwner } from '../scope/scope-registry.ts'
import { syncWorkerMessageSchema, type SyncWorkerMessage } from './sync-worker-message.ts'

/** The members of `navigator.serviceWorker` by which a page hears its worker. */
export interface WorkerMessagesLike {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  startMessages(): void
}

/** Hears what is said of one person's changes, and nothing of other people on this device. The returned function ends it. */
export function hearSyncWorker(
  worker: WorkerMessagesLike,
  owner: ScopeOwner | undefined,
  listener: (message: SyncWorkerMessage) => void,
): () => void {
  const hear = ({ data }: { readonly data: unknown }): void => {
    const { success, data: message } = syncWorkerMessageSchema.safeParse(data)
    if (success && message.owner?.tenant === owner?.tenant && message.owner?.user === owner?.user) listener(message)
  }
  worker.addEventListener('message', hear)
  worker.startMessages()
  return () => worker.removeEventListener('message', hear)
}
