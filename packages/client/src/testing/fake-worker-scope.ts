import { syncWorkerMessageSchema, type SyncWorkerMessage } from '../service-worker/sync-worker-message.ts'
import type { FetchEventLike, WindowClientLike, WorkerScope } from '../service-worker/worker-scope.ts'

type EventName = 'sync' | 'periodicsync' | 'message' | 'activate' | 'fetch'
/** All that an event of any kind has. */
interface FakeEvent extends FetchEventLike {
  readonly tag: string
  readonly data: unknown
}
type Listener = (event: FakeEvent) => void

/** The global scope of a service worker, with one page that listens. */
export class FakeWorkerScope implements WorkerScope {
  /** What the page was told, in order. */
  readonly posted: SyncWorkerMessage[] = []
  /** Tags that the worker asked for. */
  readonly registered: string[] = []
  isClaimed = false
  isPageVisible = false
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
    matchAll: (): Promise<readonly WindowClientLike[]> =>
      Promise.resolve([
        {
          visibilityState: this.isPageVisible ? 'visible' : 'hidden',
          postMessage: (message) => void this.posted.push(syncWorkerMessageSchema.parse(structuredClone(message))),
        },
      ]),
  }

  addEventListener(name: EventName, listener: Listener): void {
    this.#listenersByName.set(name, [...(this.#listenersByName.get(name) ?? []), listener])
  }

  /** What the event waits for, as the browser learns of it. */
  async raise(name: EventName, { tag = '', data }: { readonly tag?: string; readonly data?: unknown } = {}): Promise<void> {
    const waits: Promise<unknown>[] = []
    this.#tell(name, { tag, data, request: new Request('https://app.example'), waitUntil: (wait) => void waits.push(wait) })
    await Promise.all(waits)
  }

  /** What the worker answers in the server's place; `undefined`: it has nothing to do with the request. */
  fetch(request: Request): Promise<Response> | undefined {
    let response: Promise<Response> | undefined
    const respondWith = (answer: Promise<Response>): void => void (response = answer)
    this.#tell('fetch', { tag: '', data: undefined, request, waitUntil: () => undefined, respondWith })
    return response
  }

  #tell(name: EventName, event: Omit<FakeEvent, 'respondWith'> & Partial<Pick<FakeEvent, 'respondWith'>>): void {
    for (const listener of this.#listenersByName.get(name) ?? []) listener({ respondWith: () => undefined, ...event })
  }
}
