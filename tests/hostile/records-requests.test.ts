import { request as httpRequest } from 'node:http'
import { deflateSync, gzipSync } from 'node:zlib'
import { changesResponseSchema } from '@rejoin/core'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRawSocket } from '../support/raw-socket.ts'
import { readRecordFeed } from '../support/read-record-feed.ts'
import { push, pushed } from '../support/record-operations.ts'
import { jwtSecret } from '../support/sign-token.ts'
import type { RunningServer } from '../support/start-server.ts'
import {
  createRecordNeighbourhood,
  freshMaker,
  headersOf,
  refusalOf,
  secretText,
  startRecordServer,
  type Headers,
} from './records-neighbourhood.ts'

let server: RunningServer
let eve: Headers
beforeAll(async () => {
  server = await startRecordServer()
  eve = await headersOf({ user: 'eve' })
})
afterAll(() => server[Symbol.asyncDispose]())

const json = { 'content-type': 'application/json' }
const get = (path: string, headers: Headers = eve) => fetch(`${server.url}${path}`, { headers })
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code?: string }).code]

describe('size', () => {
  const envelope = { deviceId: 'd', sentAt: '2026-11-21T10:00:00Z', ackedThrough: 0 }
  const send = (body: Buffer | string, headers: Headers = {}) =>
    fetch(`${server.url}/api/sync`, {
      method: 'POST',
      headers: { ...eve, ...json, ...headers },
      body: new Uint8Array(Buffer.from(body)),
    })

  test('[HR6] 501 operations, and half a million of nothing, are 413 as a whole', async () => {
    const neighbourhood = await createRecordNeighbourhood(server)
    const maker = freshMaker()
    const operations = Array.from({ length: 501 }, (_, index) =>
      maker.next({
        entityType: 'stockMovement',
        operationType: 'create',
        recordId: `m${index}`,
        payload: { productId: 'p', quantity: 1 },
      }),
    )
    for (const many of [operations, Array.from({ length: 200_000 }, () => 0)]) {
      expect(await refusalOf(server, { headers: eve, deviceId: maker.deviceId, operations: many })).toEqual([413, 'TOO_LARGE'])
    }
    await neighbourhood.expectUnharmed()
  })

  test('[HR6] 500 operations are taken', async () => {
    const maker = freshMaker()
    const operations = Array.from({ length: 500 }, (_, index) =>
      maker.next({
        entityType: 'stockMovement',
        operationType: 'create',
        recordId: `${maker.deviceId}-${index}`,
        payload: { productId: 'p', quantity: 1 },
      }),
    )
    const { results, summary } = await pushed(server, { headers: eve, deviceId: maker.deviceId, operations })
    expect([results.length, summary.syncedCount, summary.success]).toEqual([500, 500, true])
  })

  test('[HR6] 10 MB, said beforehand or not, are 413 and not read to the end', async () => {
    const neighbourhood = await createRecordNeighbourhood(server)
    using raw = openRawSocket(server)
    const head = `POST /api/sync HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${eve['authorization']}\r\nContent-Type: application/json\r\n`
    raw.write(`${head}Content-Length: 10485760\r\n\r\n{`)
    expect(await raw.status()).toBe(413)
    expect(await statusOfChunks('x'.repeat(64 * 1024), 160)).toBe(413)
    await neighbourhood.expectUnharmed()
  })

  /** Sends without saying how much, until the server has answered. */
  function statusOfChunks(chunk: string, count: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const sending = httpRequest(`${server.url}/api/sync`, { method: 'POST', headers: { ...eve, ...json } }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      // The server hangs up on what it has refused.
      sending.on('error', (error: NodeJS.ErrnoException) => {
        if (!['EPIPE', 'ECONNRESET'].includes(error.code ?? '')) reject(error)
      })
      for (let sent = 0; sent < count; sent += 1) sending.write(chunk)
      sending.end()
    })
  }

  const megabytes = Buffer.alloc(64 * 1024 * 1024, ' ')
  const bombs: readonly (readonly [name: string, encoding: string, body: Buffer])[] = [
    ['a gzip bomb', 'gzip', gzipSync(megabytes)],
    ['a gzip bomb of many members', 'gzip', Buffer.concat(Array.from({ length: 7 }, () => gzipSync(megabytes)))],
    ['a deflate bomb', 'deflate', deflateSync(megabytes)],
  ]
  test.each(bombs)('[HR7] %s is 413, and the server is not busy with it', async (_name, encoding, body) => {
    const neighbourhood = await createRecordNeighbourhood(server)
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(body, { 'content-encoding': encoding })))
    for (const answer of answers) expect(await codeOf(answer)).toEqual([413, 'TOO_LARGE'])
    await neighbourhood.expectUnharmed()
  })

  const bad: readonly (readonly [name: string, status: number, body: string | Buffer, headers: Headers])[] = [
    ['gzip in gzip', 415, gzipSync(gzipSync('{}')), { 'content-encoding': 'gzip, gzip' }],
    ['an unknown encoding', 415, '{}', { 'content-encoding': 'br' }],
    ['gzip that is none', 400, '{}', { 'content-encoding': 'gzip' }],
    ['form fields', 415, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['nothing', 400, '', {}],
    ['half a JSON', 400, '{"deviceId":"d"', {}],
    ['a hundred thousand brackets', 400, '['.repeat(100_000), {}],
    [
      'deeply nested operations',
      400,
      JSON.stringify({ ...envelope, operations: [0] }).replace('[0]', '['.repeat(100_000) + ']'.repeat(100_000)),
      {},
    ],
    ['__proto__ in the envelope', 400, JSON.stringify({ ...envelope, operations: [] }).replace('{', '{"__proto__":{"a":1},'), {}],
    ['another tenant in the envelope', 400, JSON.stringify({ ...envelope, tenant: 'globex', operations: [] }), {}],
    ['bytes that are not UTF-8', 400, Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), {}],
  ]
  test.each(bad)('[HR7] %s is %i', async (_name, status, body, headers) => {
    const neighbourhood = await createRecordNeighbourhood(server)
    expect((await send(body, headers)).status).toBe(status)
    await neighbourhood.expectUnharmed()
  })
})

