import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { bearer, createTestServer, jwtAuth } from '../testing/test-server.ts'

type TestServer = Awaited<ReturnType<typeof createTestServer>>

async function listen(server: TestServer): Promise<number> {
  await server.app.listen({ host: '127.0.0.1', port: 0 })
  const [address] = server.app.addresses()
  return typeof address === 'object' ? address.port : 0
}

/** Sends bytes as they are and returns everything that comes back until the server hangs up. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes, 'latin1')
  return text(socket)
}

const bodyOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as { code: string; message: string }
const statusOf = (answer: string) => Number(answer.slice(9, 12))

describe('bytes on the wire', () => {
  test('[H16] times and sizes are bounded', async () => {
    await using server = await createTestServer()
    expect(server.app.server).toMatchObject({
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 65_000,
      timeout: 60_000,
      maxRequestsPerSocket: 10_000,
      maxHeadersCount: 100,
    })
    expect(server.app.initialConfig).toMatchObject({
      bodyLimit: 256 * 1024,
      handlerTimeout: 20_000,
      onProtoPoisoning: 'error',
      onConstructorPoisoning: 'error',
    })
  })

  test.each<[string, string, number, string]>([
    ['no HTTP', 'hello\r\n\r\n', 400, 'BAD_REQUEST'],
    ['headers of 20 KiB', `GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'TOO_LARGE'],
    ['an address of 20 KiB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`, 431, 'TOO_LARGE'],
    [
      'a length and chunks',
      'POST /api/v1/documents HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'BAD_REQUEST',
    ],
    [
      'two lengths',
      'POST /api/v1/documents HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nabcd',
      400,
      'BAD_REQUEST',
    ],
    [
      'a chunk size past all numbers',
      `POST /api/v1/documents HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${'f'.repeat(20)}\r\n`,
      400,
      'BAD_REQUEST',
    ],
    ['NUL in the address', 'GET /api/v1/documents/a\0b HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n', 400, 'BAD_REQUEST'],
    ['an unknown method', 'BREW / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n', 400, 'BAD_REQUEST'],
    [
      'two origins',
      'GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\norigin: http://127.0.0.1\r\norigin: http://127.0.0.1\r\n\r\n',
      403,
      'FOREIGN_ORIGIN',
    ],
    ['another host', 'GET /livez HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n', 403, 'FOREIGN_ORIGIN'],
    ['no host', 'GET /livez HTTP/1.0\r\n\r\n', 403, 'FOREIGN_ORIGIN'],
    [
      'another host in an absolute address',
      'GET http://evil.example/livez HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n',
      403,
      'FOREIGN_ORIGIN',
    ],
    [
      'a header named __proto__',
      'GET /none HTTP/1.1\r\nhost: 127.0.0.1\r\n__proto__: x\r\nconnection: close\r\n\r\n',
      404,
      'NOT_FOUND',
    ],
    [
      'an upgrade elsewhere',
      'GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
      404,
      'NOT_FOUND',
    ],
  ])('[H16][H1] %s', async (_name, bytes, status, code) => {
    await using server = await createTestServer()
    const answer = await exchange(await listen(server), bytes)
    expect([statusOf(answer), bodyOf(answer).code]).toEqual([status, code])
  })

  test('[H6] dots are a name, where a client sends them as they are', async () => {
    await using server = await createTestServer()
    await server.app.inject({ method: 'POST', url: '/api/v1/documents', payload: { name: '..' } })
    const port = await listen(server)
    const ask = async (path: string) =>
      statusOf(await exchange(port, `GET /api/v1/documents/${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`))
    expect([await ask('..'), await ask('%2e%2e'), await ask('../documents'), await ask('..%2f..')]).toEqual([200, 200, 404, 404])
  })
})

describe('the log', () => {
  test('[H12] has no token, no URL, no content, and at info no name', async () => {
    const fields = { jti: 'canary-jti' }
    await using server = await createTestServer({ ...jwtAuth, logLevel: 'trace' })
    const { authorization } = await bearer({ sub: 'ann', ...fields })
    const token = authorization.slice('Bearer '.length)
    const port = await listen(server)
    const url = `http://127.0.0.1:${port}`
    const ask = (path: string, init: { method?: string; body?: string; headers?: Record<string, string> } = {}) =>
      fetch(url + path, { ...init, headers: { cookie: 'session=canary-cookie', ...init.headers } })

    const json = { authorization, 'content-type': 'application/json' }
    await ask('/api/v1/documents', { method: 'POST', headers: json, body: '{"name":"canary-name"}' })
    await ask('/api/v1/documents', { method: 'POST', headers: json, body: '{"name":"canary-body"' })
    await ask('/api/v1/documents/canary-name', { headers: { authorization } })
    await ask(`/api/v1/documents/canary-name?token=${token}`)
    await ask(`/canary-path?token=${token}`, { headers: { 'user-agent': 'canary-agent\u001b[31m'.replace('\u001b', '') } })
    await ask('/api/v1/documents', { headers: { authorization: `Basic ${token}` } })
    await exchange(port, `GET /canary-path?token=${token} HTTP/1.1\r\nbad header canary-raw\r\n\r\n`)

    const sockets = [
      new WebSocket(`ws://127.0.0.1:${port}/documents/canary-name?token=${token}`),
      new WebSocket(`ws://127.0.0.1:${port}/documents/canary-name`, ['rejoin', `bearer.${token}`]),
      new WebSocket(`ws://127.0.0.1:${port}/documents/canary-name?client=rejoin&protocol=1&token=${token}x`),
    ]
    await Promise.all(sockets.slice(0, 2).map((socket) => once(socket, 'open')))
    expect(sockets[1]?.protocol).toBe('rejoin')
    const [, , denied] = sockets
    if (denied) await once(denied, 'close')
    for (const socket of sockets) socket.terminate()

    const log = server.log()
    expect(log).toContain('"route":"/api/v1/documents/:name"')
    for (const secret of [token, token.split('.')[1] ?? token, 'canary']) expect(log).not.toContain(secret)
  })

  test('[H12] what is logged by mistake is covered all the same', async () => {
    await using server = await createTestServer()
    const headers = { authorization: 'canary', cookie: 'canary', 'sec-websocket-protocol': 'canary' }
    server.app.log.error({ headers, request: { headers }, token: 'canary', user: { password: 'canary' } }, 'a mistake')
    server.app.log.error({ req: { method: 'GET', url: '/?token=canary', headers } }, 'another')
    server.app.log.error({ err: Object.assign(new Error('seen'), { response: { headers }, code: 'EX' }) }, 'and another')
    expect(server.log()).toContain('"message":"seen","code":"EX"')
    expect(server.log()).not.toContain('canary')
  })
})

test('[I8] a revocation ends live connections, and only those', async () => {
  await using server = await createTestServer(jwtAuth)
  const port = await listen(server)
  const open = async (claims: { sub: string; tenant?: string }) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/documents/plan`, { headers: await bearer(claims) })
    await once(socket, 'open')
    return socket
  }
  const [ann, bob, namesake] = [
    await open({ sub: 'ann' }),
    await open({ sub: 'bob' }),
    await open({ sub: 'ann', tenant: 'other' }),
  ]
  const closed = once(ann, 'close')
  const headers = await bearer({ sub: 'root', role: 'admin' })
  await server.app.inject({ method: 'POST', url: '/api/v1/admin/revocations', headers, payload: { user: 'ann' } })
  const [code] = (await closed) as [number]
  expect([code, bob.readyState, namesake.readyState]).toEqual([4401, WebSocket.OPEN, WebSocket.OPEN])
  for (const socket of [bob, namesake]) socket.terminate()
})

test('[H15] closing: a request in hand is answered, a connection that never asked anything holds nothing up', async () => {
  const server = await createTestServer()
  const port = await listen(server)
  const silent = connect(port, '127.0.0.1')
  const halfway = connect(port, '127.0.0.1')
  halfway.write('GET /livez HTTP/1.1\r\nhost')
  const request = 'POST /api/v1/documents HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 12'
  const asking = connect(port, '127.0.0.1')
  asking.write(`${request}\r\nexpect: 100-continue\r\n\r\n`)
  await once(asking, 'data')
  const ends = Promise.all([once(silent, 'close'), once(halfway, 'close')])
  const closed = server.app.close()
  await ends
  asking.write('{"name":"x"}')
  expect(await text(asking)).toContain('HTTP/1.1 201 Created')
  await closed
})

test('[H15] closing: not ready first, then the commits under way, then 1012', async () => {
  const server = await createTestServer()
  const port = await listen(server)
  const socket = new WebSocket(`ws://127.0.0.1:${port}/documents/plan`)
  await once(socket, 'open')
  const doc = new Y.Doc()
  doc.getText('text').insert(0, 'last words')
  const update = Y.encodeStateAsUpdate(doc)
  server.store.holdCommits()
  socket.send(new Uint8Array([0, 2, update.byteLength, ...update]))
  const pong = once(socket, 'pong')
  socket.ping()
  await pong

  const closed = server.app.close()
  const closing = once(socket, 'close')
  const ready = await fetch(`http://127.0.0.1:${port}/readyz`)
  expect([ready.status, await ready.json()]).toEqual([503, { code: 'UNAVAILABLE', message: 'the server is shutting down' }])
  expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200)
  const api = await fetch(`http://127.0.0.1:${port}/api/v1/documents`)
  expect([api.status, await api.json()]).toMatchObject([503, { code: 'RESTARTING' }])
  expect(socket.readyState).toBe(WebSocket.OPEN)

  server.store.releaseCommits()
  const [code] = (await closing) as [number]
  await closed
  expect(code).toBe(1012)
  const stored = await server.store.tenant('default').load('plan')
  expect(stored).toMatchObject({ type: 'live', seq: 1 })
})
