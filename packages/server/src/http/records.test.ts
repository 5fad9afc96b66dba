import { gunzipSync, gzipSync, deflateSync, deflateRawSync, brotliCompressSync } from 'node:zlib'
import { briefAnswerType, syncLimits, type OperationResult } from '@rejoin/core'
import { beforeEach, afterEach, describe, expect, test } from 'vitest'
import { SyncRequestError } from '../records/sync-service.ts'
import {
  createRecordingSyncService,
  sampleRow,
  sampleTime,
  type RecordingSyncService,
} from '../testing/recording-sync-service.ts'
import { bearer, createTestServer, jwtAuth, type TestServer } from '../testing/test-server.ts'
import { httpLimits } from './http-limits.ts'

const codeOf = (reply: { json<T>(): T }) => reply.json<{ code: string }>().code
const json = { 'content-type': 'application/json' }
const push = { method: 'POST', url: '/api/sync' } as const
const request = { deviceId: 'd1', sentAt: sampleTime, ackedThrough: 0, operations: [] as unknown[] }
const applied: OperationResult = { operationId: 'o1', status: 'applied', seq: 1, version: 1, serverState: sampleRow }

let service: RecordingSyncService
let server: TestServer
beforeEach(async () => {
  service = createRecordingSyncService()
  server = await createTestServer({}, { syncService: service })
})
afterEach(() => server[Symbol.asyncDispose]())

