import { createClient } from '@rejoin/client'
import { countWakeUps, logPushes, type LoggedPush } from './push-log.ts'
import { sampleMovement, sampleProduct, sampleRecipe } from './sample-records.ts'
import { schema } from './stock-schema.ts'

/** What the page sent in one push. */
interface SentPush {
  readonly sentBytes: number
  readonly plainBytes: number
  readonly operations: number
}

const settledWithinMs = 120_000
const longTasks: number[] = []
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longTasks.push(duration)
}).observe({ type: 'longtask' })

/** The benchmarks' hand on an app with the real client; times are ms. */
class Stock {
  #client: ReturnType<typeof openClient> | undefined
  readonly pushes: SentPush[] = []
  readonly #logged: LoggedPush[] = []
  #wakeUps: () => number = () => 0

  get #opened(): ReturnType<typeof openClient> {
    if (this.#client === undefined) throw new Error('the client is not open')
    return this.#client
  }

  open(): void {
    this.#client = openClient()
  }

  /** From making the client to its first state and its first list on the screen; the list has at most `limit` rows. */
  async start(limit: number): Promise<{ readonly stateMs: number; readonly listMs: number; readonly rows: number }> {
    const startedAt = performance.now()
    this.open()
    const { records, sync } = this.#opened
    const stateMs = new Promise<number>((resolve) => {
      const look = (): void => {
        if (sync.state.pending > 0) resolve(performance.now() - startedAt)
      }
      sync.subscribe(look)
      look()
    })
    const rows = await new Promise<number>((resolve, reject) => {
      records.product.liveQuery({ orderBy: 'name', limit }).subscribe((list) => resolve(list.length), reject)
    })
    const listMs = performance.now() - startedAt
    return { stateMs: await stateMs, listMs, rows }
  }

  /** Writes products one by one, all at once. */
  async createProducts(count: number, from = 0): Promise<number> {
    const { product } = this.#opened.records
    const startedAt = performance.now()
    await Promise.all(Array.from({ length: count }, (_, index) => product.create(sampleProduct(from + index))))
    return performance.now() - startedAt
  }

  /** Two hundred products that a thousand mixed operations can change. */
  async prepareMixed(): Promise<void> {
    const { product } = this.#opened.records
    await Promise.all(Array.from({ length: 200 }, (_, index) => product.create(sampleProduct(index), { id: `settled-${index}` })))
  }

  /** A thousand operations of all entities, kinds and priorities; updates and deletes are of products that `prepareMixed` made. */
  async writeMixed(): Promise<number> {
    const { product, stockMovement, recipe } = this.#opened.records
    const startedAt = performance.now()
    const priorities = ['HIGH', 'NORMAL', 'LOW'] as const
    const writes = Array.from({ length: 1_000 }, (_, index): Promise<unknown> => {
      const priority = priorities[index % 3] ?? 'NORMAL'
      const kind = index % 20
      const nth = Math.floor(index / 20)
      if (kind < 8) return product.create(sampleProduct(1_000 + index), { id: `new-${nth * 8 + kind}`, priority })
      if (kind < 11) return product.update(`settled-${nth * 3 + kind - 8}`, { priceCents: index }, { priority })
      if (kind === 11) return product.delete(`settled-${150 + nth}`, { priority })
      if (kind < 18) {
        const productId = kind < 15 ? `new-${nth * 8 + kind - 12}` : `settled-${nth * 3 + kind - 15}`
        return stockMovement.create(sampleMovement(index, productId), { priority })
      }
      return recipe.create(sampleRecipe(index), { priority })
    })
    await Promise.all(writes)
    return performance.now() - startedAt
  }

  /** Has so many requests of the app kept, each lane's in turn. */
  async keepRequests(url: string, lanes: readonly string[], perLane: number): Promise<void> {
    const { requests } = this.#opened
    for (let ordinal = 0; ordinal < perLane; ordinal++)
      for (const lane of lanes) await requests.capture(`${url}/${lane}/${ordinal}`, { method: 'POST', body: lane }, { lane })
  }

