import { captureRequest, isCaptured, type CaptureParts, type PersonsKeeper } from '../captured-requests/capture-request.ts'
import type { Scope, ScopeRegistry } from '../scope/scope-registry.ts'
import { StoreError } from '../store/store-error.ts'
import { drainScope } from './drain-scope.ts'
import type { DrainHost, DrainOutcome, DrainTask } from './drain-task.ts'
import { peekScope } from './peek-scope.ts'
import { pageMessageSchema, syncTag, type SyncWorkerMessage } from './sync-worker-message.ts'
import { openWorkerKeeper } from './worker-requests.ts'
import type { WindowClientLike, WorkerScope } from './worker-scope.ts'

/** Every bound of one event. */
const eventLimits = {
  /** So that an event is short, and a large outbox does not take the device's whole attention. */
  entriesMax: 10,
  /** Browsers end an event after three to five minutes, and think worse of who comes close. */
  durationMs: 150_000,
  /** Before that the engine is stopped, for what is still to be written and told. */
  closingMs: 5_000,
  /** A page that is being closed lets its lock go a moment after it has asked for this event. */
  busyRetries: 3,
  busyRetryDelayMs: 1_000,
} as const

export interface SyncWorkerHost extends DrainHost {
  readonly app: string
  readonly serverOrigin: string
  readonly openRegistry: () => ScopeRegistry
  /** Requests of the app that are kept when the network fails them; absent: none. */
  readonly capture?: Omit<CaptureParts, 'openKeeper'> | undefined
}

/** The browser calls again after an event that was refused with this. */
export class WorkRemainsError extends Error {
  override readonly name = 'WorkRemainsError'
}

/** Delivers what pages left behind, one event at a time. */
export class SyncWorker {
  readonly #scope: WorkerScope
  readonly #host: SyncWorkerHost

  constructor(scope: WorkerScope, host: SyncWorkerHost) {
    this.#scope = scope
    this.#host = host
  }

  /** To be called while the worker's script is run for the first time: later the browser takes no listeners. */
  listen(): void {
    const scope = this.#scope
    scope.addEventListener('sync', (event) => {
      if (event.tag === syncTag) event.waitUntil(this.deliver({ mustPull: false }))
    })
    scope.addEventListener('periodicsync', (event) => {
      if (event.tag === syncTag) event.waitUntil(this.deliver({ mustPull: true }))
    })
    scope.addEventListener('message', (event) => {
      if (pageMessageSchema.safeParse(event.data).success) event.waitUntil(this.#tryNow())
    })
    this.#listenToRequests()
    // The page of the first visit is served too: its requests can be kept, and it can be told.
    scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))
  }

  /** A worker that captures nothing is not in the way of any request. */
  #listenToRequests(): void {
    const { capture } = this.#host
    if (capture === undefined || capture.routes.length === 0) return
    this.#scope.addEventListener('fetch', (event) => {
      const { request } = event
      if (isCaptured(request, capture))
        event.respondWith(captureRequest(request, { ...capture, openKeeper: () => this.#openKeeper() }))
    })
  }

  #openKeeper(): PersonsKeeper {
    const keeper = openWorkerKeeper(this.#host)
    return {
      keep: async (request) => {
        const kept = await keeper.keep(request)
        await this.#askForEvent()
        return kept
      },
    }
  }

  /** Rejects with `WorkRemainsError` while something waits that a later event could deliver. */
  async deliver({ mustPull }: Pick<DrainTask, 'mustPull'>): Promise<void> {
    const { outcomes, hasDelivered } = await this.#drainAll(mustPull)
    if (outcomes.includes('remains')) {
      // A fresh request comes at once, where the browser allows it: after an event that delivered nothing it would go round and round, so that
      // the browser calls when it thinks best, because this one was refused.
      if (hasDelivered) await this.#askForEvent()
      throw new WorkRemainsError('Some changes wait for another event.')
    }
    // A fresh request would be this event at once, with the same page or the same build in the way.
    if (outcomes.some((outcome) => outcome === 'withheld' || outcome === 'newerBuild'))
      throw new WorkRemainsError(
        'Some changes wait for another event: a page, or a newer build, has to make way, or deliver them.',
      )
  }

  async #drainAll(mustPull: boolean): Promise<{ readonly outcomes: readonly DrainOutcome[]; readonly hasDelivered: boolean }> {
    const { app, serverOrigin, clock, openRegistry } = this.#host
    const registry = openRegistry()
    try {
      const scopes = (await registry.list()).filter(
        (scope) => scope.app === app && scope.serverOrigin === serverOrigin && scope.movesInto === undefined,
      )
      const task: DrainTask = {
        registry,
        isShared: scopes.length > 1,
        left: eventLimits.entriesMax,
        endsAt: clock.now() + eventLimits.durationMs - eventLimits.closingMs,
        mustPull,
        tell: (message) => this.#tell(message),
      }
      const outcomes: DrainOutcome[] = []
      for (const scope of scopes) outcomes.push(await this.#drain(scope, task))
      return { outcomes, hasDelivered: task.left < eventLimits.entriesMax }
    } catch (error) {
      // A newer version of the app has changed the list: its own worker is on its way.
      if (error instanceof StoreError && error.code === 'versionChanged') return { outcomes: ['newerBuild'], hasDelivered: false }
      throw error
    } finally {
      registry.close()
    }
  }

  async #drain(scope: Scope, task: DrainTask): Promise<DrainOutcome> {
    for (let retries = 0; ; retries++) {
      const outcome = await this.#inTime(task, () => drainScope(this.#host, scope, task))
      if (outcome !== 'busy' || (await this.#isPageVisible())) return outcome
      if (retries === eventLimits.busyRetries) return this.#inTime(task, () => peekScope(this.#host, scope, task))
      await new Promise<void>((resolve) => this.#host.scheduler.after(eventLimits.busyRetryDelayMs, resolve))
    }
  }

  /** A sign-in, or a database that another tab holds up, may never answer. What goes on unheard has no time left for anything. */
  async #inTime({ endsAt }: DrainTask, work: () => Promise<DrainOutcome>): Promise<DrainOutcome> {
    const { clock, scheduler } = this.#host
    const leftMs = endsAt + eventLimits.closingMs - clock.now()
    if (leftMs <= 0) return 'remains'
    const { promise: late, resolve } = Promise.withResolvers<DrainOutcome>()
    const cancel = scheduler.after(leftMs, () => resolve('remains'))
    try {
      return await Promise.race([work(), late])
    } finally {
      cancel()
    }
  }

  /** Nobody calls again after a message. */
  async #tryNow(): Promise<void> {
    try {
      await this.deliver({ mustPull: false })
    } catch (error) {
      if (!(error instanceof WorkRemainsError)) throw error
    }
  }

  async #askForEvent(): Promise<void> {
    await this.#scope.registration.sync?.register(syncTag).catch(leftToTheBrowser)
  }

  async #tell(message: SyncWorkerMessage): Promise<void> {
    for (const page of await this.#pages()) page.postMessage(message)
  }

  /** Then it is being used, and whoever has the lock keeps it. */
  async #isPageVisible(): Promise<boolean> {
    return (await this.#pages()).some(({ visibilityState }) => visibilityState === 'visible')
  }

  #pages(): Promise<readonly WindowClientLike[]> {
    return this.#scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
  }
}

function leftToTheBrowser(): void {}