describe('push and pull', () => {
  test('[SR1] a push is handed to the service as it came, and its answer goes back as it is', async () => {
    service.results = [applied]
    const asked = { ...request, checkpoint: 'here', operations: [{ operationId: 'o1', anything: true }] }
    const reply = await server.app.inject({ ...push, payload: asked })
    expect(service.calls).toEqual([['sync', null, asked]])
    expect([reply.statusCode, reply.headers['content-type'], reply.headers['cache-control']]).toEqual([
      200,
      'application/json; charset=utf-8',
      'no-store',
    ])
    expect(reply.json()).toMatchObject({ results: [applied], changes: [sampleRow], checkpoint: 'next', serverTime: sampleTime })
  })

  test('[SR1] an answer is not checked again: the service answers for it', async () => {
    service.results = [{ ...applied, serverState: { ...sampleRow, version: -1 } }]
    expect((await server.app.inject({ ...push, payload: request })).statusCode).toBe(200)
  })

  const { fields: payload, clientUpdatedAt, entityType, recordId } = sampleRow
  const asSent = { operationId: 'o1', operationType: 'create', entityType, recordId, payload, clientUpdatedAt }
  test.each<readonly [string | undefined, boolean]>([
    [briefAnswerType, true],
    ['text/html, Application/JSON; rows=brief', true],
    ['application/json', false],
    ['application/json;rows=few', false],
    [undefined, false],
  ])('[SR16] Accept %j: a brief answer is for who names it', async (accept, isBrief) => {
    service.results = [applied]
    const headers = accept === undefined ? {} : { accept }
    const reply = await server.app.inject({ ...push, headers, payload: { ...request, operations: [asSent] } })
    const { serverState: _state, ...verdict } = applied
    const brief = { results: [{ ...verdict, createdAt: sampleRow.serverCreatedAt }], changes: [] }
    expect(reply.json()).toMatchObject(isBrief ? brief : { results: [applied], changes: [sampleRow] })
  })

  test.each([
    ['', { checkpoint: undefined, limit: syncLimits.changesMax }],
    ['?checkpoint=abc&limit=7', { checkpoint: 'abc', limit: 7 }],
    ['?checkpoint=&limit=', { checkpoint: undefined, limit: syncLimits.changesMax }],
    [`?limit=${syncLimits.changesMax}`, { checkpoint: undefined, limit: syncLimits.changesMax }],
  ])('[SR1] a pull with %j', async (query, asked) => {
    const reply = await server.app.inject(`/api/sync/changes${query}`)
    expect(service.calls).toEqual([['changes', null, asked]])
    expect(reply.json()).toEqual({ changes: [sampleRow], checkpoint: 'next', hasMore: false, serverTime: sampleTime })
  })

  const limits = ['0', '-1', '1e9', '1e3', 'NaN', ' 1', '1.5', '0x10', '1001', '9999999', '١']
  test.each([
    ...limits.map((limit) => `?limit=${encodeURIComponent(limit)}`),
    '?limit=1&limit=2',
    '?limit[]=1',
    '?checkpoint=a&checkpoint=b',
    `?checkpoint=${'a'.repeat(1025)}`,
    '?order_by=seq;drop',
    '?tenant=other',
    '?__proto__=1',
  ])('[SR2] a pull or a list with %j is 400', async (query) => {
    const replies = [
      await server.app.inject(`/api/sync/changes${query}`),
      await server.app.inject(`/api/v1/records/note${query.replaceAll('checkpoint', 'since')}`),
    ]
    for (const reply of replies) expect([reply.statusCode, codeOf(reply)]).toEqual([400, 'BAD_REQUEST'])
    expect(service.calls).toEqual([])
  })

  test.each<[string, unknown]>([
    ['no device', { ...request, deviceId: undefined }],
    ['a device with a space', { ...request, deviceId: 'a b' }],
    ['operations that are no list', { ...request, operations: {} }],
    ['an extra field', { ...request, tenantId: 'other' }],
    ['a number as checkpoint', { ...request, checkpoint: 7 }],
    ['ackedThrough below 0', { ...request, ackedThrough: -1 }],
    ['ackedThrough 1.5', { ...request, ackedThrough: 1.5 }],
    ['a local time', { ...request, sentAt: '2026-11-21 10:00' }],
    ['null', null],
    ['a list', [request]],
  ])('[SR2] a push with %s is 400', async (_name, payload) => {
    const reply = await server.app.inject({ ...push, headers: json, payload: JSON.stringify(payload) })
    expect([reply.statusCode, codeOf(reply), service.calls]).toEqual([400, 'BAD_REQUEST', []])
  })

  test.each<[string, string | Buffer]>([
    ['no body', ''],
    ['half a body', '{"deviceId":'],
    ['NaN', JSON.stringify(request).replace('"ackedThrough":0', '"ackedThrough":NaN')],
    ['bytes that are not UTF-8', Buffer.from(JSON.stringify({ ...request, checkpoint: '\u00e9' }), 'latin1')],
    ['__proto__', JSON.stringify(request).replace('{', '{"__proto__":{"isAdmin":true},')],
    ['constructor', JSON.stringify(request).replace('{', '{"constructor":{"prototype":{}},')],
    ['half a million brackets', '['.repeat(500_000)],
    ['a quarter of a million nested lists', '['.repeat(250_000) + ']'.repeat(250_000)],
  ])('[SR2] a push with %s is 400', async (_name, payload) => {
    const reply = await server.app.inject({ ...push, headers: json, payload })
    expect([reply.statusCode, codeOf(reply), service.calls]).toEqual([400, 'BAD_REQUEST', []])
  })

  test('[SR2] what an operation holds is the service’s to judge, names of prototypes included', async () => {
    const payload = JSON.stringify(request).replace('[]', '[{"operationId":"o1","payload":{"__proto__":{"isAdmin":true}}}]')
    expect((await server.app.inject({ ...push, headers: json, payload })).statusCode).toBe(200)
    expect(JSON.stringify(service.calls)).toContain('"__proto__":{"isAdmin":true}')
  })

  test.each([
    ['BAD_REQUEST', 400],
    ['FORBIDDEN', 403],
    ['NOT_FOUND', 404],
    ['TOO_LARGE', 413],
    ['OVERLOADED', 503],
  ] as const)('[SR3] a request that the service refuses as %s is %i', async (code, status) => {
    service.failure = new SyncRequestError(code, 'so it is')
    for (const url of ['/api/sync/changes', '/api/v1/records/note', '/api/v1/records/note/n1']) {
      const reply = await server.app.inject(url)
      expect([reply.statusCode, reply.json()]).toEqual([status, { code, message: 'so it is' }])
    }
  })

  test('[SR3] a service that fails is INTERNAL, without detail', async () => {
    service.failure = new TypeError('canary detail')
    const reply = await server.app.inject({ ...push, payload: request })
    expect([reply.statusCode, codeOf(reply)]).toEqual([500, 'INTERNAL'])
    expect(reply.payload).not.toContain('canary')
    expect(server.log()).toContain('canary')
  })

  test('[SR4] without a schema every route of records is 404 and says why', async () => {
    await using bare = await createTestServer()
    const message = 'this server keeps no records: it was started without a schema (REJOIN_SCHEMA)'
    const replies = [
      await bare.app.inject({ ...push, payload: request }),
      await bare.app.inject('/api/sync/changes'),
      await bare.app.inject('/api/v1/records/note'),
      await bare.app.inject('/api/v1/records/note/n1'),
      await bare.app.inject({ method: 'POST', url: '/api/v1/records/note/batch', payload: { operations: [] } }),
    ]
    for (const reply of replies) expect([reply.statusCode, reply.json()]).toEqual([404, { code: 'NOT_FOUND', message }])
  })
})

