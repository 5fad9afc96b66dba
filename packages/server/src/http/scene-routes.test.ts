import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Author, element, operationId } from '../testing/scene-world.ts'
import { bearer, createTestServer, jwtAuth, type TestServer } from '../testing/test-server.ts'

// Threads are started, which takes its time on a machine that has other things to do.
vi.setConfig({ testTimeout: 60_000 })

const path = (name: string, after = '') => `/api/v1/scenes/${encodeURIComponent(name)}${after}`

type Headers = Readonly<Record<string, string>>

function send(server: TestServer, name: string, body: object, headers: Headers = {}) {
  return server.app.inject({ method: 'POST', url: path(name, '/operations'), payload: body, headers })
}

function get(server: TestServer, name: string, headers: Headers = {}) {
  return server.app.inject({ url: path(name), headers })
}

describe('under auth none', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await createTestServer()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('[SV12] a batch is carried out, and the elements can be had as JSON, by id', async () => {
    const ada = new Author('tablet')
    const reply = await send(server, 'plans/first', { operations: [ada.add('b'), ada.add('a', { label: 'ü' }), ada.remove('c')] })
    expect([reply.statusCode, reply.json()]).toEqual([
      200,
      {
        success: true,
        syncedCount: 2,
        conflictCount: 1,
        failedCount: 0,
        conflicts: [{ operation: operationId(3), reason: { type: 'ElementNotFound' }, resolved: true, decision: 'remote' }],
        failedOperations: [],
        durationMs: expect.any(Number),
        timestamp: expect.stringMatching(/Z$/),
        retryAttempts: 0,
      },
    ])
    const scene = await get(server, 'plans/first')
    expect(scene.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'rejoin-generation': server.store.tenant('default').firstGeneration(),
    })
    expect(scene.json()).toEqual({
      elements: [
        element('a', { label: 'ü', updatedAt: 900_001, updatedBy: 'tablet' }),
        element('b', { updatedAt: 900_000, updatedBy: 'tablet' }),
      ],
    })
  })

  test('[SV12] the body may be gzip, up to 2 MiB inflated', async () => {
    const ada = new Author('tablet')
    const payload = (operations: readonly unknown[]) => gzipSync(JSON.stringify({ operations }))
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    const url = path('gzip', '/operations')
    const large = Array.from({ length: 20 }, (_, index) => ada.add(`e${index}`, { text: 'x'.repeat(90_000) }))
    expect((await server.app.inject({ method: 'POST', url, headers, payload: payload(large) })).json()).toMatchObject({
      syncedCount: 20,
    })
    const tooLarge = Array.from({ length: 24 }, (_, index) => ada.add(`e${index}`, { text: 'x'.repeat(90_000) }))
    const refused = await server.app.inject({ method: 'POST', url, headers, payload: payload(tooLarge) })
    expect([refused.statusCode, refused.json()]).toEqual([413, { code: 'TOO_LARGE', message: expect.any(String) }])
  })

  test.each<[string, object, number, string]>([
    ['no operations', {}, 400, 'BAD_REQUEST'],
    ['an unknown strategy', { operations: [], strategy: 'coinToss' }, 400, 'BAD_REQUEST'],
    ['a generation that is none', { operations: [], generation: '../x' }, 400, 'BAD_REQUEST'],
    ['a field of its own making', { operations: [], sudo: true }, 400, 'BAD_REQUEST'],
    ['an operation without an id', { operations: [{ type: 'AddElement' }] }, 400, 'BAD_REQUEST'],
    ['501 operations', { operations: Array.from({ length: 501 }, () => ({})) }, 413, 'TOO_LARGE'],
  ])('[SV13] refused whole: %s', async (_what, body, status, code) => {
    const reply = await send(server, 'refused', body)
    expect([reply.statusCode, reply.json()]).toEqual([status, { code, message: expect.any(String) }])
    expect((await get(server, 'refused')).statusCode).toBe(404)
  })

  const hostile: [string, string][] = [
    ['a prototype as an element', '{"type":"RemoveElement","id":"__proto__"}'],
    ['a prototype as a field', '{"type":"UpdateElement","id":"a","changes":{"__proto__":{"x":1}}}'],
    ['a prototype deep in a value', '{"type":"UpdateElement","id":"a","changes":{"style":[{"constructor":{"x":1}}]}}'],
    ['a number beyond all numbers', '{"type":"UpdateElement","id":"a","changes":{"x":1e999}}'],
    ['a number as large as can be', '{"type":"UpdateElement","id":"a","changes":{"x":1.7976931348623157e308}}'],
    ['NaN, as far as JSON goes', '{"type":"UpdateElement","id":"a","changes":{"x":"NaN"}}'],
    ['a depth of 50,000', `{"type":"UpdateElement","id":"a","changes":{"points":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`],
    ['a lone surrogate as an id', String.raw`{"type":"RemoveElement","id":"\ud800"}`],
    ['a NUL in a field', String.raw`{"type":"UpdateElement","id":"a","changes":{"a\u0000b":1}}`],
    ['a value as large as it gets', `{"type":"UpdateElement","id":"a","changes":{"text":"${'x'.repeat(1_000_000)}"}}`],
  ]
  test.each(hostile)('[SV14] costs only its own operation: %s', async (_what, json) => {
    const ada = new Author('tablet')
    const common = JSON.stringify({ operationId: operationId(500), clientId: 'tablet', timestamp: 1 }).slice(1)
    const payload = `{"operations":[${JSON.stringify(ada.add('a'))},${json.slice(0, -1)},${common},${JSON.stringify(ada.add('b'))}]}`
    const name = `hostile ${json.length}`
    const headers = { 'content-type': 'application/json' }
    const reply = await server.app.inject({ method: 'POST', url: path(name, '/operations'), headers, payload })
    expect(reply.json()).toMatchObject({
      success: false,
      syncedCount: 2,
      failedOperations: [
        { operation: operationId(500), error: expect.stringMatching(/^(VALIDATION_ERROR|TOO_LARGE)$/), retryable: false },
      ],
    })
    expect((await get(server, name)).json()).toMatchObject({ elements: [{ id: 'a' }, { id: 'b' }] })
  })

  test('[SV12] a deleted document takes no batch and shows no elements', async () => {
    await send(server, 'gone', { operations: [new Author('tablet').add('a')] })
    await server.app.inject({ method: 'DELETE', url: '/api/v1/documents/gone' })
    const replies = [await send(server, 'gone', { operations: [new Author('tablet').interact()] }), await get(server, 'gone')]
    expect(replies.map((reply) => [reply.statusCode, reply.json<{ code: string }>().code])).toEqual([
      [404, 'DELETED'],
      [404, 'DELETED'],
    ])
  })

  test('[SV10] a scene that cannot be read is 503 at the first try, never an empty one, and the next scene is changed all the same', async () => {
    const documents = server.store.tenant('default')
    const rows = [{ update: Uint8Array.of(9, 9, 9), user: null, at: 1 }]
    await documents.append({ document: 'broken', generation: 'g-1', afterSeq: 0, rows, bindings: [] })
    const reply = await send(server, 'broken', { operations: [new Author('tablet').add('a')] })
    expect([reply.statusCode, reply.json()]).toEqual([503, { code: 'UNAVAILABLE', message: expect.any(String) }])
    expect(await documents.load('broken')).toMatchObject({ seq: 1 })
    expect(server.log().match(/a scene could not be changed/g)).toHaveLength(1)
    expect((await send(server, 'whole', { operations: [new Author('tablet').add('a')] })).json()).toMatchObject({
      syncedCount: 1,
    })
  })

  test('[SV21] a scene that the thread gave up is not given to it again for now, whoever asks', async () => {
    const rows = [{ update: Uint8Array.of(9, 9, 9), user: null, at: 1 }]
    const place = { document: 'broken too', generation: 'g-1', afterSeq: 0 }
    await server.store.tenant('default').append({ ...place, rows, bindings: [] })
    const failures = () => server.log().match(/a scene could not be changed/g)?.length ?? 0
    const before = failures()
    const refused = { code: 'UNAVAILABLE', message: expect.any(String) }
    for (const operation of [new Author('tablet').add('a'), new Author('phone', { firstId: 2 }).add('b')]) {
      const reply = await send(server, 'broken too', { operations: [operation] })
      expect([reply.statusCode, reply.json(), failures() - before]).toEqual([503, refused, 1])
    }
  })

  test('[SV12] what became of operations is in the metrics', async () => {
    const before = (await server.app.inject('/metrics')).payload
    const ada = new Author('tablet')
    const operations = [ada.interact(), ada.remove('nothing')]
    await send(server, 'counted', { operations })
    await send(server, 'counted', { operations })
    const after = (await server.app.inject('/metrics')).payload
    const increase = (name: string) => Number(valueOf(after, name)) - Number(valueOf(before, name))
    expect(
      [
        'rejoin_scene_batches_total',
        'rejoin_scene_interactions_total',
        'rejoin_scene_operations_total{outcome="conflict"}',
        'rejoin_scene_operations_total{outcome="repeated"}',
      ].map(increase),
    ).toEqual([2, 1, 1, 2])
  })
})

