import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { createClient, type Client, type OpenDocument } from '@rejoin/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { digestOf, readServerDocument } from '../support/server-documents.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { connectStockClient } from '../support/stock-client.ts'
import { waitFor } from '../support/wait-for.ts'

let server: RunningServer
const clients: Client[] = []
beforeAll(async () => {
  server = await startServer()
})
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()))
  await server[Symbol.asyncDispose]()
})

/** Another app name is another local database: another device. */
function createDevice(): Client {
  const client = createClient({ url: server.url, app: `device-${randomUUID()}` })
  clients.push(client)
  return client
}

async function allStored(documents: readonly OpenDocument[]): Promise<void> {
  await waitFor('every device of ours says stored', () =>
    documents.every((document) => document.state.status === 'stored' && !document.state.hasUnstored),
  )
}

test('[IO17] two of ours and two stock clients in one document converge, and ours know that it is stored', async () => {
  const name = 'mixed/four'
  const [first, second] = await Promise.all([createDevice().documents.open(name), createDevice().documents.open(name)])
  using third = connectStockClient(server.documentsUrl, name)
  using fourth = connectStockClient(server.documentsUrl, name)
  const docs = [first.doc, second.doc, third.doc, fourth.doc]
  for (let round = 0; round < 25; round++) {
    for (const [index, doc] of docs.entries()) {
      doc.getText('text').insert(0, `${index}:${round} `)
      doc.getMap('latest').set('writer', index)
      if (round % 5 === 4) doc.getText('text').delete(0, 2)
    }
    await waitFor('a word from the server', () => docs.every((doc) => doc.getText('text').length > 0))
  }
  await waitFor('all four and the server agree', async () => {
    const stored = await readServerDocument(server, name)
    return stored !== undefined && docs.every((doc) => digestOf(doc) === digestOf(stored))
  })
  await allStored([first, second])
  await first.receipt().stored
  expect(new Set(docs.map((doc) => doc.getText('text').toJSON())).size).toBe(1)
})

test('[IO17] what one of ours made offline reaches stock clients after the return', async () => {
  const name = 'mixed/offline'
  const device = createDevice()
  const ours = await device.documents.open(name)
  using theirs = connectStockClient(server.documentsUrl, name)
  await theirs.synced()
  ours.doc.getText('text').insert(0, 'together ')
  await waitFor('it arrives', () => theirs.text.toJSON() === 'together ')

  device.setOnline(false)
  ours.doc.getText('text').insert(0, 'offline ')
  theirs.text.insert(theirs.text.length, 'online')
  await waitFor('ours knows that it is offline', () => ours.state.status === 'offline' && ours.state.hasUnstored)
  device.setOnline(true)
  await waitFor(
    'both have both',
    () => theirs.text.toJSON() === 'offline together online' && ours.doc.getText('text').toJSON() === 'offline together online',
  )
  await allStored([ours])
})

test('[IO17] presence of ours and of stock clients meet', async () => {
  const name = 'mixed/presence'
  const ours = await createDevice().documents.open(name)
  using theirs = connectStockClient(server.documentsUrl, name)
  await theirs.synced()
  ours.awareness.setLocalState({ name: 'ours' })
  theirs.provider.awareness.setLocalState({ name: 'theirs' })
  await waitFor('each sees the other', () => {
    const seenByTheirs = theirs.provider.awareness.getStates().get(ours.doc.clientID)
    const seenByOurs = ours.awareness.getStates().get(theirs.doc.clientID)
    return seenByTheirs?.['name'] === 'ours' && seenByOurs?.['name'] === 'theirs'
  })
  await ours.close()
  await waitFor('ours is gone', () => theirs.provider.awareness.getStates().size === 1)
})