describe('idempotency key', () => {
  const one = { ...request, operations: [{ operationId: 'o1' }] }
  const send = (key: string, payload: object, url = '/api/sync') =>
    server.app.inject({ method: 'POST', url, headers: { 'idempotency-key': key }, payload })

  test('[SR5] one that equals the operation’s id is fine', async () => {
    expect((await send('o1', one)).statusCode).toBe(200)
    expect((await send('o1', { operations: one.operations }, '/api/v1/records/note/batch')).statusCode).toBe(200)
  })

  test.each<[string, string, unknown[]]>([
    ['another one', 'o2', [{ operationId: 'o1' }]],
    ['an empty one', '', [{ operationId: 'o1' }]],
    ['one of 10 KB', 'o1'.repeat(5_000), [{ operationId: 'o1' }]],
    ['one for two operations', 'o1', [{ operationId: 'o1' }, { operationId: 'o1' }]],
    ['one for nothing', 'o1', []],
    ['one for an operation without an id', 'o1', [{}]],
    ['one for what is no operation', 'o1', [null]],
  ])('[SR5] %s is 400', async (_name, key, operations) => {
    const replies = [await send(key, { ...request, operations }), await send(key, { operations }, '/api/v1/records/note/batch')]
    for (const reply of replies) expect([reply.statusCode, codeOf(reply)]).toEqual([400, 'BAD_REQUEST'])
    expect(service.calls).toEqual([])
  })
})

describe('REST', () => {
  const batch = { method: 'POST', url: '/api/v1/records/note/batch' } as const

  test('[SR6] a list, a record, and a record that is not there', async () => {
    const listed = await server.app.inject('/api/v1/records/note?since=2026-11-21T10:00:00Z&limit=5')
    await server.app.inject('/api/v1/records/note?since=&limit=')
    const found = await server.app.inject('/api/v1/records/note/n%2F1')
    service.rows = []
    const missing = await server.app.inject('/api/v1/records/note/n2')
    expect(service.calls).toEqual([
      ['list', null, { entityType: 'note', since: '2026-11-21T10:00:00Z', limit: 5 }],
      ['list', null, { entityType: 'note', since: undefined, limit: syncLimits.changesMax }],
      ['get', null, { entityType: 'note', recordId: 'n/1' }],
      ['get', null, { entityType: 'note', recordId: 'n2' }],
    ])
    const row = { ...sampleRow, id: 'n1', serverId: 'server-n1' }
    expect(listed.json()).toEqual({ records: [row], checkpoint: 'next', hasMore: false, serverTime: sampleTime })
    expect(found.json()).toEqual(row)
    expect([missing.statusCode, missing.json()]).toEqual([404, { code: 'NOT_FOUND', message: 'there is no such record' }])
  })

  test.each(['%00', 'a%0Ab', 'x'.repeat(129)])('[SR6] an id that can be nobody’s (%s) is not there', async (id) => {
    const reply = await server.app.inject(`/api/v1/records/note/${id}`)
    expect([reply.statusCode, reply.json(), service.calls]).toEqual([
      404,
      { code: 'NOT_FOUND', message: 'there is no such record' },
      [],
    ])
  })

  test('[SR6] `batch` may be the id of a record', async () => {
    expect((await server.app.inject('/api/v1/records/note/batch')).statusCode).toBe(200)
    expect(service.calls).toEqual([['get', null, { entityType: 'note', recordId: 'batch' }]])
  })

  test('[SR7] a batch that meets no conflict is 200, whatever else became of it', async () => {
    service.results = [applied, { operationId: 'o2', status: 'rejected', code: 'VALIDATION_ERROR' }]
    const reply = await server.app.inject({ ...batch, payload: { operations: [{ operationId: 'o1' }, 7] } })
    expect(service.calls).toEqual([['apply', null, { entityType: 'note', operations: [{ operationId: 'o1' }, 7] }]])
    expect([reply.statusCode, reply.json()]).toEqual([200, { results: service.results }])
  })

  test('[SR7] a single operation that meets a conflict is 409 with the server’s state', async () => {
    const conflict: OperationResult = { operationId: 'o1', status: 'conflict', code: 'CONFLICT', serverState: sampleRow }
    service.results = [conflict]
    const reply = await server.app.inject({ ...batch, payload: { operations: [{ operationId: 'o1' }] } })
    expect([reply.statusCode, reply.json()]).toEqual([
      409,
      {
        code: 'CONFLICT',
        message: 'somebody changed the record meanwhile; the results say what was taken',
        results: [conflict],
        serverState: sampleRow,
      },
    ])
  })

  test('[SR7] a repeat of one that met a conflict is 409 again; among several, each result has its state', async () => {
    service.results = [
      applied,
      { operationId: 'o2', status: 'duplicate', first: { status: 'conflict', code: 'CONFLICT' }, serverState: sampleRow },
    ]
    const reply = await server.app.inject({ ...batch, payload: { operations: [1, 2] } })
    expect([reply.statusCode, Object.keys(reply.json<object>())]).toEqual([409, ['code', 'message', 'results']])
  })

  test.each<unknown>([[], {}, { operations: 1 }, { operations: [], deviceId: 'd1' }, null])(
    '[SR7] a batch of %j is 400',
    async (payload) => {
      const reply = await server.app.inject({ ...batch, headers: json, payload: JSON.stringify(payload) })
      expect([reply.statusCode, codeOf(reply), service.calls]).toEqual([400, 'BAD_REQUEST', []])
    },
  )

  test.each([
    ['DELETE', '/api/sync', 'POST'],
    ['GET', '/api/sync', 'POST'],
    ['POST', '/api/sync/changes', 'GET, HEAD'],
    ['PUT', '/api/v1/records/note', 'GET, HEAD'],
    ['DELETE', '/api/v1/records/note/n1', 'GET, HEAD'],
    ['PUT', '/api/v1/records/note/batch', 'GET, HEAD, POST'],
    ['POST', '/api/v1/sync/connectivity-test', 'GET, HEAD'],
  ] as const)('[H8] %s %s is 405', async (method, url, allow) => {
    const reply = await server.app.inject({ method, url })
    expect([reply.statusCode, codeOf(reply), reply.headers['allow']]).toEqual([405, 'METHOD_NOT_ALLOWED', allow])
  })
})

