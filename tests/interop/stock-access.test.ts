import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readServerDocument } from '../support/server-documents.ts'
import { jwtSecret, signToken, type TokenClaims } from '../support/sign-token.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { connectStockClient, type StockClient } from '../support/stock-client.ts'
import { waitFor } from '../support/wait-for.ts'
import { connectWireClient } from '../support/wire-client.ts'

/** A denied stock client is held idle for up to 5 s before it is closed. */
const heldMs = 10_000

let server: RunningServer
beforeAll(async () => {
  server = await startServer({ flags: ['--auth', 'jwt'], environment: { REJOIN_JWT_SECRET: jwtSecret } })
})
afterAll(() => server[Symbol.asyncDispose]())

async function connectAs(name: string, claims: TokenClaims): Promise<StockClient> {
  return connectStockClient(server.documentsUrl, name, { params: { token: await signToken(claims) } })
}

/** Waits until the client has given up by itself, and gives back the close code it saw. */
async function stopped(client: StockClient): Promise<number | null | undefined> {
  await waitFor('the stock client stops', () => client.closeCodes.length > 0 && !client.provider.shouldConnect, {
    withinMs: heldMs,
  })
  return client.closeCodes.at(-1)
}

describe('a stock client that may only read', () => {
  test('[IO11] gets the document and the edits of others; its own edit reaches nobody', async () => {
    using writer = await connectAs('readable', { user: 'writer' })
    await writer.synced()
    writer.text.insert(0, 'for reading')
    using reader = await connectAs('readable', { user: 'reader', documents: [{ pattern: '*', access: 'read' }] })
    await reader.synced()
    await waitFor('the reader reads', () => reader.text.toJSON() === 'for reading')
    expect(reader.closeCodes).toEqual([])

    reader.text.insert(0, 'scribble ')
    writer.text.insert(writer.text.length, ', again')
    await waitFor('it goes on reading', () => reader.text.toJSON().includes('again'))
    expect(reader.closeCodes).toEqual([])
    const stored = await readServerDocument(server, 'readable', await signToken({ user: 'writer' }))
    expect(stored?.getText('text').toJSON()).toBe('for reading, again')
    expect(writer.text.toJSON()).toBe('for reading, again')
  })

  test('[IO11] its empty step 2 is no offence', async () => {
    using reader = await connectAs('never-written', { user: 'reader', documents: [{ pattern: '*', access: 'read' }] })
    await reader.synced()
    await waitFor('its own presence comes back', () => reader.provider.wsLastMessageReceived > 0)
    expect(reader.closeCodes).toEqual([])
  })
})

describe('a stock client that is denied', () => {
  const forbidden: TokenClaims = { user: 'eve', documents: [{ pattern: 'other/*', access: 'write' }] }

  test('[IO12] for good: it is told why, closed with 44xx after a while, and does not come back', async () => {
    using client = await connectAs('secret', forbidden)
    expect(await stopped(client)).toBe(4403)
    expect(client.connectionCount()).toBe(1)
    expect(client.doc.store.clients.size).toBe(0)
  })

  test('[IO12] the reason stands in the auth message, and nothing of the document comes', async () => {
    using client = connectWireClient(server.documentsUrl, 'secret', { params: { token: await signToken(forbidden) } })
    const { reason } = await client.until('denied')
    expect(reason.length).toBeGreaterThan(0)
    expect((await client.closed(heldMs)).code).toBe(4403)
    expect(client.received.map((message) => message.type)).toEqual(['denied'])
  })

  const unknown: readonly (readonly [name: string, token: () => Promise<string | undefined>])[] = [
    ['no token', async () => undefined],
    ['a garbage token', async () => 'not.a.token'],
    ['a token signed with another secret', () => signToken({ user: 'eve', secret: 'another secret, long enough for HS256' })],
  ]
  test.each(unknown)('[IO12] with %s: closed with 4401', async (_name, makeToken) => {
    const token = await makeToken()
    using client = connectStockClient(server.documentsUrl, 'secret', token === undefined ? {} : { params: { token } })
    expect(await stopped(client)).toBe(4401)
    expect(client.connectionCount()).toBe(1)
  })

  test('[IO13] for now: a token that has ended is closed with 4501, and the client comes back', async () => {
    using client = await connectAs('secret', { user: 'ada', lifeSeconds: -60 })
    await waitFor('it was closed', () => client.closeCodes.length > 0, { withinMs: heldMs })
    expect(client.closeCodes[0]).toBe(4501)
    client.provider.params = { token: await signToken({ user: 'ada' }) }
    await client.synced()
  })
})

describe('a document that was deleted', () => {
  test('[IO14] its connections are closed with 4404, and stay away until it is restored', async () => {
    const token = await signToken({ user: 'ada', role: 'admin' })
    const authorization = { authorization: `Bearer ${token}` }
    using client = await connectAs('doomed', { user: 'ada' })
    await client.synced()
    client.text.insert(0, 'content')
    await waitFor(
      'it is stored',
      async () => (await readServerDocument(server, 'doomed', token))?.getText('text').toJSON() === 'content',
    )
    expect((await fetch(`${server.url}/api/v1/documents/doomed`, { method: 'DELETE', headers: authorization })).status).toBe(204)
    expect(await stopped(client)).toBe(4404)

    using again = await connectAs('doomed', { user: 'ada' })
    expect(await stopped(again)).toBe(4404)
    expect(
      (await fetch(`${server.url}/api/v1/documents/doomed/restore`, { method: 'POST', headers: authorization })).status,
    ).toBe(200)
    using back = await connectAs('doomed', { user: 'ada' })
    await back.synced()
    await waitFor('it has its last content', () => back.text.toJSON() === 'content')
  })
})

describe('an upgrade that is refused', () => {
  test('[IO15] from a foreign origin: no socket, 403', async () => {
    using client = connectWireClient(server.documentsUrl, 'any', {
      params: { token: await signToken({ user: 'ada' }) },
      socket: { origin: 'https://elsewhere.example' },
    })
    expect(await client.closed()).toMatchObject({ code: 403 })
  })
})
