import { describe, expect, test } from 'vitest'
import { createClient } from '../create-client.ts'
import { createSyncWorker } from '../create-sync-worker.ts'
import { stockSchema } from '../testing/test-records.ts'
import type { CapturedRoute } from './captured-route.ts'
import { checkRoutes } from './check-routes.ts'
import { createRequests, type CaptureOptions } from './requests.ts'

/** As it comes from a configuration. */
const unchecked = (value: unknown): { readonly routes: readonly CapturedRoute[] } => ({ ...Object({ routes: value }) })

describe('a route that is none', () => {
  test.each<readonly [object, string]>([
    [
      { match: 'api/forms' },
      'requests.routes[1].match: "api/forms" is neither a path ("/api/forms") nor an address ("https://app.example/api")',
    ],
    [{ match: 'forms.example:8080/api' }, '"forms.example:8080/api" is neither a path'],
    [{ match: '//forms.example/api' }, '"//forms.example/api" is neither a path'],
    [{ match: '' }, '"" is neither a path'],
    [{ match: 'https://' }, '"https://" is no address'],
    [{ match: '/api?form=1' }, '"/api?form=1" has more than a path'],
    [{ match: { pattern: '/api' } }, 'requests.routes[1].match: is to be a text, a pattern with `test`, or a function'],
    [{}, 'requests.routes[1].match: is to be a text'],
    [{ match: '/api', methods: ['post'] }, 'requests.routes[1].methods: "post" is none of POST, PUT, PATCH, DELETE'],
    [{ match: '/api', origins: ['https://other.example/'] }, 'requests.routes[1].origins: "https://other.example/" is no origin'],
    [{ match: '/api', lane: '' }, 'requests.routes[1].lane: is to be a text'],
    [{ match: '/api', priority: 'high' }, 'requests.routes[1].priority: is to be one of HIGH, NORMAL, LOW'],
    [{ match: '/api', title: 7 }, 'requests.routes[1].title: is to be a text or a function'],
  ])('[RQ3] is refused where it is named: %j', (value, fault) => {
    expect(() => checkRoutes(unchecked([{ match: '/fine' }, value]).routes)).toThrow(fault)
  })

  test('[RQ3] neither a client nor a service worker is made with one, nor with routes that are no list', () => {
    const start = (requests: CaptureOptions): unknown =>
      createClient({ url: 'https://sync.example', schema: stockSchema, requests })
    expect(() => start(unchecked([{ match: 'api/forms' }]))).toThrow('requests.routes[0].match')
    expect(() => start(unchecked({}))).toThrow('requests.routes: is to be a list')
    const inWorker = { url: 'https://sync.example', schema: stockSchema, requests: { routes: [{ match: 'api/forms' }] } }
    expect(() => createSyncWorker(inWorker)).toThrow('requests.routes[0].match')
  })
})

test('[RQ3] what may be said of a route is not refused', () => {
  const routes: readonly CapturedRoute[] = [
    { match: '/' },
    { match: '/bücher/ä b', methods: ['PUT'], origins: ['https://other.example', 'http://localhost:3000'] },
    { match: 'https://other.example/api', title: 'Send', lane: 'forms', priority: 'HIGH' },
    { match: /forms/g, title: () => 'Send' },
    { match: { test: () => true } },
    { match: () => true },
  ]
  expect(() => checkRoutes(routes)).not.toThrow()
})

test('[RQ3] details of one request are looked at before it is kept', async () => {
  const requests = createRequests({
    routes: [],
    origin: 'https://app.example',
    syncServerOrigin: 'https://sync.example',
    ownUrls: [],
    fetch: () => Promise.reject(new TypeError('Failed to fetch')),
    openKeeper: () => ({ keep: () => Promise.reject(new Error('it was kept')) }),
    makeKey: () => 'a key',
  })
  const capture = (details: object): Promise<Response> =>
    requests.capture('https://app.example/forms', { method: 'POST' }, { ...details })
  await expect(capture({ lane: '' })).rejects.toThrow('details.lane: is to be a text')
  await expect(capture({ priority: 1 })).rejects.toThrow('details.priority: is to be one of HIGH, NORMAL, LOW')
})
