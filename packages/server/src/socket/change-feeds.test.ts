import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { changeHintSchema, syncLimits, type ChangeHint } from '@rejoin/core'
import { createManualTime, type ManualTime } from '@rejoin/core/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createRecordingSyncService, type RecordingSyncService } from '../testing/recording-sync-service.ts'
import { bearer, createTestServer, jwtAuth, type TestServer } from '../testing/test-server.ts'
import { socketLimits } from './socket-limits.ts'

let service: RecordingSyncService
let server: TestServer
let time: ManualTime
const sockets: WebSocket[] = []

beforeEach(() => {
  service = createRecordingSyncService()
  time = createManualTime(Date.now())
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await server[Symbol.asyncDispose]()
})

async function listen(changes: Parameters<typeof createTestServer>[0] = {}, hasService = true): Promise<void> {
  server = await createTestServer(changes, {
    clock: time,
    scheduler: time,
    ...(hasService && { syncService: service }),
  })
  await server.app.listen({ host: '127.0.0.1', port: 0 })
}

interface Listening {
  readonly ws: WebSocket
  readonly hints: ChangeHint[]
  /** Close code and reason. */
  readonly closed: Promise<readonly [number, string]>
}

function connect(
  options: { readonly protocols?: string[]; readonly query?: string; readonly headers?: Record<string, string> } = {},
): Listening {
  const { port } = server.app.server.address() as AddressInfo
  const ws = new WebSocket(`ws://127.0.0.1:${port}/changes${options.query ?? ''}`, options.protocols ?? [], {
    headers: options.headers ?? {},
  })
  sockets.push(ws)
  const hints: ChangeHint[] = []
  ws.on('message', (data: Buffer, isBinary) => {
    expect(isBinary).toBe(false)
    hints.push(changeHintSchema.parse(JSON.parse(data.toString())))
  })
  const closed = new Promise<readonly [number, string]>((resolve) => {
    ws.on('close', (code, reason) => resolve([code, reason.toString()]))
    ws.on('unexpected-response', (request, response) => {
      resolve([response.statusCode ?? 0, 'HTTP'])
      request.destroy()
    })
    // A connection that was refused ends with one; the status has been taken already.
    ws.on('error', () => ws.terminate())
  })
  return { ws, hints, closed }
}

const heard = (listening: Listening, count: number) => vi.waitFor(() => expect(listening.hints.length).toBe(count))

describe('hints', () => {
  beforeEach(() => listen())

  test('[WC1] the head at the start, then every move; the moves of one turn are one', async () => {
    const ada = connect()
    await heard(ada, 1)
    service.hint({ from: 0, to: 1, head: 1, epoch: 'one' })
    service.hint({ from: 1, to: 2, head: 2, epoch: 'one' })
    service.hint({ from: 2, to: 3, head: 3, epoch: 'one' })
    await heard(ada, 2)
    service.hint({ from: 3, to: 4, head: 4, epoch: 'one' })
    await heard(ada, 3)
    expect(ada.hints).toEqual([
      { from: 0, to: 0, head: 0, epoch: 'one' },
      { from: 0, to: 3, head: 3, epoch: 'one' },
      { from: 3, to: 4, head: 4, epoch: 'one' },
    ])
  })

  test('[WC1] a quiet feed speaks within 20 s, and moves nowhere', async () => {
    const ada = connect()
    await heard(ada, 1)
    time.advance(syncLimits.heartbeatMs)
    await heard(ada, 2)
    time.advance(syncLimits.heartbeatMs)
    await heard(ada, 3)
    expect(ada.hints[2]).toEqual({ from: 0, to: 0, head: 0, epoch: 'one' })
  })

  test('[WC2] whoever leaves is not told any more', async () => {
    const ada = connect()
    await heard(ada, 1)
    expect((await server.app.inject('/metrics')).payload).toContain('rejoin_change_feeds 1\n')
    ada.ws.close()
    await ada.closed
    await vi.waitFor(() => expect(service.followerCount).toBe(0))
    expect((await server.app.inject('/metrics')).payload).toContain('rejoin_change_feeds 0\n')
  })

  test('[WC2] whoever leaves before the feed was had is not followed', async () => {
    const follow = service.follow.bind(service)
    const gate = Promise.withResolvers<void>()
    service.follow = async (identity, listener) => {
      const stop = await follow(identity, listener)
      await gate.promise
      return stop
    }
    const ada = connect()
    await heard(ada, 1)
    ada.ws.close()
    await ada.closed
    gate.resolve()
    await vi.waitFor(() => expect(service.followerCount).toBe(0))
  })

  test('[WC3] whoever says anything is closed with 4400; others hear on', async () => {
    const [ada, grace] = [connect(), connect()]
    await heard(ada, 1)
    await heard(grace, 1)
    ada.ws.send('{}')
    expect(await ada.closed).toEqual([4400, 'BAD_FRAME: nothing is to be said here'])
    service.hint({ from: 0, to: 1, head: 1, epoch: 'one' })
    await heard(grace, 2)
  })

  test('[WC3] a message that is too long for anything is cut off', async () => {
    const ada = connect()
    await heard(ada, 1)
    ada.ws.send(Buffer.alloc(socketLimits.feedPayloadBytesMax + 1))
    expect((await ada.closed)[0]).toBe(1009)
  })

  /** A hint that no network takes at once, and the reader stands still. */
  async function stall(ada: Listening): Promise<void> {
    await heard(ada, 1)
    ada.ws.pause()
    service.hint({ from: 0, to: 1, head: 1, epoch: 'e'.repeat(32 * 1024 * 1024) })
    await vi.waitFor(async () =>
      expect((await server.app.inject('/metrics')).payload).toContain('rejoin_change_hints_sent_total 2\n'),
    )
  }

  test('[WC4] a reader that does not read is waited for with one hint, and then hears the latest', async () => {
    const ada = connect()
    await stall(ada)
    for (let head = 2; head <= 1_000; head += 1) {
      service.hint({ from: head - 1, to: head, head, epoch: 'one' })
      await new Promise(setImmediate)
    }
    ada.ws.resume()
    await heard(ada, 3)
    expect(ada.hints[2]).toEqual({ from: 1, to: 1_000, head: 1_000, epoch: 'one' })
  })

  test('[WC4] a reader that takes nothing for 30 s is let go', async () => {
    const ada = connect()
    await stall(ada)
    time.advance(socketLimits.feedStalledMs + socketLimits.sweepMs)
    ada.ws.resume()
    expect(await ada.closed).toEqual([4508, 'TOO_SLOW: nothing is read here'])
  })

  test('[WC5] the server says 1012 when it goes', async () => {
    const ada = connect()
    await heard(ada, 1)
    await server.app.close()
    expect(await ada.closed).toEqual([1012, 'RESTARTING: the server is restarting'])
  })

  test('[WC5] a feed that cannot be had is closed with 1013', async () => {
    service.failure = new Error('canary')
    expect(await connect().closed).toEqual([1013, 'UNAVAILABLE: the feed cannot be had now'])
    expect(server.log()).toContain('canary')
  })

  test.each(['/changes/', '/changes/x', '/changesx', '//changes', '/%63hanges'])('[WC6] %s is not the feed', async (path) => {
    const { port } = server.app.server.address() as AddressInfo
    const ws = new WebSocket(`ws://127.0.0.1:${port}${path}`)
    sockets.push(ws)
    const [error] = (await once(ws, 'error')) as [Error]
    expect(error.message).toContain('404')
  })

  test('[WC6] a foreign origin gets no feed', async () => {
    expect(await connect({ headers: { origin: 'https://elsewhere.example' } }).closed).toEqual([403, 'HTTP'])
    expect(service.calls).toEqual([])
  })
})

