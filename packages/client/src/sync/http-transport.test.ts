import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { briefAnswerType, type Operation } from '@rejoin/core'
import { createManualTime, type ManualTime } from '@rejoin/core/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { requestTimeoutMs } from './http-requests.ts'
import { createHttpTransport, type HttpTransportParts } from './http-transport.ts'
import { readRetryAfter } from './read-reply.ts'
import type { PushBody, SyncTransport } from './sync-transport.ts'

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void

const serverTime = '2026-11-21T10:00:00.000Z'
const changes = { changes: [], checkpoint: 'c1', hasMore: false, serverTime }
const limits = { operationsMax: 500, requestBytesMax: 524_288, operationBytesMax: 131_072, changesMax: 1000 }
const summary = {
  success: true,
  syncedCount: 0,
  conflictCount: 0,
  failedCount: 0,
  conflicts: [],
  failedOperations: [],
  durationMs: 1,
  timestamp: serverTime,
}
const emptyPush: PushBody = { checkpoint: 'c0', deviceId: 'device', sentAt: serverTime, ackedThrough: 0, operations: [] }

interface Served {
  readonly transport: SyncTransport
  readonly time: ManualTime
  readonly requests: {
    readonly method: string
    readonly url: string
    readonly headers: IncomingMessage['headers']
    readonly body: Buffer
  }[]
}

