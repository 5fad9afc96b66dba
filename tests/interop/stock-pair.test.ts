import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { digestOf, readServerDocument } from '../support/server-documents.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { connectStockClient, type StockClient } from '../support/stock-client.ts'
import { waitFor } from '../support/wait-for.ts'

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const connect = (name: string, doc?: Y.Doc): StockClient =>
  connectStockClient(server.documentsUrl, name, doc === undefined ? {} : { doc })

/** Waits until both clients and the server hold the same document. */
async function converged(clients: readonly StockClient[], name: string): Promise<void> {
  await waitFor(`${name} converges`, async () => {
    const stored = await readServerDocument(server, name)
    return stored !== undefined && clients.every((client) => digestOf(client.doc) === digestOf(stored))
  })
}

describe('two stock clients', () => {
  test('[IO8] converge with each other and with the server', async () => {
    using ada = connect('pair')
    using grace = connect('pair')
    await Promise.all([ada.synced(), grace.synced()])
    for (let index = 0; index < 50; index++) {
      ada.text.insert(ada.text.length, `a${index} `)
      grace.text.insert(0, `g${index} `)
      if (index % 10 === 9) ada.text.delete(0, 2)
    }
    await converged([ada, grace], 'pair')
    expect(ada.text.toJSON()).toContain('a49')
    expect(ada.text.toJSON()).toContain('g49')
  })

  test('[IO8] upload what they edited while they were offline, both edits kept', async () => {
    using ada = connect('offline')
    using grace = connect('offline')
    await Promise.all([ada.synced(), grace.synced()])
    ada.text.insert(0, 'together ')
    await converged([ada, grace], 'offline')

    ada.provider.disconnect()
    grace.provider.disconnect()
    ada.text.insert(0, 'ada ')
    ada.text.delete(ada.text.length - 1, 1)
    grace.text.insert(grace.text.length, 'grace')
    ada.provider.connect()
    grace.provider.connect()
    await converged([ada, grace], 'offline')
    expect(ada.text.toJSON()).toContain('ada ')
    expect(ada.text.toJSON()).toContain('grace')
  })

  test('[IO8] a client that brings a document from elsewhere uploads all of it', async () => {
    const doc = new Y.Doc()
    for (let index = 0; index < 500; index++) doc.getText('text').insert(0, `${index} `)
    doc.getText('text').delete(10, 100)
    using ada = connect('import', doc)
    await ada.synced()
    await converged([ada], 'import')
  })

  test('[IO8] somebody who joins later gets everything in the first step 2', async () => {
    using ada = connect('late')
    await ada.synced()
    for (let index = 0; index < 200; index++) ada.text.insert(0, `${index} `)
    await converged([ada], 'late')
    using grace = connect('late')
    await grace.synced()
    expect(grace.text.toJSON()).toBe(ada.text.toJSON())
  })
})

/** y-websocket puts the room into the URL as it is; the server decodes the path once. */
const names: readonly (readonly [inUrl: string, stored: string])[] = [
  ['plain', 'plain'],
  ['folder/sub/leaf', 'folder/sub/leaf'],
  ['grüße-🙂-名前', 'grüße-🙂-名前'],
  ['with space', 'with space'],
  ['a%20b', 'a b'],
  ['a%2Fb', 'a/b'],
  ['100%25', '100%'],
  ['twice%2520', 'twice%20'],
  ['__proto__', '__proto__'],
]

describe('names', () => {
  test.each(names)('[IO9] the room %s is the document %s', async (inUrl, stored) => {
    using ada = connect(inUrl)
    using grace = connect(inUrl)
    await Promise.all([ada.synced(), grace.synced()])
    ada.text.insert(0, inUrl)
    await converged([ada, grace], stored)
    expect(grace.text.toJSON()).toBe(inUrl)
  })
})

describe('a server that ends', () => {
  test('[IO10] says so with 1012, and clients come back to the next one with what they did meanwhile', async () => {
    await using another = await startServer()
    using ada = connectStockClient(another.documentsUrl, 'restart')
    using grace = connectStockClient(another.documentsUrl, 'restart')
    await Promise.all([ada.synced(), grace.synced()])
    ada.text.insert(0, 'before ')
    await waitFor('Grace has it', () => grace.text.toJSON() === 'before ')

    expect(await another.stop('SIGTERM')).toBe(0)
    await waitFor('both are cut', () => ada.closeCodes.length > 0 && grace.closeCodes.length > 0)
    expect([ada.closeCodes[0], grace.closeCodes[0]]).toEqual([1012, 1012])
    ada.text.insert(0, 'meanwhile ')
    await another.start()
    await waitFor('Grace has all of it', () => grace.text.toJSON() === 'meanwhile before ')
  })
})
