import { syncWorkerMessageSchema, type SyncWorkerMessage } from '../service-worker/sync-worker-message.ts'
import type { WorkerScope } from '../service-worker/worker-scope.ts'

type EventName = 'sync' | 'periodicsync' | 'message' | 'activate'
type Listener = (event: {
  readonly tag: string
  readonly data: unknown
  readonly waitUntil: (promise: Promise<unknown>) => void
}) => void

/** The global scope of a service worker, with one page that listens. */
export class FakeWorkerScope implements WorkerScope {
  /** What the page was told, in order. */
  readonly posted: SyncWorkerMessage[] = []
  /** Tags that the worker asked for. */
  readonly registered: string[] = []
  isClaimed = false
  readonly #listenersByName = new Map<string, Listener[]>()

  readonly registration = {
    sync: {
      register: (tag: string): Promise<void> => {
        this.registered.push(tag)
        return Promise.resolve()
      },
    },
  }

  readonly clients = {
    claim: (): Promise<void> => {
      this.isClaimed = true
      return Promise.resolve()
    },
    matchAll: (): Promise<readonly { postMessage(message: unknown): void }[]> =>
      Promise.resolve([
        { postMessage: (message) => void this.posted.push(syncWorkerMessageSchema.parse(structuredClone(message))) },
      ]),
  }

  addEventListener(name: EventName, listener: Listener): void {
    this.#listenersByName.set(name, [...(this.#listenersByName.get(name) ?? []), listener])
  }

  /** What the event waits for, as the browser learns of it. */
  async raise(name: EventName, { tag = '', data }: { readonly tag?: string; readonly data?: unknown } = {}): Promise<void> {
    const waits: Promise<unknown>[] = []
    for (const listener of this.#listenersByName.get(name) ?? []) {
      listener({ tag, data, waitUntil: (promise) => void waits.push(promise) })
    }
    await Promise.all(waits)
  }
}
