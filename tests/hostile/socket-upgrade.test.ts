import { messageType, syncType } from '@rejoin/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRawSocket, upgradeRequest, type UpgradeOptions } from '../support/raw-socket.ts'
import { jwtSecret, signToken } from '../support/sign-token.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { waitFor } from '../support/wait-for.ts'
import { connectWireClient, type WireClientOptions } from '../support/wire-client.ts'
import { createNeighbourhood } from './socket-neighbourhood.ts'

/** Denied stock clients are held idle before they are closed. */
const heldMs = 10_000
/** So many of them at once. */
const heldCountMax = 200

let open: RunningServer
let guarded: RunningServer
beforeAll(async () => {
  ;[open, guarded] = await Promise.all([
    startServer(),
    startServer({ flags: ['--auth', 'jwt'], environment: { REJOIN_JWT_SECRET: jwtSecret } }),
  ])
})
afterAll(async () => {
  await Promise.all([open[Symbol.asyncDispose](), guarded[Symbol.asyncDispose]()])
})

/** The names are sent as they stand here. */
const badNames: readonly (readonly [name: string, path: string])[] = [
  ['an empty name', '/documents/'],
  ['a name of 257 bytes', `/documents/${'n'.repeat(257)}`],
  ['a name of 258 bytes in 86 characters', `/documents/${'%E2%82%AC'.repeat(86)}`],
  ['a NUL', '/documents/a%00b'],
  ['a line feed', '/documents/a%0Ab'],
  ['a delete character', '/documents/a%7Fb'],
  ['a control character of two bytes', '/documents/a%C2%85b'],
  ['a percent sign without its digits', '/documents/100%'],
  ['bytes that are not UTF-8', '/documents/%C3%28'],
  ['a surrogate in UTF-8', '/documents/%ED%A0%80'],
]

describe('names', () => {
  test.concurrent.each(badNames)('[HS4] %s: told, held, closed with 4400', async (_name, path) => {
    using raw = openRawSocket(open)
    raw.write(upgradeRequest(open, path))
    expect(await raw.status()).toBe(101)
    expect(await raw.closeCode(heldMs)).toBe(4400)
  })

  const oddNames = [
    '..',
    '../../etc/passwd',
    '%2E%2E%2Fx',
    '__proto__',
    'constructor',
    'a//b',
    'a;b',
    '%20',
    '%E2%80%AEright%20to%20left',
    '%F0%9F%99%82',
  ]
  test.concurrent.each(oddNames)('[HS4] %s only looks dangerous: it is a name', async (path) => {
    using raw = openRawSocket(open)
    raw.write(upgradeRequest(open, `/documents/${path}`))
    await waitFor('the server’s step 1', () => raw.received().includes(Buffer.of(messageType.sync, syncType.step1, 1, 0)))
    expect(raw.socket.readyState).toBe('open')
  })
})

const badUpgrades: readonly (readonly [name: string, status: number, path: string, options: UpgradeOptions])[] = [
  ['a path beside the documents', 404, '/elsewhere/x', {}],
  ['the prefix in capitals', 404, '/DOCUMENTS/x', {}],
  ['a foreign origin', 403, '/documents/x', { headers: ['Origin: https://elsewhere.example'] }],
  ['an origin that begins like ours', 403, '/documents/x', { headers: ['Origin: http://127.0.0.1.elsewhere.example'] }],
  ['the origin `null`', 403, '/documents/x', { headers: ['Origin: null'] }],
  ['two origins', 403, '/documents/x', { headers: ['Origin: http://127.0.0.1', 'Origin: https://elsewhere.example'] }],
  ['another scheme of the same host', 403, '/documents/x', { headers: ['Origin: ftp://127.0.0.1'] }],
  ['version 7 of the protocol', 400, '/documents/x', { version: '7' }],
  ['a key that is none', 400, '/documents/x', { key: 'short' }],
  ['a header of 32 KiB', 431, '/documents/x', { headers: [`X-Padding: ${'x'.repeat(32 * 1024)}`] }],
  [
    'a thousand headers',
    431,
    '/documents/x',
    { headers: Array.from({ length: 1_000 }, (_, index) => `X-${index}: 0123456789012345678`) },
  ],
]

describe('upgrades', () => {
  test.concurrent.each(badUpgrades)('[HS5] %s: no socket, %i', async (_name, status, path, options) => {
    using raw = openRawSocket(open)
    raw.write(upgradeRequest(open, path, options))
    expect(await raw.status()).toBe(status)
  })

  test('[HS5] an offer to compress is not taken', async () => {
    using raw = openRawSocket(open)
    raw.write(
      upgradeRequest(open, '/documents/x', {
        headers: ['Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99999, constructor'],
      }),
    )
    expect([101, 400]).toContain(await raw.status())
    expect(raw.received().toString('latin1').toLowerCase()).not.toContain('sec-websocket-extensions')
  })

  test('[HS5] half an upgrade request, then nothing, keeps nobody from working', async () => {
    using neighbourhood = await createNeighbourhood(open, 'upgrade/half')
    const halves = Array.from({ length: 200 }, () => openRawSocket(open))
    for (const raw of halves) raw.write('GET /documents/x HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgr')
    await neighbourhood.expectUnharmed()
    for (const raw of halves) raw[Symbol.dispose]()
    expect(open.isAlive).toBe(true)
  })
})

