import { Buffer } from 'node:buffer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { DocumentStoreError } from '../document-log/document-store-error.ts'
import { bearer, createTestServer, jwtAuth, type TestServer } from '../testing/test-server.ts'

const path = (name: string, after = '') => `/api/v1/documents/${encodeURIComponent(name)}${after}`

async function write(
  server: TestServer,
  { tenant = 'default', name, content }: { tenant?: string; name: string; content: string },
): Promise<Uint8Array> {
  const doc = new Y.Doc()
  doc.getText('text').insert(0, content)
  const update = Y.encodeStateAsUpdate(doc)
  const documents = server.store.tenant(tenant)
  const result = await documents.append({
    document: name,
    generation: documents.firstGeneration(),
    afterSeq: 0,
    rows: [{ update, user: null, at: Date.now() }],
    bindings: [],
  })
  expect(result.type).toBe('committed')
  return update
}

describe('under auth none', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await createTestServer()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('[H3] a document is its update, with its generation', async () => {
    await write(server, { name: 'plan', content: 'hello' })
    const reply = await server.app.inject(path('plan'))
    expect(reply.statusCode).toBe(200)
    expect(reply.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': 'no-store',
      'rejoin-generation': server.store.tenant('default').firstGeneration(),
    })
    const doc = new Y.Doc()
    Y.applyUpdate(doc, reply.rawPayload)
    expect(doc.getText('text').toJSON()).toBe('hello')
  })

  test.each<[string, 'json' | 'update' | 'none']>([
    ['application/json', 'json'],
    ['application/json;charset=utf-8, */*;q=0.1', 'json'],
    ['application/*', 'update'],
    ['*/*', 'update'],
    ['', 'update'],
    ['application/octet-stream;q=0.5, application/json;q=0.6', 'json'],
    ['application/json;q=0', 'none'],
    ['text/html', 'none'],
    ['image/*, application/xml', 'none'],
  ])('[H3] Accept %j gets %s', async (accept, kind) => {
    await server.store.tenant('default').delete('negotiated')
    const documents = server.store.tenant('default')
    if ((await documents.restore('negotiated')) === undefined) await write(server, { name: 'negotiated', content: 'hello' })
    const reply = await server.app.inject({ url: path('negotiated'), headers: { accept } })
    const json = 'application/json; charset=utf-8'
    const content = reply.headers['content-type'] === json ? reply.json<object>() : 'bytes'
    const expected = {
      json: [200, json, { text: 'hello' }],
      update: [200, 'application/octet-stream', 'bytes'],
      none: [406, json, { code: 'NOT_ACCEPTABLE', message: 'a document is application/octet-stream or application/json' }],
    }[kind]
    expect([reply.statusCode, reply.headers['content-type'], content]).toEqual(expected)
    expect(reply.headers['vary']).toBe('Origin, Accept')
  })

  test('[H5] its life: created, deleted, restored', async () => {
    const create = (name: string) => server.app.inject({ method: 'POST', url: '/api/v1/documents', payload: { name } })
    const created = await create('life/α')
    expect(created.statusCode).toBe(201)
    expect(created.headers['location']).toBe('/api/v1/documents/life%2F%CE%B1')
    const { generation } = created.json<{ generation: string }>()
    expect((await server.app.inject(path('life/α'))).headers['rejoin-generation']).toBe(generation)
    expect((await create('life/α')).json()).toEqual({ code: 'NOT_DELETED', message: 'this document exists' })
    expect((await server.app.inject({ method: 'POST', url: path('life/α', '/restore') })).json()).toMatchObject({
      code: 'NOT_DELETED',
    })

    const gone = await server.app.inject({ method: 'DELETE', url: path('life/α') })
    expect([gone.statusCode, gone.payload]).toEqual([204, ''])
    for (const method of ['GET', 'DELETE'] as const) {
      const reply = await server.app.inject({ method, url: path('life/α') })
      expect([reply.statusCode, reply.json()]).toEqual([404, { code: 'DELETED', message: 'this document was deleted' }])
    }
    const restored = await server.app.inject({ method: 'POST', url: path('life/α', '/restore') })
    expect(restored.statusCode).toBe(200)
    expect(restored.json<{ generation: string }>().generation).not.toBe(generation)
    expect((await server.app.inject(path('life/α'))).statusCode).toBe(200)
  })

  test('[H5] what was never there is not found', async () => {
    const asked = [
      { method: 'GET', url: path('nowhere') },
      { method: 'DELETE', url: path('nowhere') },
      { method: 'POST', url: path('nowhere', '/restore') },
    ] as const
    for (const request of asked) {
      const reply = await server.app.inject(request)
      expect([reply.statusCode, reply.json()]).toEqual([404, { code: 'NOT_FOUND', message: 'there is no such document' }])
    }
  })

  test.each([
    'a/b',
    '../../etc/passwd',
    'a%2Fb',
    'a%252Fb',
    '%',
    'x/restore',
    'restore',
    '__proto__',
    'constructor',
    'toString',
    '🙂',
    'a b+c',
    'u\u0308',
    '\u00fc',
    '?token=x',
    '#a',
    ';a=b',
    'x'.repeat(256),
  ])('[H6] a name like others: %j', async (name) => {
    await write(server, { name, content: name })
    const reply = await server.app.inject({ url: path(name), headers: { accept: 'application/json' } })
    expect([reply.statusCode, reply.json()]).toEqual([200, { text: name }])
  })

  test('[H6] a name that a client did not encode reaches no other route', async () => {
    await write(server, { name: 'c/d', content: 'x' })
    for (const url of [
      '/api/v1/documents/c/d',
      '/api/v1/documents/a%2Fb/c',
      '/api/v1//documents/a',
      '/API/v1/documents',
      '/api/v1/documents/',
    ]) {
      const reply = await server.app.inject(url)
      expect([url, reply.statusCode, reply.json<{ code: string }>().code]).toEqual([
        url,
        url.endsWith('/') ? 400 : 404,
        url.endsWith('/') ? 'BAD_NAME' : 'NOT_FOUND',
      ])
    }
  })

  test.each([
    ['over-long', 'x'.repeat(257)],
    ['over-long in UTF-8', 'ü'.repeat(129)],
    ['far over-long', 'x'.repeat(5_000)],
    ['NUL', 'a\0'],
    ['line feed', 'a\n'],
    ['delete', 'a\u007f'],
    ['C1 control', 'a\u0085'],
  ])('[H6] a bad name: %s', async (_kind, name) => {
    for (const request of [
      { method: 'GET', url: path(name) },
      { method: 'DELETE', url: path(name) },
      { method: 'POST', url: path(name, '/restore') },
    ] as const) {
      const reply = await server.app.inject(request)
      expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([400, 'BAD_NAME'])
    }
    const reply = await server.app.inject({ method: 'POST', url: '/api/v1/documents', payload: { name } })
    expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([400, 'BAD_REQUEST'])
  })

  test('[H6] bytes that are not UTF-8 are no name', async () => {
    for (const url of ['/api/v1/documents/%ff', '/api/v1/documents/%', '/api/v1/documents/%ED%A0%80']) {
      const reply = await server.app.inject(url)
      expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([400, 'BAD_REQUEST'])
    }
  })

  test('[H6] a failed load is unavailable, never blank', async () => {
    await using broken = await createTestServer(
      {},
      {
        store: {
          ...server.store,
          tenant: (tenant) => ({
            ...server.store.tenant(tenant),
            load: () => Promise.reject(new DocumentStoreError('corrupt', 'checksum')),
          }),
        },
      },
    )
    const reply = await broken.app.inject(path('plan'))
    expect([reply.statusCode, reply.json()]).toEqual([
      503,
      { code: 'UNAVAILABLE', message: 'this cannot be had now; try again later' },
    ])
    expect(broken.log()).toContain('checksum')
  })
})