describe('reading', () => {
  test('[HR8] a foreign record and one that never was answer alike, and take the same time', async () => {
    const neighbourhood = await createRecordNeighbourhood(server)
    const mallory = await headersOf({ user: 'mallory', tenant: 'initech' })
    const ask = async (id: string) => {
      const startedMs = performance.now()
      const response = await get(`/api/v1/records/recipe/${id}`, mallory)
      return { status: response.status, text: await response.text(), ms: performance.now() - startedMs }
    }
    const times: Record<string, number[]> = { foreign: [], unknown: [] }
    for (let round = 0; round < 200; round += 1) {
      const [foreign, unknown] = [await ask(neighbourhood.recordId), await ask('never-was')]
      expect([foreign.status, foreign.text]).toEqual([404, unknown.text])
      times['foreign']?.push(foreign.ms)
      times['unknown']?.push(unknown.ms)
    }
    const [foreign = 0, unknown = 0] = Object.values(times).map((all) => all.toSorted((a, b) => a - b)[100])
    expect(Math.abs(foreign - unknown)).toBeLessThan(5)
    await neighbourhood.expectUnharmed()
  })

  test('[HR8] a feed, a list and a record hold nothing of another tenant', async () => {
    await createRecordNeighbourhood(server)
    const mallory = await headersOf({ user: 'mallory', tenant: 'initech' })
    for (const path of ['/api/sync/changes', '/api/v1/records/recipe', '/api/v1/records/product']) {
      const response = await get(path, mallory)
      expect([response.status, (await response.text()).includes(secretText)]).toEqual([200, false])
    }
  })

  test('[HR8] a token that does not name an entity sees none of it, anywhere', async () => {
    const { recordId } = await createRecordNeighbourhood(server)
    const stranger = await headersOf({ user: 'stranger', entities: [{ entity: 'product', access: 'write' }] })
    expect((await get(`/api/v1/records/recipe/${recordId}`, stranger)).status).toBe(404)
    expect((await get('/api/v1/records/recipe', stranger)).status).toBe(403)
    expect((await readRecordFeed(server, undefined, stranger))?.rows.filter(({ entityType }) => entityType === 'recipe')).toEqual(
      [],
    )
  })

  test('[HR9] a forged checkpoint, or one of somebody else, begins nowhere and shows nothing', async () => {
    const neighbourhood = await createRecordNeighbourhood(server)
    const own = (await readRecordFeed(server, undefined, eve))?.checkpoint ?? ''
    const globex = await headersOf({ user: 'grace', tenant: 'globex' })
    const foreign = (await readRecordFeed(server, undefined, globex))?.checkpoint ?? ''
    const forged = [
      foreign,
      own.slice(0, -1),
      `${own}x`,
      own.replace(/\d+/, (digits) => String(Number(digits) + 1)),
      own.replace(/\.(\d+)\./, (_match, seq: string) => `.${Number(seq) + 1}.`),
      own.replace(/\.(\d+)\./, '.0.'),
      own.toUpperCase(),
      '..',
      '0',
      "' OR 1=1 --",
      'eyJzZXEiOjB9',
      '\u0000',
      'x'.repeat(1024),
    ]
    for (const checkpoint of forged) {
      const response = await get(`/api/sync/changes?checkpoint=${encodeURIComponent(checkpoint)}`)
      const page = changesResponseSchema.parse(await response.json())
      expect([checkpoint, page.changes, page.checkpoint, page.resyncRequired !== undefined]).toEqual([
        checkpoint,
        [],
        undefined,
        true,
      ])
      const { results, changes, resyncRequired } = await pushed(server, {
        headers: eve,
        deviceId: 'd',
        checkpoint,
        operations: [],
      })
      expect([results, changes, resyncRequired]).toEqual([[], [], page.resyncRequired])
    }
    expect((await get(`/api/sync/changes?checkpoint=${'x'.repeat(1025)}`)).status).toBe(400)
    await neighbourhood.expectUnharmed()
  })

  const queries = [
    'limit=0',
    'limit=-1',
    'limit=1e9',
    'limit=NaN',
    'limit=1001',
    'limit=1&limit=2',
    'limit[$gt]=1',
    'order_by=seq',
    'order_by=seq);drop table record;--',
    'filter=1',
    'fields=*',
    'include=tenant',
    'tenant=globex',
    '__proto__[a]=1',
  ]
  test.each(queries)('[HR9] ?%s is 400', async (query) => {
    for (const path of ['/api/sync/changes', '/api/v1/records/recipe', '/api/v1/records/recipe/x']) {
      expect(await codeOf(await get(`${path}?${query}`))).toEqual([400, 'BAD_REQUEST'])
    }
  })

  test.each(['nothing', '__proto__', 'constructor', 'recipe%00', 'recipe%27', '..%2Frecipe', 'RECIPE', 'x'.repeat(5_000)])(
    '[HR9] the entity %s is 404',
    async (entity) => {
      for (const path of [`/api/v1/records/${entity}`, `/api/v1/records/${entity}/x`]) {
        expect(await codeOf(await get(path))).toEqual([404, 'NOT_FOUND'])
      }
    },
  )
})

