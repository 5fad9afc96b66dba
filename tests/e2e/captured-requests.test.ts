import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { BrowserContext, Page } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { waitFor } from '../support/wait-for.ts'
import { prepareBundledPage } from './prepare-bundled-page.ts'

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const prepared = prepareBundledPage('captured-requests-page.ts')
let appServer: Server
let appUrl: string
let context: BrowserContext
let received: Received[]
beforeEach(async () => {
  received = []
  appServer = createAppServer()
  await new Promise<void>((resolve) => appServer.listen(0, '127.0.0.1', resolve))
  appUrl = `http://127.0.0.1:${z.object({ port: z.number() }).parse(appServer.address()).port}`
  // Our server's own policy lets its pages talk to nobody else.
  context = await prepared.newContext({ bypassCSP: true })
})
afterEach(async () => {
  await context.close()
  appServer.closeAllConnections()
  appServer.close()
})

/** An origin of its own, which answers by what it is asked for, and how often. */
function createAppServer(): Server {
  return createServer((request, response) => {
    const allowed = {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': '*',
      'access-control-allow-headers': 'authorization, content-type, idempotency-key, x-rejoin-replay',
    }
    if (request.method === 'OPTIONS') return void response.writeHead(204, allowed).end()
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      received.push({ path, headers: request.headers, body: Buffer.concat(chunks) })
      const status = statusOf(path, request.headers.authorization, received.filter((other) => other.path === path).length)
      response.writeHead(status, { ...allowed, 'content-type': 'application/json' })
      response.end(JSON.stringify({ message: `The answer was ${status}.` }))
    })
  })
}

function statusOf(path: string, authorization: string | undefined, attempt: number): number {
  if (path === '/conflict') return 409
  if (path === '/invalid') return 422
  if (path === '/broken') return attempt <= 3 ? 500 : 200
  if (path === '/guarded') return authorization === 'Bearer fresh-secret' ? 200 : 401
  return 201
}

async function openPage(): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${prepared.server.url}?app=${appUrl}`)
  return page
}

const post = (page: Page, path: string): Promise<unknown> =>
  page.evaluate(async (url) => {
    const form = new FormData()
    form.set('note', 'Grüße')
    form.set('file', new Blob([Uint8Array.from({ length: 256 }, (_, byte) => byte)]), 'bytes.bin')
    const response = await window.requestsClient.requests.fetch(url, { method: 'POST', body: form })
    return { status: response.status, isQueued: response.headers.has('x-rejoin-queued'), body: await response.json() }
  }, `${appUrl}${path}`)

/** All that the page's origin has stored, as text; bytes one by one. */
const readStored = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(new Error('cannot be read'))
      })
    const texts: string[] = []
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name))
      for (const table of database.objectStoreNames)
        texts.push(JSON.stringify(await done(database.transaction(table).objectStore(table).getAll())))
      database.close()
    }
    return texts.join('\n')
  })

test('[EE30] a 409, a 422, a 500 three times and a 401 in one queue: each as it should be, in order, after the page was closed', async () => {
  const first = await openPage()
  await first.waitForFunction(() => window.requestsClient.sync.state.status === 'upToDate')
  await context.setOffline(true)
  const paths = ['/form', '/conflict', '/invalid', '/broken', '/guarded', '/last']
  for (const path of paths) {
    expect(await post(first, path)).toEqual({
      status: 202,
      isQueued: true,
      body: { queued: true, id: expect.any(String), message: 'Saved offline. Will sync when online.' },
    })
  }
  await first.waitForFunction(() => window.requestsClient.sync.state.pending === 6)
  expect(await first.evaluate(() => window.requestsClient.sync.state.status)).toBe('offline')
  expect(await readStored(first)).not.toContain('secret')
  await first.close()
  expect(received).toEqual([])

  await context.setOffline(false)
  const page = await openPage()
  await waitFor('the last one is delivered', () => received.some(({ path }) => path === '/last'))
  await page.waitForFunction(() => window.requestsClient.sync.state.status === 'upToDate')
  expect(received.map(({ path }) => path)).toEqual([
    '/form',
    '/conflict',
    '/invalid',
    ...Array.from({ length: 4 }, () => '/broken'),
    '/guarded',
    '/guarded',
    '/last',
  ])
  const keysOf = (path: string): Set<unknown> =>
    new Set(received.filter((one) => one.path === path).map(({ headers }) => headers['idempotency-key']))
  expect(paths.map((path) => keysOf(path).size)).toEqual(paths.map(() => 1))
  expect(received.filter(({ path }) => path === '/guarded').map(({ headers }) => headers.authorization)).toEqual([
    'Bearer stale-secret',
    'Bearer fresh-secret',
  ])
  const [{ headers, body }] = received as [Received]
  expect(headers).toMatchObject({
    'x-rejoin-replay': '1',
    'content-type': expect.stringMatching(/^multipart\/form-data; boundary=/),
  })
  const form = await new Response(Uint8Array.from(body), {
    headers: { 'content-type': headers['content-type'] ?? '' },
  }).formData()
  const file = form.get('file')
  expect(form.get('note')).toBe('Grüße')
  expect(file instanceof File && [...new Uint8Array(await file.arrayBuffer())]).toEqual(
    Array.from({ length: 256 }, (_, byte) => byte),
  )

  expect(await page.evaluate(() => window.requestsClient.outbox.list())).toEqual([])
  expect(await page.evaluate(() => window.requestsClient.attention.list())).toMatchObject([
    { kind: 'conflict', code: 'CONFLICT', title: 'Send conflict', message: 'The answer was 409.' },
    { kind: 'rejected', code: 'VALIDATION_ERROR', title: 'Send invalid', message: 'The answer was 422.' },
  ])
  expect(await readStored(page)).not.toContain('secret')
})

test('[EE31] with a network the server’s answer is passed on, and nothing is kept; too much for the device is said at once', async () => {
  const page = await openPage()
  await page.waitForFunction(() => window.requestsClient.sync.state.status === 'upToDate')
  expect(await post(page, '/conflict')).toEqual({ status: 409, isQueued: false, body: { message: 'The answer was 409.' } })
  expect(await page.evaluate(() => window.requestsClient.outbox.list())).toEqual([])
  await context.setOffline(true)
  const large = await page.evaluate(async (url) => {
    const response = await window.requestsClient.requests.fetch(url, { method: 'PUT', body: new Uint8Array(5 * 1024 * 1024 + 1) })
    return { status: response.status, code: (await response.json()).code }
  }, `${appUrl}/large`)
  expect([large, await page.evaluate(() => window.requestsClient.outbox.list())]).toEqual([
    { status: 413, code: 'TOO_LARGE' },
    [],
  ])
})