function valueOf(metrics: string, name: string): string {
  return (
    metrics
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1) ?? '0'
  )
}

describe('with tokens', () => {
  test('[SV15] who may only read, may not, or is of another tenant changes nothing', async () => {
    await using server = await createTestServer(jwtAuth)
    const documents = [
      { pattern: 'plans/*', access: 'read' },
      { pattern: 'own', access: 'write' },
    ]
    const reader = await bearer({ sub: 'ben', documents })
    const writer = await bearer({ sub: 'ada' })
    const operations = [new Author('tablet').add('a')]
    expect((await send(server, 'plans/a', { operations }, writer)).json()).toMatchObject({ syncedCount: 1 })
    const codeOf = async (reply: ReturnType<typeof send>) => {
      const { statusCode, json } = await reply
      return [statusCode, json<{ code?: string }>().code]
    }
    expect(await codeOf(send(server, 'plans/a', { operations }, reader))).toEqual([403, 'FORBIDDEN'])
    expect(await codeOf(send(server, 'secret', { operations }, reader))).toEqual([404, 'NOT_FOUND'])
    expect(await codeOf(send(server, 'plans/a', { operations }))).toEqual([401, 'UNAUTHENTICATED'])
    expect(await codeOf(get(server, 'secret', reader))).toEqual([404, 'NOT_FOUND'])
    expect((await get(server, 'plans/a', reader)).json()).toMatchObject({ elements: [{ id: 'a' }] })
    expect(await codeOf(send(server, 'own', { operations }, reader))).toEqual([200, undefined])
    const stranger = await bearer({ sub: 'eve', tenant: 'other' })
    expect(await codeOf(get(server, 'plans/a', stranger))).toEqual([404, 'NOT_FOUND'])
  })

  test('[SV15] requests and operations count for their user', async () => {
    await using server = await createTestServer(jwtAuth)
    const ada = await bearer({ sub: 'ada' })
    const full = { operations: Array.from({ length: 500 }, (_, index) => ({ operationId: operationId(index) })) }
    const statuses: number[] = []
    for (let round = 0; round < 121; round++) statuses.push((await send(server, 'plan', full, ada)).statusCode)
    expect([statuses.slice(0, 120).every((status) => status === 200), statuses[120]]).toEqual([true, 429])
    const other = await send(server, 'plan', { operations: [] }, await bearer({ sub: 'ben' }))
    expect(other.statusCode).toBe(200)
  })
})
