import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualTime } from '@rejoin/core/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KeysUnavailableError } from '../auth/jwt-authenticator.ts'
import { bearer, createTestServer, jwtAuth, type TestServer } from '../testing/test-server.ts'

const codeOf = (reply: { json<T>(): T }) => reply.json<{ code: string }>().code
const create = { method: 'POST', url: '/api/v1/documents' } as const

describe('errors', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await createTestServer()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test.each([
    '/',
    '/api',
    '/api/v1/nothing',
    '/api/v1/admin/revocations',
    '/.env',
    '/main.js.map',
    '/documents/plan',
    '/%2e%2e/etc/passwd',
    '/LIVEZ',
    '/livez/',
  ])('[H8] %s is not known', async (url) => {
    const reply = await server.app.inject(url)
    expect([reply.statusCode, reply.json()]).toEqual([404, { code: 'NOT_FOUND', message: 'there is nothing here' }])
  })

  test.each([
    ['PUT', '/api/v1/documents', 'GET, HEAD, POST'],
    ['PATCH', '/api/v1/documents/plan', 'GET, HEAD, DELETE'],
    ['POST', '/api/v1/documents/plan', 'GET, HEAD, DELETE'],
    ['GET', '/api/v1/documents/plan/restore', 'POST'],
    ['TRACE', '/api/v1/documents', 'GET, HEAD, POST'],
    ['DELETE', '/metrics', 'GET, HEAD'],
  ] as const)('[H8] %s %s is 405', async (method, url, allow) => {
    const reply = await server.app.inject({ method: method as 'PUT', url })
    expect([reply.statusCode, codeOf(reply), reply.headers['allow']]).toEqual([405, 'METHOD_NOT_ALLOWED', allow])
  })

  test.each([
    'application/json\ta',
    'application/json garbage',
    'application/json; charset=utf-7',
    'application/json; charset=utf-8; x=y',
    'application/json, application/json',
    'application/jsonx',
    'text/plain',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    '',
  ])('[H7] Content-Type %j is 415', async (type) => {
    const reply = await server.app.inject({ ...create, headers: { 'content-type': type }, payload: '{"name":"typed"}' })
    expect([reply.statusCode, codeOf(reply)]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
    expect((await server.store.tenant('default').load('typed')).type).toBe('absent')
  })

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset=UTF-8'])(
    '[H7] Content-Type %j is fine',
    async (type) => {
      const reply = await server.app.inject({
        ...create,
        headers: { 'content-type': type },
        payload: JSON.stringify({ name: type }),
      })
      expect(reply.statusCode).toBe(201)
    },
  )

  test('[H7] a compressed body is 415', async () => {
    const reply = await server.app.inject({
      ...create,
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      payload: '{}',
    })
    expect([reply.statusCode, codeOf(reply)]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
  })

  test.each<[string, string]>([
    ['no body', ''],
    ['no JSON', '{'],
    ['a trailing word', '{"name":"x"} y'],
    ['a BOM and nothing', '\ufeff'],
    ['null', 'null'],
    ['a list', '["x"]'],
    ['no name', '{}'],
    ['a number', '{"name":1}'],
    ['an object', '{"name":{"a":1}}'],
    ['an extra field', '{"name":"x","tenant":"other"}'],
    ['__proto__', '{"name":"x","__proto__":{"isAdmin":true}}'],
    ['constructor.prototype', '{"name":"x","constructor":{"prototype":{"isAdmin":true}}}'],
    ['a lone surrogate', '{"name":"\\ud800"}'],
    ['nested deeply', `{"name":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
  ])('[H7] a body with %s is 400', async (_name, payload) => {
    const reply = await server.app.inject({ ...create, headers: { 'content-type': 'application/json' }, payload })
    expect([reply.statusCode, codeOf(reply)]).toEqual([400, 'BAD_REQUEST'])
    expect(reply.payload.length).toBeLessThan(400)
  })

  test('[H7] a body over 256 KiB is 413', async () => {
    const reply = await server.app.inject({ ...create, payload: { name: 'x'.repeat(256 * 1024) } })
    expect([reply.statusCode, codeOf(reply)]).toEqual([413, 'TOO_LARGE'])
  })

  test('[H1] what nobody foresaw is INTERNAL without detail, and logged', async () => {
    const broken = {
      ...server.store,
      tenant: () => ({ ...server.store.tenant('default'), list: () => Promise.reject(new TypeError('canary detail')) }),
    }
    await using failing = await createTestServer({}, { store: broken })
    const reply = await failing.app.inject('/api/v1/documents')
    expect([reply.statusCode, reply.json()]).toEqual([
      500,
      { code: 'INTERNAL', message: 'something went wrong on the server; it has been logged' },
    ])
    expect(failing.log()).toContain('canary detail')
  })
})

test('[I11] where nobody can be judged, nobody is called wrong', async () => {
  const failing = { mode: 'jwt' as const, authenticate: () => Promise.reject(new KeysUnavailableError('canary')) }
  await using server = await createTestServer(jwtAuth, { authenticator: failing })
  const reply = await server.app.inject({ url: '/api/v1/documents', headers: await bearer({ sub: 'ann' }) })
  expect([reply.statusCode, reply.json()]).toEqual([
    503,
    { code: 'UNAVAILABLE', message: 'this cannot be had now; try again later' },
  ])
})

describe('where a request comes from', () => {
  const origin = 'https://app.example.org'
  let server: TestServer
  beforeAll(async () => {
    server = await createTestServer({ allowedOrigins: [origin] })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test.each(['https://evil.example', 'null', 'https://app.example.org.evil.example', 'http://localhost:81'])(
    '[I9][H9] a page of %s gets nothing',
    async (foreign) => {
      const preflight = {
        method: 'OPTIONS',
        url: '/api/v1/documents',
        headers: { origin: foreign, 'access-control-request-method': 'DELETE' },
      } as const
      for (const request of [
        { ...create, payload: { name: 'x' }, headers: { origin: foreign } },
        { url: '/livez', headers: { origin: foreign } },
        preflight,
      ]) {
        const reply = await server.app.inject(request)
        expect([reply.statusCode, codeOf(reply)]).toEqual([403, 'FOREIGN_ORIGIN'])
        expect(reply.headers['access-control-allow-origin']).toBeUndefined()
      }
      expect((await server.store.tenant('default').load('x')).type).toBe('absent')
    },
  )

  test('[H9] an allowed page is answered by name, without credentials', async () => {
    const preflight = await server.app.inject({
      method: 'OPTIONS',
      url: '/api/v1/documents/plan',
      headers: { origin, 'access-control-request-method': 'DELETE', 'access-control-request-headers': 'authorization' },
    })
    expect(preflight.statusCode).toBe(204)
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE',
      'access-control-max-age': '600',
    })
    const reply = await server.app.inject({ url: '/api/v1/documents', headers: { origin } })
    expect([reply.statusCode, reply.headers['access-control-allow-origin']]).toEqual([200, origin])
    expect(reply.headers['access-control-allow-credentials']).toBeUndefined()
  })

  test('[I10] under auth none a name that was made to point here gets nothing', async () => {
    for (const url of ['/api/v1/documents', '/livez', '/metrics']) {
      const reply = await server.app.inject({ url, headers: { host: 'rebound.example:8787' } })
      expect([reply.statusCode, codeOf(reply)]).toEqual([403, 'FOREIGN_ORIGIN'])
    }
    expect(
      (
        await server.app.inject({
          url: '/api/v1/documents',
          headers: { host: 'localhost:8787', origin: 'http://localhost:8787' },
        })
      ).statusCode,
    ).toBe(200)
  })
})

describe('headers', () => {
  const common = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'content-security-policy': "default-src 'none';frame-ancestors 'none';base-uri 'none'",
  }

  test('[H9] are on every answer, good or bad', async () => {
    await using server = await createTestServer()
    for (const url of ['/livez', '/api/v1/documents', '/api/v1/documents/none', '/nothing']) {
      const { headers } = await server.app.inject(url)
      expect(headers).toMatchObject(common)
      expect([headers['server'], headers['x-powered-by'], headers['strict-transport-security']]).toEqual([
        undefined,
        undefined,
        undefined,
      ])
    }
  })

  test('[H9] bind browsers to https where the server is more than this machine', async () => {
    await using server = await createTestServer(jwtAuth)
    const { headers } = await server.app.inject('/livez')
    expect(headers['strict-transport-security']).toBe('max-age=63072000')
  })
})

describe('pages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rejoin-pages-'))
  let server: TestServer
  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'))
    writeFileSync(join(folder, 'index.html'), '<p>front')
    writeFileSync(join(folder, 'sw.js'), '//')
    writeFileSync(join(folder, 'manifest.webmanifest'), '{}')
    writeFileSync(join(folder, '.env'), 'canary')
    writeFileSync(join(folder, 'assets', 'index-Ab12_-x9.js'), '//')
    server = await createTestServer({ staticDir: folder })
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })

  test('[H13] the front page is asked for again, and may do what a canvas needs', async () => {
    for (const url of ['/', '/index.html', '/?room=x']) {
      const reply = await server.app.inject(url)
      expect([reply.statusCode, reply.payload, reply.headers['cache-control']]).toEqual([200, '<p>front', 'no-cache'])
      expect(reply.headers['content-security-policy']).toContain("default-src 'self'; style-src 'self' 'unsafe-inline'")
    }
  })

  test('[H13] a service worker and a manifest are asked for again, and the policy lets a page have them', async () => {
    for (const [url, type] of [
      ['/sw.js', /^application\/javascript/],
      ['/manifest.webmanifest', /^application\/manifest\+json/],
    ] as const) {
      const { statusCode, headers } = await server.app.inject(url)
      expect([statusCode, headers['cache-control']]).toEqual([200, 'no-cache'])
      expect(headers['content-type']).toMatch(type)
      expect(headers['content-security-policy']).toContain("worker-src 'self'; manifest-src 'self'")
    }
  })

  test('[H13] an asset with a digest in its name is kept for a year', async () => {
    const reply = await server.app.inject('/assets/index-Ab12_-x9.js')
    expect([reply.statusCode, reply.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
  })

  test.each([
    '/.env',
    '/none.js',
    '/rooms/plan',
    '/assets',
    '/assets/',
    '/..%2f..%2fetc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets%2findex.html',
    '/api/v1/none',
  ])('[H13] %s is not there', async (url) => {
    const reply = await server.app.inject({ url, headers: { accept: 'text/html' } })
    expect([reply.statusCode, codeOf(reply)]).toEqual([404, 'NOT_FOUND'])
    expect(reply.payload).not.toContain('canary')
  })

  test('[H13] the API and health stay what they are', async () => {
    expect((await server.app.inject('/livez')).json()).toEqual({ status: 'live' })
    expect((await server.app.inject('/api/v1/documents')).json()).toEqual({ documents: [] })
  })
})

describe('health', () => {
  test('[H10] is ready while the store writes; one probe a second serves everybody', async () => {
    await using server = await createTestServer()
    let probes = 0
    let isBroken = false
    const time = createManualTime(1_000_000)
    const probe = () => {
      probes += 1
      return isBroken ? Promise.reject(new Error('disk full')) : Promise.resolve()
    }
    await using probed = await createTestServer(jwtAuth, { store: { ...server.store, probe }, clock: time, scheduler: time })
    const readyz = () => probed.app.inject('/readyz')
    expect((await Promise.all([readyz(), readyz()])).map(({ statusCode }) => statusCode)).toEqual([200, 200])
    expect(probes).toBe(1)
    isBroken = true
    expect((await readyz()).statusCode).toBe(200)
    time.advance(1_001)
    expect((await readyz()).json()).toEqual({ code: 'UNAVAILABLE', message: 'the store cannot be written' })
    expect(probed.log()).toContain('disk full')
    isBroken = false
    time.advance(1_001)
    expect((await readyz()).json()).toEqual({ status: 'ready' })
    expect((await probed.app.inject('/livez')).json()).toEqual({ status: 'live' })
  })

  test('[H10] a store that does not answer is not ready', async () => {
    await using server = await createTestServer()
    const time = createManualTime(1_000_000)
    const asked = Promise.withResolvers<void>()
    const probe = () => {
      asked.resolve()
      return new Promise<void>(() => {})
    }
    await using probed = await createTestServer({}, { store: { ...server.store, probe }, clock: time, scheduler: time })
    const reply = probed.app.inject('/readyz')
    const statusCode = reply.then((answered) => answered.statusCode)
    await asked.promise
    time.advance(5_000)
    expect(await statusCode).toBe(503)
  })
})

describe('metrics', () => {
  test('[H11] are read when asked, and name nobody', async () => {
    await using server = await createTestServer()
    await server.app.inject({ ...create, payload: { name: 'canary-name' } })
    await server.app.inject('/api/v1/documents/canary-name')
    const reply = await server.app.inject('/metrics')
    expect(reply.headers['content-type']).toContain('text/plain; version=0.0.4')
    for (const name of [
      'rejoin_connections 0',
      'rejoin_rooms 0',
      'rejoin_updates_received_total 0',
      'rejoin_commit_seconds_bucket',
      'nodejs_eventloop_lag_p99_seconds',
      'process_resident_memory_bytes',
    ]) {
      expect(reply.payload).toContain(name)
    }
    expect(reply.payload).toContain(
      'rejoin_http_request_seconds_count{method="GET",route="/api/v1/documents/:name",status="200"} 1',
    )
    expect(reply.payload).not.toContain('canary')
  })

  test('[H11] are for administrators under auth jwt', async () => {
    await using server = await createTestServer(jwtAuth)
    expect((await server.app.inject({ url: '/metrics', headers: await bearer({ sub: 'ann' }) })).statusCode).toBe(403)
    expect((await server.app.inject({ url: '/metrics', headers: await bearer({ sub: 'ann', role: 'admin' }) })).statusCode).toBe(
      200,
    )
  })
})

describe('revocations', () => {
  const url = '/api/v1/admin/revocations'

  test("[I8] an administrator ends a user's access, in the own tenant", async () => {
    await using server = await createTestServer(jwtAuth)
    const [admin, ann, namesake] = [
      await bearer({ sub: 'root', role: 'admin' }),
      await bearer({ sub: 'ann' }),
      await bearer({ sub: 'ann', tenant: 'other' }),
    ]
    const list = async (headers: { authorization: string }) =>
      (await server.app.inject({ url: '/api/v1/documents', headers })).statusCode
    expect([await list(ann), await list(namesake)]).toEqual([200, 200])
    expect((await server.app.inject({ method: 'POST', url, headers: admin, payload: { user: 'ann' } })).statusCode).toBe(204)
    expect([await list(ann), await list(namesake), await list(admin)]).toEqual([401, 200, 200])
  })

  test('[I8] nobody else may, and a request names one thing', async () => {
    await using server = await createTestServer(jwtAuth)
    const ask = async (claims: object, payload: object) =>
      (await server.app.inject({ method: 'POST', url, headers: await bearer({ sub: 'root', ...claims }), payload })).statusCode
    expect(await ask({}, { user: 'ann' })).toBe(403)
    for (const payload of [
      {},
      { user: 'ann', tokenId: 't' },
      { user: '' },
      { user: 'ann', tenant: 'other' },
      { user: ['ann'] },
    ]) {
      expect(await ask({ role: 'admin' }, payload)).toBe(400)
    }
    expect(await ask({ role: 'admin' }, { tokenId: 't' })).toBe(204)
  })
})

describe('rates', () => {
  async function countByStatus(server: TestServer): Promise<Map<number, number>> {
    const counts = new Map<number, number>()
    for (let i = 0; i < 1_203; i += 1) {
      const headers = { 'x-forwarded-for': `192.0.2.${i}` }
      const { statusCode } = await server.app.inject({ url: '/api/v1/documents', headers })
      counts.set(statusCode, (counts.get(statusCode) ?? 0) + 1)
    }
    return counts
  }

  test('[H14] an address that asks too often waits, whatever it says it is forwarded for', async () => {
    await using server = await createTestServer()
    expect(await countByStatus(server)).toEqual(
      new Map([
        [200, 1_200],
        [429, 3],
      ]),
    )
    const reply = await server.app.inject('/api/v1/documents')
    expect([codeOf(reply), reply.headers['retry-after']]).toEqual(['TOO_FAST', expect.stringMatching(/^\d+$/)])
    expect((await server.app.inject('/livez')).statusCode).toBe(200)
  })

  test('[H14] off is off', async () => {
    await using server = await createTestServer({ rateLimits: false })
    expect(await countByStatus(server)).toEqual(new Map([[200, 1_203]]))
  })
})