describe('who asks', () => {
  const key = new TextEncoder().encode(jwtSecret)
  const now = Math.floor(Date.now() / 1000)
  const claims = { sub: 'eve', tenant: 'acme', exp: now + 600 }
  const sign = (header: object, payload: object = claims, secret = key) =>
    new SignJWT({ ...payload }).setProtectedHeader({ alg: 'HS256', ...header }).sign(secret)
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

  const tokens: readonly (readonly [name: string, token: () => string | Promise<string>])[] = [
    ['no signature', () => `${encode({ alg: 'none' })}.${encode(claims)}.`],
    ['another key', () => sign({}, claims, new TextEncoder().encode('another secret, long enough for HS256'))],
    ['a kid that is a path', () => `${encode({ alg: 'HS256', kid: '../../dev/null' })}.${encode(claims)}.x`],
    ['its own key', () => `${encode({ alg: 'HS256', jwk: { kty: 'oct', k: 'eA' } })}.${encode(claims)}.x`],
    ['no end', () => sign({}, { sub: 'eve', tenant: 'acme' })],
    ['an end long ago', () => sign({}, { ...claims, exp: now - 3_600 })],
    ['a start to come', () => sign({}, { ...claims, nbf: now + 3_600 })],
    ['no tenant', () => sign({}, { sub: 'eve', exp: claims.exp })],
    ['another kind', () => sign({ typ: 'refresh+jwt' })],
    ['an entity that is no claim', () => sign({}, { ...claims, entities: [{ entity: 7, access: 'write' }] })],
    ['an access that is none', () => sign({}, { ...claims, entities: [{ entity: 'recipe', access: 'admin' }] })],
    ['9 KiB', () => 'x'.repeat(9 * 1024)],
  ]
  test.each(tokens)('[HR10] a token with %s is 401 on every route of records', async (_name, token) => {
    const headers = { authorization: `Bearer ${await token()}` }
    const answers = [
      await push(server, { headers, deviceId: 'd', operations: [] }),
      await get('/api/sync/changes', headers),
      await get('/api/v1/records/recipe', headers),
      await get('/api/v1/records/recipe/x', headers),
      await fetch(`${server.url}/api/v1/records/recipe/batch`, {
        method: 'POST',
        headers: { ...headers, ...json },
        body: '{"operations":[]}',
      }),
    ]
    for (const answer of answers) expect([answer.status, (await answer.text()).includes('eve')]).toEqual([401, false])
  })

  test('[HR10] a page of a foreign origin gets nothing and no CORS headers', async () => {
    for (const origin of ['https://elsewhere.example', 'null', 'http://127.0.0.1.elsewhere.example']) {
      const preflight = await fetch(`${server.url}/api/sync`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      })
      const answer = await get('/api/sync/changes', { ...eve, origin })
      for (const { status, headers } of [preflight, answer]) {
        expect([status, headers.get('access-control-allow-origin')]).toEqual([403, null])
      }
    }
  })

  test('[HR10] escapes and a long name in the headers reach no log', async () => {
    const neighbourhood = await createRecordNeighbourhood(server)
    await get('/api/sync/changes', { ...eve, 'user-agent': `canary-agent ${'x'.repeat(10_000)}` })
    await get('/api/sync/changes?checkpoint=canary-checkpoint%1b%5b31m%0d%0a')
    const { authorization = '' } = eve
    for (const secret of ['canary', authorization.slice('Bearer '.length), '\u001b'])
      expect(server.output()).not.toContain(secret)
    await neighbourhood.expectUnharmed()
  })
})
