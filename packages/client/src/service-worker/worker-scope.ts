/** The members of an event of a service worker that are used: it lives until what it waits for is settled. */
export interface WorkerEventLike {
  waitUntil(promise: Promise<unknown>): void
}

export interface TaggedEventLike extends WorkerEventLike {
  readonly tag: string
}

export interface WorkerMessageEventLike extends WorkerEventLike {
  readonly data: unknown
}

export interface FetchEventLike extends WorkerEventLike {
  readonly request: Request
  respondWith(response: Promise<Response>): void
}

export interface WindowClientLike {
  readonly visibilityState?: string | undefined
  postMessage(message: unknown): void
}

/** `SyncManager` and `PeriodicSyncManager`, as far as they are used. */
export interface SyncManagerLike {
  register(tag: string): Promise<void>
}

/** The members of a `ServiceWorkerGlobalScope` that are used. */
export interface WorkerScope {
  readonly registration: { readonly sync?: SyncManagerLike | undefined }
  readonly clients: {
    claim(): Promise<void>
    matchAll(options: { readonly type: 'window'; readonly includeUncontrolled: true }): Promise<readonly WindowClientLike[]>
  }
  addEventListener(type: 'sync' | 'periodicsync', listener: (event: TaggedEventLike) => void): void
  addEventListener(type: 'message', listener: (event: WorkerMessageEventLike) => void): void
  addEventListener(type: 'fetch', listener: (event: FetchEventLike) => void): void
  addEventListener(type: 'activate', listener: (event: WorkerEventLike) => void): void
}