describe('the list', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await createTestServer(jwtAuth)
    for (const name of ['a', 'b', 'c', 'd', 'e']) await write(server, { tenant: 'acme', name, content: name })
    await write(server, { tenant: 'other', name: 'theirs', content: 'canary' })
    await server.store.tenant('acme').delete('d')
  })
  afterAll(() => server[Symbol.asyncDispose]())

  async function list(claims: object, query = ''): Promise<{ names: string[]; next: string | undefined }> {
    const reply = await server.app.inject({ url: `/api/v1/documents${query}`, headers: await bearer({ sub: 'ann', ...claims }) })
    expect(reply.statusCode).toBe(200)
    const body = reply.json<{ documents: { name: string }[]; next?: string }>()
    return { names: body.documents.map(({ name }) => name), next: body.next }
  }

  test('[H2] has the facts of live documents, and of deleted ones where asked', async () => {
    const reply = await server.app.inject({
      url: '/api/v1/documents?includeDeleted=true&limit=1',
      headers: await bearer({ sub: 'ann' }),
    })
    const generation = server.store.tenant('acme').firstGeneration()
    expect(reply.json()).toEqual({
      documents: [
        {
          name: 'a',
          generation,
          isDeleted: false,
          storedBytes: expect.any(Number),
          updateCount: 1,
          createdAt: expect.any(Number),
          updatedAt: expect.any(Number),
        },
      ],
      next: expect.any(String),
    })
    expect((await list({})).names).toEqual(['a', 'b', 'c', 'e'])
    expect((await list({}, '?includeDeleted=true')).names).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  test('[H2] goes on page by page', async () => {
    const seen: string[][] = []
    let cursor = ''
    for (let page = 0; page < 5; page += 1) {
      const { names, next } = await list({}, `?limit=2${cursor}`)
      seen.push(names)
      if (next === undefined) break
      cursor = `&cursor=${next}`
    }
    expect(seen).toEqual([['a', 'b'], ['c', 'e'], []])
  })

  test('[H2] has only what the asker may read', async () => {
    const documents = [
      { pattern: 'b', access: 'read' },
      { pattern: 'e*', access: 'write' },
    ]
    expect(await list({ documents }, '?limit=2')).toMatchObject({ names: ['b', 'e'] })
    expect(await list({ documents: [] })).toEqual({ names: [], next: undefined })
    expect((await list({ tenant: 'other' })).names).toEqual(['theirs'])
    expect((await list({ tenant: 'third' })).names).toEqual([])
  })

  test('[H2] a cursor of another only says where to go on', async () => {
    const cursor = Buffer.from('b').toString('base64url')
    expect((await list({ tenant: 'other' }, `?cursor=${cursor}`)).names).toEqual(['theirs'])
  })

  test.each([
    'limit=0',
    'limit=-1',
    'limit=501',
    'limit=1e3',
    'limit=NaN',
    'limit=',
    'limit=1&limit=2',
    'limit=%31%00',
    'cursor=!',
    'cursor=',
    'cursor=AA',
    'cursor=_w',
    'order_by=name',
    'includeDeleted=yes',
    'token=abc',
    '__proto__=1',
    'tenant=other',
  ])('[H2][H7] refuses ?%s', async (query) => {
    const reply = await server.app.inject({ url: `/api/v1/documents?${query}`, headers: await bearer({ sub: 'ann' }) })
    expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([400, 'BAD_REQUEST'])
  })
})

