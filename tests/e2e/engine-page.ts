import { createClient, type RecordsClient } from '@rejoin/client'
import { schema } from './engine-schema.ts'

/** A page with records, and its engine in a worker; with `?alone` in the page itself. */
interface EnginePage {
  readonly client: RecordsClient<typeof schema>
  /** Creates that many products, in slices. */
  create(count: number): Promise<void>
  killWorker(): void
  /** How often this page itself, and not its worker, asked the server to sync. */
  ownRequests(): number
}

declare global {
  interface Window {
    enginePage: EnginePage
  }
}

const worker = new Worker(new URL('engine-thread.ts', import.meta.url), { type: 'module' })
const isAlone = new URLSearchParams(location.search).has('alone')
const client = createClient({ url: location.origin, app: 'engine', schema, sync: 'optIn', worker: isAlone ? undefined : worker })
const sliceLength = 250

window.enginePage = {
  client,
  create: async (count) => {
    for (let at = 0; at < count; at += sliceLength) {
      const slice = Array.from({ length: Math.min(sliceLength, count - at) }, (_none, index) => at + index)
      await Promise.all(slice.map((number) => client.records.product.create({ name: `Product ${number}`, priceCents: number })))
    }
  },
  killWorker: () => worker.terminate(),
  ownRequests: () =>
    performance.getEntriesByType('resource').filter(({ name }) => new URL(name).pathname.startsWith('/api/sync')).length,
}
