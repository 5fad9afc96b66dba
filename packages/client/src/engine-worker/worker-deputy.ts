import type { Remote, wrap } from 'comlink'
import type { OnlineSignals } from '../connection/online-signals.ts'
import type { Connectivity } from '../connectivity/connectivity.ts'
import type { Deputy } from '../sync/deputy.ts'
import type { PageLife } from '../sync/page-life.ts'
import type { LocksLike } from '../tabs/locks-like.ts'
import type { EngineOrder, EngineSurface, PageNews, PageSide } from './engine-surface.ts'
import type { WorkerLike } from './worker-like.ts'

export interface WorkerDeputyParts {
  readonly worker: WorkerLike
  readonly order: Omit<EngineOrder, 'connectivity' | 'isOnline'>
  readonly page: PageSide
  readonly locks: LocksLike
  readonly signals: OnlineSignals
  readonly pageLife: PageLife
  readonly connectivity: Connectivity
}

/** The page's side of a worker that drains in its place. Whatever fails between the two is the worker's end; then the page goes on alone. */
export class WorkerDeputy implements Deputy {
  readonly gone: Promise<void>
  readonly #parts: WorkerDeputyParts
  readonly #waiting = new AbortController()
  readonly #stops: readonly (() => void)[]
  /** What happened before the worker could be told. */
  #untold: PageNews[] = []
  #surface: Remote<EngineSurface> | undefined
  #isClosed = false

  constructor(parts: WorkerDeputyParts) {
    this.#parts = parts
    const { signals, connectivity, pageLife } = parts
    this.#stops = [
      signals.subscribe((signal) => this.#tell({ type: 'signal', signal, isOnline: signals.isOnline() })),
      connectivity.subscribe(() => this.#tell({ type: 'connectivity', status: connectivity.status })),
      pageLife.onFreezing(() => this.#tell({ type: 'freezing' })),
    ]
    // A worker that is gone is told nothing more.
    this.gone = this.#run()
      .catch(nobodyDrains)
      .then(() => this.close())
  }

  setOnline(isOnline: boolean): void {
    this.#tell({ type: 'switched', isOn: isOnline })
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const stop of this.#stops) stop()
    this.#waiting.abort()
    this.#surface?.stop(this.#parts.order.lifeLock).catch(nobodyDrains)
  }

  /** Resolves when the worker's life is over, or its work for this page. */
  async #run(): Promise<void> {
    const { worker, order, page, locks, signals, connectivity } = this.#parts
    // Apps without a worker load nothing of it.
    const comlink = await import('comlink')
    if (this.#isClosed) return
    const { proxy } = comlink
    const surface = surfaceOf(worker, comlink)
    const { getToken, observer } = page
    await Promise.race([
      surface.start(
        { ...order, isOnline: signals.isOnline(), connectivity: connectivity.status },
        getToken && proxy(getToken),
        proxy(observer),
      ),
      untilBroken(worker, this.#waiting.signal),
    ])
    this.#surface = surface
    if (this.#isClosed) return void surface.stop(order.lifeLock).catch(nobodyDrains)
    for (const news of this.#untold.splice(0)) this.#tell(news)
    await locks.request(order.lifeLock, { signal: this.#waiting.signal }, () => Promise.resolve())
  }

  #tell(news: PageNews): void {
    if (this.#isClosed) return
    if (this.#surface === undefined) this.#untold.push(news)
    else this.#surface.tell(this.#parts.order.lifeLock, news).catch(nobodyDrains)
  }
}

const surfaces = new WeakMap<WorkerLike, Remote<EngineSurface>>()

/**
 * One for all sessions of a worker. When the last proxy of it is collected as garbage, Comlink ends the worker's side for good, and the next
 * client of the app would speak to nobody.
 */
function surfaceOf(worker: WorkerLike, comlink: { readonly wrap: typeof wrap }): Remote<EngineSurface> {
  const surface = surfaces.get(worker) ?? comlink.wrap<EngineSurface>(worker)
  surfaces.set(worker, surface)
  return surface
}

/** Rejects when the worker's script cannot be had, or does not run. Listens until the signal. */
function untilBroken(worker: WorkerLike, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    worker.addEventListener('error', () => reject(new Error('the worker does not start')), { signal })
  })
}

/** The page hears of it by the lock, and by the silence. */
function nobodyDrains(): void {}