describe('under auth jwt', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await createTestServer(jwtAuth)
    await write(server, { tenant: 'acme', name: 'mine', content: 'canary' })
    await write(server, { tenant: 'acme', name: 'gone', content: 'canary' })
    await server.store.tenant('acme').delete('gone')
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const everyRoute = (name: string) =>
    [
      { method: 'GET', url: path(name) },
      { method: 'GET', url: path(name), headers: { accept: 'application/json' } },
      { method: 'DELETE', url: path(name) },
      { method: 'POST', url: path(name, '/restore') },
    ] as const

  test('[I5] every route wants a token, in the header', async () => {
    const { authorization } = await bearer({ sub: 'ann' })
    const token = authorization.slice('Bearer '.length)
    const others = [
      { method: 'GET', url: '/api/v1/documents' },
      { method: 'POST', url: '/api/v1/documents', payload: { name: 'x' } },
      { method: 'POST', url: '/api/v1/admin/revocations', payload: { user: 'ann' } },
      { method: 'GET', url: '/metrics' },
    ] as const
    for (const request of [...everyRoute('mine'), ...others]) {
      for (const headers of [{}, { authorization: token }, { authorization: `Basic ${token}` }, { cookie: `token=${token}` }]) {
        const reply = await server.app.inject({ ...request, headers })
        expect([request.url, reply.statusCode, reply.json<{ code: string }>().code]).toEqual([
          request.url,
          401,
          'UNAUTHENTICATED',
        ])
        expect(reply.headers['www-authenticate']).toBe('Bearer')
      }
      const inUrl = await server.app.inject({ ...request, url: `${request.url}?token=${token}` })
      expect(inUrl.statusCode).toBe(401)
    }
    const expired = await server.app.inject({ url: path('mine'), headers: await bearer({ sub: 'ann', exp: 1_000_000 }) })
    expect([expired.statusCode, expired.json<{ code: string }>().code]).toEqual([401, 'TOKEN_EXPIRED'])
  })

  test('[H5] a hidden or foreign name answers, to the last header, as one that does not exist', async () => {
    const askers = [
      { sub: 'eve', tenant: 'other' },
      { sub: 'eve', documents: [] },
      { sub: 'eve', documents: [{ pattern: 'public/*', access: 'write' }] },
      { sub: 'eve', tenant: 'other', role: 'admin' },
    ]
    for (const claims of askers) {
      const headers = await bearer(claims)
      for (const [index, request] of everyRoute('mine').entries()) {
        const answers = []
        for (const name of ['mine', 'gone', 'none']) {
          const {
            statusCode,
            payload,
            headers: answered,
          } = await server.app.inject({
            ...everyRoute(name)[index],
            ...request,
            url: everyRoute(name)[index]?.url ?? '',
            headers: { ...headers },
          })
          delete answered['x-ratelimit-remaining']
          delete answered['x-ratelimit-reset']
          delete answered['date']
          answers.push({ statusCode, payload, answered })
        }
        expect(answers[0]?.statusCode).toBe(404)
        expect(answers[1]).toEqual(answers[0])
        expect(answers[2]).toEqual(answers[0])
      }
    }
    expect((await server.store.tenant('acme').load('mine')).type).toBe('live')
    expect((await server.store.tenant('acme').load('gone')).type).toBe('deleted')
  })

  test('[H5] who may only read is told so at a write', async () => {
    const headers = await bearer({ sub: 'ann', documents: [{ pattern: '*', access: 'read' }] })
    expect((await server.app.inject({ url: path('mine'), headers })).statusCode).toBe(200)
    expect((await server.app.inject({ url: path('gone'), headers })).json()).toMatchObject({ code: 'DELETED' })
    for (const request of [
      { method: 'DELETE', url: path('mine') },
      { method: 'POST', url: path('gone', '/restore') },
      { method: 'POST', url: '/api/v1/documents', payload: { name: 'gone' } },
      { method: 'POST', url: '/api/v1/documents', payload: { name: 'new' } },
    ] as const) {
      const reply = await server.app.inject({ ...request, headers })
      expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([403, 'FORBIDDEN'])
    }
    expect((await server.store.tenant('acme').load('gone')).type).toBe('deleted')
  })
})