const badTokens: readonly (readonly [name: string, closeCode: number, options: () => Promise<WireClientOptions>])[] = [
  ['no token', 4401, async () => ({ protocols: ['rejoin'] })],
  ['a garbage token in the query', 4401, async () => ({ params: { token: 'garbage' } })],
  ['a garbage token in the subprotocols', 4401, async () => ({ protocols: ['rejoin', 'bearer.garbage'] })],
  [
    'an unsigned token',
    4401,
    async () => ({ params: { token: `${btoa('{"alg":"none"}')}.${btoa('{"sub":"eve","tenant":"acme"}')}.` } }),
  ],
  [
    'a token of another secret',
    4401,
    async () => ({ params: { token: await signToken({ user: 'eve', secret: 'another secret, long enough for HS256' }) } }),
  ],
  ['a token over 8 KiB', 4401, async () => ({ params: { token: 'x'.repeat(9 * 1024) } })],
  [
    'two different tokens',
    4401,
    async () => ({
      params: { token: await signToken({ user: 'ada' }) },
      protocols: ['rejoin', `bearer.${await signToken({ user: 'grace' })}`],
    }),
  ],
  ['an expired token', 4501, async () => ({ params: { token: await signToken({ user: 'ada', lifeSeconds: -60 }) } })],
  [
    'a document that the token does not name',
    4403,
    async () => ({ params: { token: await signToken({ user: 'eve', documents: [{ pattern: 'mine/*', access: 'write' }] }) } }),
  ],
]

describe('tokens', () => {
  test.concurrent.each(badTokens)(
    '[HS6] %s: a stock client is closed with %i and sees nothing',
    async (_name, closeCode, options) => {
      using client = connectWireClient(guarded.documentsUrl, 'tokens', await options())
      expect(await client.closed(heldMs)).toMatchObject({ code: closeCode })
      expect(client.received.filter((message) => message.type !== 'denied')).toEqual([])
    },
  )

  test.concurrent.each(badTokens)('[HS6] %s: our client is closed with %i at once', async (_name, closeCode, options) => {
    const chosen = await options()
    using client = connectWireClient(guarded.documentsUrl, 'tokens', { ...chosen, isOurs: true })
    expect(await client.closed(3_000)).toMatchObject({ code: closeCode })
    expect(client.received).toEqual([])
  })

  test('[HS6] only so many denied clients are held: beyond, the upgrade itself is refused', async () => {
    const denied = Array.from({ length: heldCountMax + 20 }, () => openRawSocket(guarded))
    for (const raw of denied) raw.write(upgradeRequest(guarded, '/documents/x?token=garbage'))
    const statuses = await Promise.all(denied.map((raw) => raw.status()))
    for (const raw of denied) raw[Symbol.dispose]()
    expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(20)
    expect(new Set(statuses)).toEqual(new Set([101, 401]))
  })

  test('[HS6] a protocol of the future is told so: 4426', async () => {
    using client = connectWireClient(open.documentsUrl, 'tokens', { params: { client: 'rejoin', protocol: '99' } })
    expect(await client.closed()).toMatchObject({ code: 4426 })
  })

  test('[HS6] no token stands in the log', async () => {
    const token = await signToken({ user: 'canary' })
    using client = connectWireClient(guarded.documentsUrl, 'tokens', { params: { token } })
    await client.until('step1')
    const signature = token.split('.').at(-1) ?? token
    expect(guarded.output()).not.toContain(signature)
  })

  test('[HS6] tenants do not meet, even under the same name and user', async () => {
    using acme = connectWireClient(guarded.documentsUrl, 'shared', {
      params: { token: await signToken({ user: 'ada', tenant: 'acme' }) },
    })
    using rival = connectWireClient(guarded.documentsUrl, 'shared', {
      params: { token: await signToken({ user: 'ada', tenant: 'rival' }) },
    })
    await Promise.all([acme.until('step1'), rival.until('step1')])
    // A text under client 7: 'secret'.
    acme.sendUpdate(Uint8Array.of(1, 1, 7, 0, 4, 1, 4, 116, 101, 120, 116, 6, 115, 101, 99, 114, 101, 116, 0))
    await acme.until('update')
    rival.sendStep1()
    const { update } = await rival.until('step2')
    expect(Buffer.from(update).toString('latin1')).not.toContain('secret')
    expect(rival.all('update')).toEqual([])
  })
})
