import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { connectStockClient } from '../support/stock-client.ts'
import { waitFor } from '../support/wait-for.ts'

/** Three times what a stock client endures without a message. */
const idleMs = 90_000

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server[Symbol.asyncDispose]())

test('[IO4] stock clients that do nothing for 90 s, with presence and without, stay on their first connection', async () => {
  using present = connectStockClient(server.documentsUrl, 'idle')
  using absent = connectStockClient(server.documentsUrl, 'idle')
  using alone = connectStockClient(server.documentsUrl, 'idle-alone')
  const clients = [present, absent, alone]
  for (const client of [absent, alone]) client.provider.awareness.setLocalState(null)
  await Promise.all(clients.map((client) => client.synced()))

  const startedMs = Date.now()
  await waitFor(
    '90 s pass, or a client is cut',
    () => Date.now() - startedMs >= idleMs || clients.some((client) => client.closeCodes.length > 0),
    {
      withinMs: idleMs + 5_000,
    },
  )
  expect(clients.map((client) => ({ connections: client.connectionCount(), closeCodes: client.closeCodes }))).toEqual(
    clients.map(() => ({ connections: 1, closeCodes: [] })),
  )
  present.text.insert(0, 'still here')
  await waitFor('an edit still arrives', () => absent.text.toJSON() === 'still here')
})