async function serve(answer: Answer, more: Partial<HttpTransportParts> = {}): Promise<Served> {
  const requests: Served['requests'] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const { method = '', url = '', headers } = request
      requests.push({ method, url, headers, body })
      answer(request, response, body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const time = createManualTime(Date.parse(serverTime))
  const transport = createHttpTransport({
    url: `http://127.0.0.1:${portOf(server.address())}/`,
    getToken: () => Promise.resolve('a-token'),
    fetch: (url, init) => fetch(url, init),
    openWebSocket: () => {
      throw new Error('not here')
    },
    makeGzip: () => new CompressionStream('gzip'),
    clock: time,
    scheduler: time,
    ...more,
  })
  return { transport, time, requests }
}

const portOf = (address: unknown): number => z.object({ port: z.number() }).parse(address).port

const sayJson =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

const pull = (transport: SyncTransport) => transport.pull({ checkpoint: 'c 0', limit: 100 })

describe('what is asked', () => {
  test('[TR1] a pull names checkpoint and limit, and carries a token asked for just before', async () => {
    let count = 0
    const served = await serve(sayJson(200, changes), { getToken: () => Promise.resolve(`token ${++count}`.replace(' ', '-')) })
    expect(await pull(served.transport)).toEqual({ type: 'answered', body: changes, roundTripMs: 0 })
    await pull(served.transport)
    const asked = served.requests.map(({ method, url, headers }) => [method, url, headers.authorization])
    expect(asked).toEqual([
      ['GET', '/api/sync/changes?limit=100&checkpoint=c+0', 'Bearer token-1'],
      ['GET', '/api/sync/changes?limit=100&checkpoint=c+0', 'Bearer token-2'],
    ])
  })

  test('[TR2] a long body is compressed, a short one is not', async () => {
    const served = await serve(sayJson(200, { ...changes, results: [], limits, summary }))
    const long: PushBody = { ...emptyPush, checkpoint: 'c'.repeat(2000) }
    await served.transport.push(emptyPush)
    await served.transport.push(long)
    const [first, second] = served.requests
    expect([first?.headers['content-encoding'], JSON.parse(String(first?.body))]).toEqual([undefined, emptyPush])
    expect([second?.headers['content-encoding'], JSON.parse(String(gunzipSync(second?.body ?? '')))]).toEqual(['gzip', long])
    expect(second?.body.byteLength).toBeLessThan(500)
  })

  test('[TR10] bytes are counted as they travel, of answers that are refusals too', async () => {
    const refused = JSON.stringify({ code: 'TOO_FAST', message: 'slower' })
    const answers: Answer[] = [
      sayJson(200, { ...changes, results: [], limits, summary }),
      (_request, response) => response.writeHead(429, { 'content-length': refused.length }).end(refused),
    ]
    const served = await serve((...asked) => answers.shift()?.(...asked))
    const answered = JSON.stringify({ ...changes, results: [], limits, summary }).length
    expect(served.transport.traffic()).toEqual({ requests: 0, bytesSent: 0, bytesReceived: 0 })
    await served.transport.push({ ...emptyPush, checkpoint: 'c'.repeat(2000) })
    const bytesSent = served.requests[0]?.body.byteLength
    expect(served.transport.traffic()).toEqual({ requests: 1, bytesSent, bytesReceived: answered })
    await pull(served.transport)
    expect(served.transport.traffic()).toEqual({ requests: 2, bytesSent, bytesReceived: answered + refused.length })
  })

  const operation: Operation = {
    operationId: '0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b',
    deviceId: 'device',
    deviceSeq: 1,
    entityType: 'product',
    operationType: 'create',
    recordId: 'salt',
    payload: { name: 'Salt' },
    baseVersion: null,
    clientUpdatedAt: serverTime,
    tenantId: 'acme',
    schemaVersion: 1,
  }
  const times = {
    clientCreatedAt: serverTime,
    clientUpdatedAt: serverTime,
    serverCreatedAt: serverTime,
    serverUpdatedAt: serverTime,
  }
  const salt = {
    entityType: 'product',
    recordId: 'salt',
    version: 1,
    seq: 3,
    fields: { name: 'Salt' },
    isDeleted: false,
    ...times,
  }
  const verdict = { operationId: operation.operationId, status: 'applied', seq: 3, version: 1 }
  const inFull = { ...changes, results: [{ ...verdict, serverState: salt }], changes: [salt], limits, summary }

  test.each([
    ['brief', { ...changes, results: [{ ...verdict, createdAt: serverTime }], limits, summary }],
    ['full', inFull],
  ])('[TR11] a %s answer to a push is the same to whoever asked', async (_kind, body) => {
    const { transport, requests } = await serve(sayJson(200, body))
    const reply = await transport.push({ ...emptyPush, operations: [operation] })
    expect(reply).toEqual({ type: 'answered', body: inFull, roundTripMs: 0 })
    expect(requests.map(({ headers }) => headers.accept)).toEqual([briefAnswerType])
  })

  test('[TR11] an answer that speaks of rows that were not sent is unexpected', async () => {
    const { transport } = await serve(sayJson(200, { ...inFull, results: [{ ...verdict, createdAt: serverTime }] }))
    expect(await transport.push(emptyPush)).toEqual({
      type: 'unexpected',
      message: 'The answer speaks of records that were not sent.',
    })
  })

  test('[TR3] a renewed token is used for the next request, and asked for as one that replaces a refused one', async () => {
    const asked: boolean[] = []
    const served = await serve(sayJson(200, changes), {
      getToken: (options) => {
        asked.push(options?.isRefused ?? false)
        return Promise.resolve(options?.isRefused === true ? 'fresh' : 'kept')
      },
    })
    expect(await served.transport.renewToken()).toEqual({ type: 'renewed' })
    await pull(served.transport)
    await pull(served.transport)
    expect(served.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer fresh', 'Bearer kept'])
    expect(asked).toEqual([true, false])
  })
})

describe('what is answered', () => {
  const page = '<!doctype html><title>Sign in to the station’s network</title>'
  const hostile: readonly (readonly [string, Answer, string])[] = [
    ['a web page with 200', (_request, response) => response.writeHead(200).end(page), 'A web page came instead of an answer'],
    ['a web page with 401', (_request, response) => response.writeHead(401).end(page), 'HTTP status 401'],
    ['half an answer', (_request, response) => response.end('{"changes":['), 'The answer could not be read.'],
    ['another server’s JSON', sayJson(200, { ok: true }), 'The answer was not one of the sync server'],
    ['an answer with a wrong type', sayJson(200, { ...changes, hasMore: 'no' }), 'The answer was not one of the sync server'],
    ['a row with a prototype key', sayJson(200, { ...changes, changes: [{ fields: { constructor: 1 } }] }), 'The answer was not'],
    ['nothing', (_request, response) => response.writeHead(204).end(), 'HTTP status 204'],
    ['a code that is not the server’s', sayJson(403, { code: 'E_CAPTIVE', message: 'pay' }), 'HTTP status 403'],
    ['a redirect', (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), 'HTTP status 302'],
  ]

  test.each(hostile)(
    '[TR4] %s is unexpected, and says nothing of any operation (kill case 12)',
    async (_name, answer, message) => {
      const { transport, requests } = await serve(answer)
      expect(await transport.push(emptyPush)).toEqual({ type: 'unexpected', message: expect.stringContaining(message) })
      expect(requests).toHaveLength(1)
    },
  )

  test.each([
    [400, 'BAD_REQUEST'],
    [401, 'TOKEN_EXPIRED'],
    [403, 'FORBIDDEN'],
    [413, 'TOO_LARGE'],
    [426, 'PROTOCOL_UNSUPPORTED'],
    [429, 'TOO_FAST'],
    [500, 'INTERNAL'],
    [503, 'RESTARTING'],
  ])('[TR5] %i of the server’s own table is told with its code', async (status, code) => {
    const { transport } = await serve(sayJson(status, { code, message: 'why' }, { 'retry-after': '7' }))
    expect(await pull(transport)).toEqual({ type: 'refused', status, code, message: 'why', retryAfterMs: 7000 })
  })

  test.each([
    [413, 'refused'],
    [429, 'refused'],
    [503, 'refused'],
    [500, 'unreachable'],
    [502, 'unreachable'],
    [504, 'unreachable'],
  ])('[TR6] a proxy’s %i without the server’s words is %s', async (status, type) => {
    const { transport } = await serve((_request, response) => response.writeHead(status).end('<h1>nginx</h1>'))
    expect(await pull(transport)).toMatchObject({ type })
  })

  test('[TR7] a server that hangs is given up after 30 s, whether before the answer or within it', async () => {
    for (const begin of [() => undefined, (response: ServerResponse) => response.write('{"chan')]) {
      const heard = Promise.withResolvers<void>()
      const { transport, time } = await serve((_request, response) => {
        begin(response)
        heard.resolve()
      })
      const reply = pull(transport)
      await heard.promise
      time.advance(requestTimeoutMs)
      expect(await reply).toEqual({ type: 'unreachable', message: 'The server did not answer in time.' })
    }
  })

  test('[TR7] a connection that breaks, a server that is not there, a sign-in that fails: unreachable', async () => {
    const broken = await serve((request) => request.socket.destroy())
    expect(await pull(broken.transport)).toMatchObject({ type: 'unreachable' })
    const torn = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{')
      request.socket.destroySoon()
    })
    expect(await pull(torn.transport)).toMatchObject({ type: 'unreachable' })
    const nobody = await serve(sayJson(200, changes), { url: 'http://127.0.0.1:9' })
    expect(await pull(nobody.transport)).toMatchObject({ type: 'unreachable' })
    const signedOut = await serve(sayJson(200, changes), { getToken: () => Promise.reject(new Error('signed out')) })
    expect(await pull(signedOut.transport)).toEqual({
      type: 'unreachable',
      message: 'The server could not be reached: signed out',
    })
    expect(await signedOut.transport.renewToken()).toEqual({
      type: 'failed',
      message: 'The sign-in could not be renewed: signed out',
    })
    expect(signedOut.requests).toEqual([])
  })

  test('[TR8] Retry-After is seconds or a date', () => {
    const now = Date.parse(serverTime)
    const values = ['7', ' 0 ', 'Sat, 21 Nov 2026 10:01:00 GMT', 'Sat, 21 Nov 2026 09:00:00 GMT', '-1', '1e9', 'soon', '', null]
    expect(values.map((value) => readRetryAfter(value, now))).toEqual([
      7000,
      0,
      60_000,
      0,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })
})