describe('bodies', () => {
  const text = JSON.stringify({ ...request, operations: [{ operationId: 'o1', note: 'x'.repeat(2_000) }] })
  const send = (payload: Buffer, encoding: string) =>
    server.app.inject({ ...push, headers: { ...json, 'content-encoding': encoding }, payload })

  test.each([
    ['gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['identity', Buffer.from(text)],
  ])('[SR8] a body in %s is taken', async (encoding, payload) => {
    expect((await send(payload, encoding)).statusCode).toBe(200)
    expect(service.calls).toEqual([['sync', null, JSON.parse(text)]])
  })

  test.each([
    ['br', brotliCompressSync(text)],
    ['gzip, gzip', gzipSync(gzipSync(text))],
    ['deflate, gzip', gzipSync(deflateSync(text))],
    ['zstd', Buffer.from(text)],
    ['__proto__', Buffer.from(text)],
    ['', Buffer.from(text)],
  ])('[SR8] a body in %j is 415', async (encoding, payload) => {
    const reply = await send(payload, encoding)
    expect([reply.statusCode, codeOf(reply), reply.headers['accept-encoding']]).toEqual([
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'gzip, deflate',
    ])
    expect(service.calls).toEqual([])
  })

  test.each([
    ['gzip that is none', 'gzip', Buffer.from(text)],
    ['half of it', 'gzip', gzipSync(text).subarray(0, 40)],
    ['a flipped bit', 'gzip', gzipSync(text).map((byte, index) => (index === 30 ? byte ^ 1 : byte))],
    ['deflate without its header', 'deflate', deflateRawSync(text)],
    ['gzip called deflate', 'deflate', gzipSync(text)],
    ['nothing', 'gzip', Buffer.alloc(0)],
    ['gzip of gzip', 'gzip', gzipSync(gzipSync(text))],
  ])('[SR8] %s is 400', async (_name, encoding, payload) => {
    const reply = await send(Buffer.from(payload), encoding)
    expect([reply.statusCode, codeOf(reply), service.calls]).toEqual([400, 'BAD_REQUEST', []])
  })

  const padded = (bytes: number) => {
    const start = JSON.stringify({ ...request, operations: ['x'] })
    return start.replace('"x"', JSON.stringify('x'.repeat(bytes - start.length + 1)))
  }

  test('[SR9] a body has at most 512 KiB, counted when it is inflated', async () => {
    const { requestBytesMax } = syncLimits
    for (const [encoding, pack] of [
      ['identity', (body: string) => Buffer.from(body)],
      ['gzip', (body: string) => gzipSync(body)],
      ['deflate', (body: string) => deflateSync(body)],
    ] as const) {
      expect((await send(pack(padded(requestBytesMax)), encoding)).statusCode).toBe(200)
      const reply = await send(pack(padded(requestBytesMax + 1)), encoding)
      expect([reply.statusCode, codeOf(reply)]).toEqual([413, 'TOO_LARGE'])
    }
    expect(service.calls.length).toBe(3)
  })

  test('[SR9] inflating stops at the bound: a bomb of a gigabyte costs milliseconds', async () => {
    const layer = gzipSync(Buffer.alloc(16 * 1024 * 1024))
    const bomb = Buffer.concat(Array.from({ length: 30 }, () => layer))
    expect(bomb.length).toBeLessThan(syncLimits.requestBytesMax)
    const before = process.memoryUsage().rss
    const replies = await Promise.all(Array.from({ length: 20 }, () => send(bomb, 'gzip')))
    for (const reply of replies) expect([reply.statusCode, codeOf(reply)]).toEqual([413, 'TOO_LARGE'])
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
  })

  test.each(['text/plain', 'application/json; charset=utf-16', 'application/jsonx', ''])(
    '[SR8] a Content-Type of %j is 415',
    async (type) => {
      const reply = await server.app.inject({ ...push, headers: { 'content-type': type }, payload: text })
      expect([reply.statusCode, codeOf(reply)]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
    },
  )

  const many = () => Array.from({ length: 200 }, (_, index) => ({ ...sampleRow, recordId: `n${index}` }))

  test.each(['gzip', 'br, gzip;q=0.5', '*', 'deflate,gzip'])('[SR10] an answer is compressed for %j', async (accept) => {
    service.rows = many()
    const reply = await server.app.inject({ url: '/api/sync/changes', headers: { 'accept-encoding': accept } })
    expect([reply.headers['content-encoding'], reply.headers['vary']]).toEqual([
      'gzip',
      expect.stringContaining('Accept-Encoding'),
    ])
    const plain = gunzipSync(reply.rawPayload).toString('utf8')
    expect(JSON.parse(plain)).toMatchObject({ changes: service.rows })
    expect(reply.rawPayload.length).toBeLessThan(plain.length / 4)
  })

  test.each([undefined, '', 'identity', 'br', 'gzip;q=0', 'gzip; q=0.000, br', 'xgzip'])(
    '[SR10] an answer is not compressed for %j',
    async (accept) => {
      service.rows = many()
      const headers = accept === undefined ? {} : { 'accept-encoding': accept }
      const reply = await server.app.inject({ url: '/api/sync/changes', headers })
      expect(reply.headers['content-encoding']).toBeUndefined()
      expect(reply.json()).toMatchObject({ changes: service.rows })
    },
  )

  test('[SR10] a short answer is not worth it', async () => {
    const reply = await server.app.inject({ url: '/api/sync/changes', headers: { 'accept-encoding': 'gzip' } })
    expect(reply.headers['content-encoding']).toBeUndefined()
  })
})

describe('rates', () => {
  const operations = Array.from({ length: syncLimits.operationsMax }, () => 0)

  test('[SR11] a user has so many requests a minute, wherever they come from; others are not concerned', async () => {
    let now = Date.now()
    await using guarded = await createTestServer(jwtAuth, { syncService: service, clock: { now: () => now } })
    const [ada, grace, foreign] = [
      await bearer({ sub: 'ada' }),
      await bearer({ sub: 'grace' }),
      await bearer({ sub: 'ada', tenant: 'other' }),
    ]
    const pull = (headers: object) => guarded.app.inject({ url: '/api/sync/changes', headers: { ...headers } })
    for (let count = 0; count < httpLimits.recordRequestsPerMinuteMax; count += 1) await pull(ada)
    const refused = await pull(ada)
    expect([refused.statusCode, refused.headers['retry-after'], refused.json()]).toEqual([
      429,
      '60',
      { code: 'TOO_FAST', message: 'too many requests of this user; wait as long as Retry-After says' },
    ])
    expect([(await pull(grace)).statusCode, (await pull(foreign)).statusCode]).toEqual([200, 200])
    now += 60_000
    expect((await pull(ada)).statusCode).toBe(200)
  })

  test('[SR11] a user has so many operations a minute', async () => {
    await using guarded = await createTestServer(jwtAuth, { syncService: service })
    const headers = await bearer({ sub: 'ada' })
    const send = () => guarded.app.inject({ ...push, headers, payload: { ...request, operations } })
    for (let count = 0; count < httpLimits.operationsPerMinuteMax / operations.length; count += 1)
      expect((await send()).statusCode).toBe(200)
    const refused = await send()
    expect([refused.statusCode, codeOf(refused)]).toEqual([429, 'TOO_FAST'])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    // Others of the same user go on: nothing to push is nothing to count.
    expect((await guarded.app.inject({ ...push, headers, payload: request })).statusCode).toBe(200)
  })

  test('[SR11] with the rates off, and under auth none, nobody is counted', async () => {
    await using guarded = await createTestServer({ ...jwtAuth, rateLimits: false }, { syncService: service })
    const headers = await bearer({ sub: 'ada' })
    for (let count = 0; count <= httpLimits.recordRequestsPerMinuteMax; count += 1) {
      expect((await guarded.app.inject({ url: '/api/sync/changes', headers })).statusCode).toBe(200)
    }
    for (let count = 0; count <= httpLimits.recordRequestsPerMinuteMax; count += 1) {
      expect((await server.app.inject('/api/sync/changes')).statusCode).toBe(200)
    }
  })
})

describe('who asks', () => {
  test('[SR12] without a token nothing but the connectivity test answers', async () => {
    await using guarded = await createTestServer(jwtAuth, { syncService: service })
    const replies = [
      await guarded.app.inject({ ...push, payload: request }),
      await guarded.app.inject('/api/sync/changes'),
      await guarded.app.inject('/api/v1/records/note'),
      await guarded.app.inject('/api/v1/records/note/n1'),
      await guarded.app.inject({ method: 'POST', url: '/api/v1/records/note/batch', payload: { operations: [] } }),
    ]
    for (const reply of replies) expect([reply.statusCode, codeOf(reply)]).toEqual([401, 'UNAUTHENTICATED'])
    expect(service.calls).toEqual([])
    const probe = await guarded.app.inject('/api/v1/sync/connectivity-test')
    expect([probe.statusCode, probe.headers['cache-control'], probe.json()]).toEqual([
      200,
      'no-store',
      { service: 'rejoin', serverTime: expect.stringMatching(/^\d{4}-.*Z$/) },
    ])
    expect(probe.payload.length).toBeLessThan(100)
  })

  test('[SR12] the service is asked as the user of the token', async () => {
    await using guarded = await createTestServer(jwtAuth, { syncService: service })
    await guarded.app.inject({ ...push, headers: await bearer({ sub: 'ada' }), payload: request })
    expect(service.calls).toEqual([['sync', 'ada', request]])
  })

  test('[SR13] the figures count operations, batches and their statuses', async () => {
    service.results = [applied, { ...applied, operationId: 'o2' }, { operationId: 'o3', status: 'conflict', code: 'CONFLICT' }]
    await server.app.inject({ ...push, payload: { ...request, operations: [1, 2, 3] } })
    await server.app.inject({ method: 'POST', url: '/api/v1/records/note/batch', payload: { operations: [1, 2, 3] } })
    const { payload } = await server.app.inject('/metrics')
    expect(payload).toContain('rejoin_operations_total{status="applied"} 4\n')
    expect(payload).toContain('rejoin_operations_total{status="conflict"} 2\n')
    expect(payload).toContain('rejoin_operation_batches_total 2\n')
    expect(payload).toContain('rejoin_change_feeds 0\n')
  })

  test('[SR14] another origin’s page may send what our client sends, if it is allowed', async () => {
    await using allowing = await createTestServer({ allowedOrigins: ['https://app.example'] }, { syncService: service })
    const preflight = (origin: string) =>
      allowing.app.inject({
        method: 'OPTIONS',
        url: '/api/sync',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-encoding' },
      })
    const reply = await preflight('https://app.example')
    expect(reply.headers['access-control-allow-headers']).toBe(
      'authorization, content-encoding, content-type, idempotency-key, x-rejoin-replay',
    )
    for (const origin of ['https://elsewhere.example', 'null']) {
      const refused = await preflight(origin)
      expect([refused.statusCode, refused.headers['access-control-allow-origin']]).toEqual([403, undefined])
    }
  })
})