  /** Enables syncing where it is not, and waits until the client says that everything is on the server and nothing needs a person. */
  async sync(): Promise<number> {
    const { sync } = this.#opened
    const startedAt = performance.now()
    const settled = this.settled()
    if (!sync.isEnabled) await sync.enable()
    await settled
    return performance.now() - startedAt
  }

  /** From now on keeps what every push weighs, before and after compression. */
  weighPushes(): void {
    const send = window.fetch.bind(window)
    window.fetch = async (input, init) => {
      const body = init?.body
      const address = input instanceof Request ? input.url : String(input)
      if (address.endsWith('/api/sync') && body !== undefined && body !== null) {
        const isGzip = new Headers(init?.headers).get('content-encoding') === 'gzip'
        this.pushes.push(await weigh(await new Response(body).blob(), isGzip))
      }
      return send(input, init)
    }
  }

  /** From now on keeps what every push carries, and how it ended; the server seems to take no more than so many operations in one. */
  logPushes(operationsMax: number): void {
    logPushes(this.#logged, operationsMax)
    this.#wakeUps = countWakeUps()
  }

  /** Forgets what was until now. */
  startWatch(): void {
    this.#logged.length = 0
    longTasks.length = 0
    const before = this.#wakeUps()
    const count = this.#wakeUps
    this.#wakeUps = () => count() - before
  }

  async endWatch() {
    return {
      pushes: this.#logged.filter(({ operations }) => operations.length > 0),
      wakeUps: this.#wakeUps(),
      longTasks: await this.takeLongTasks(),
    }
  }

  /** Rejects after two minutes, with the state as it is then. */
  settled(): Promise<void> {
    const { sync } = this.#opened
    return new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`not settled: ${JSON.stringify(sync.state)}`)), settledWithinMs)
      const look = (): void => {
        const { status, pending, inFlight, failed, attention } = sync.state
        if (failed + attention > 0) reject(new Error(`${failed} failed, ${attention} need a person`))
        if (status === 'upToDate' && pending + inFlight === 0) resolve()
      }
      sync.subscribe(look)
      look()
    })
  }

  get isEnabled(): boolean {
    return this.#opened.sync.isEnabled
  }

  disable(): Promise<void> {
    return this.#opened.sync.disable()
  }

  /** Durations of the tasks over 50 ms that the browser has told of since this was asked last. */
  async takeLongTasks(): Promise<readonly number[]> {
    // The browser tells of a task some time after its end.
    await new Promise((resolve) => requestIdleCallback(resolve, { timeout: 500 }))
    return longTasks.splice(0)
  }

  /** From a change of one record until a live query over all products has shown it. */
  async showOneChange(): Promise<{ readonly firstMs: number; readonly changeMs: number; readonly rows: number }> {
    const { product } = this.#opened.records
    const startedAt = performance.now()
    const query = product.liveQuery({ orderBy: 'name' })
    let shown = (_name: string): void => {}
    const first = new Promise<void>((resolve, reject) => {
      query.subscribe((list) => {
        resolve()
        shown(list[0]?.name ?? '')
      }, reject)
    })
    await first
    const firstMs = performance.now() - startedAt
    const list = query.current ?? []
    const [record] = list
    if (record === undefined) throw new Error('there are no products')
    const changedAt = performance.now()
    const seen = new Promise<void>((resolve) => {
      shown = (name) => {
        if (name === '0 is first') resolve()
      }
    })
    await product.update(record.id, { name: '0 is first' })
    await seen
    return { firstMs, changeMs: performance.now() - changedAt, rows: list.length }
  }
}

async function weigh(sent: Blob, isGzip: boolean): Promise<SentPush> {
  const plain = isGzip ? sent.stream().pipeThrough(new DecompressionStream('gzip')) : sent.stream()
  const bytes = await new Response(plain).bytes()
  const { operations }: { readonly operations: readonly unknown[] } = JSON.parse(new TextDecoder().decode(bytes))
  return { sentBytes: sent.size, plainBytes: bytes.byteLength, operations: operations.length }
}

function openClient() {
  return createClient({ url: location.origin, schema, sync: 'optIn' })
}

declare global {
  interface Window {
    stock: Stock
  }
}

window.stock = new Stock()