test('[WC6] a server without a schema has no feed', async () => {
  await listen({}, false)
  expect(await connect().closed).toEqual([404, 'HTTP'])
})

describe('tokens', () => {
  beforeEach(() => listen(jwtAuth))
  const tokenOf = async (claims: Parameters<typeof bearer>[0]) => (await bearer(claims)).authorization.slice('Bearer '.length)

  test('[WC7] a token comes in the header, as a subprotocol, or in the query', async () => {
    const token = await tokenOf({ sub: 'ada' })
    const all = [
      connect({ headers: { authorization: `Bearer ${token}` } }),
      connect({ protocols: ['rejoin', `bearer.${token}`] }),
      connect({ query: `?token=${token}` }),
    ]
    for (const one of all) await heard(one, 1)
    expect(all[1]?.ws.protocol).toBe('rejoin')
    expect(service.calls).toEqual(all.map(() => ['follow', 'ada', undefined]))
    expect(server.log()).not.toContain(token)
  })

  test.each([
    ['none', {}],
    ['a garbage one', { query: '?token=garbage' }],
    ['two', { query: '?token=a&token=b' }],
  ])('[WC7] %s is 4401', async (_name, options) => {
    expect((await connect(options).closed)[0]).toBe(4401)
    expect(service.calls).toEqual([])
  })

  test('[WC7] one that has ended is 4501, at the start and later', async () => {
    const past = Math.floor(time.now() / 1000) - 3_600
    expect((await connect({ query: `?token=${await tokenOf({ sub: 'ada', iat: past, exp: past + 60 })}` }).closed)[0]).toBe(4501)
    const ada = connect({ query: `?token=${await tokenOf({ sub: 'ada', exp: past + 3_610 })}` })
    await heard(ada, 1)
    time.advance(15_000)
    expect(await ada.closed).toEqual([4501, 'TOKEN_EXPIRED: the token has expired'])
  })

  test('[WC7] a revoked user is closed with 4401 at once', async () => {
    const ada = connect({ query: `?token=${await tokenOf({ sub: 'ada' })}` })
    const grace = connect({ query: `?token=${await tokenOf({ sub: 'grace' })}` })
    await heard(ada, 1)
    await heard(grace, 1)
    await server.app.inject({
      method: 'POST',
      url: '/api/v1/admin/revocations',
      headers: await bearer({ sub: 'root', role: 'admin' }),
      payload: { user: 'ada' },
    })
    expect(await ada.closed).toEqual([4401, 'UNAUTHENTICATED: the access was revoked'])
    expect(grace.ws.readyState).toBe(WebSocket.OPEN)
  })

  test('[WC8] feeds and documents share the seats of a user', async () => {
    const query = `?token=${await tokenOf({ sub: 'ada' })}`
    const all = Array.from({ length: socketLimits.connectionsPerUserMax }, () => connect({ query }))
    for (const one of all) await heard(one, 1)
    expect(await connect({ query }).closed).toEqual([4529, 'TOO_FAST: too many connections of this user'])
    all[0]?.ws.close()
    await all[0]?.closed
    await vi.waitFor(async () => {
      const again = connect({ query })
      await heard(again, 1)
    })
  })
})
