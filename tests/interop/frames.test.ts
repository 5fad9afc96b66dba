import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { readServerDocument } from '../support/server-documents.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { waitFor } from '../support/wait-for.ts'
import { connectWireClient, type WireClient } from '../support/wire-client.ts'

const keepAliveWithinMs = 20_000
const privateTypes = ['hello', 'receipt', 'refused', 'reauthenticate'] as const

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const connect = (name: string, isOurs = false): WireClient => connectWireClient(server.documentsUrl, name, { isOurs })

/** The update that a fresh client makes by writing one text. */
function updateWith(text: string): Uint8Array {
  const doc = new Y.Doc()
  doc.getText('text').insert(0, text)
  return Y.encodeStateAsUpdate(doc)
}

function textOf(updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc.getText('text').toJSON()
}

function presenceOf(client: WireClient): Awareness {
  const awareness = new Awareness(new Y.Doc())
  awareness.setLocalState(null)
  for (const { entries } of client.all('awareness')) applyAwarenessUpdate(awareness, entries, 'server')
  return awareness
}

describe('frames that a stock client gets', () => {
  test('[IO1] the server sends its own step 1 at join, and answers step 1 with step 2', async () => {
    using client = connect('frames/join')
    await client.until('step1')
    client.sendStep1()
    const { update } = await client.until('step2')
    expect(textOf([update])).toBe('')
  })

  test('[IO2] an update comes back to its sender once it is committed', async () => {
    using client = connect('frames/echo')
    await client.opened()
    const update = updateWith('hello')
    client.sendUpdate(update)
    const echo = await client.until('update')
    expect(textOf([echo.update])).toBe('hello')
    const stored = await readServerDocument(server, 'frames/echo')
    expect(stored?.getText('text').toJSON()).toBe('hello')
  })

  test('[IO3] every frame holds one message, and none is private', async () => {
    using client = connect('frames/single')
    using other = connect('frames/single')
    await Promise.all([client.opened(), other.opened()])
    client.sendStep1()
    for (let index = 0; index < 20; index++) other.sendUpdate(updateWith(`${index};`))
    await waitFor(
      'all twenty updates arrive',
      () => textOf(client.all('update').map(({ update }) => update)).split(';').length === 21,
    )
    expect(client.trailingByteCounts.filter((count) => count > 0)).toEqual([])
    expect(privateTypes.flatMap((type) => client.all(type))).toEqual([])
    expect(client.all('unknown')).toEqual([])
  })

  test('[IO4] a silent connection hears something within 20 s', { timeout: 60_000 }, async () => {
    using client = connect('frames/silent')
    await client.until('step1')
    client.sendStep1()
    await client.until('step2')
    for (let round = 0; round < 2; round++) {
      const count = client.received.length
      await waitFor('a keep-alive message', () => client.received.length > count, { withinMs: keepAliveWithinMs })
    }
    expect(client.all('unknown')).toEqual([])
  })
})

describe('frames that our client gets', () => {
  test('[IO5] `hello` comes before the server’s step 1', async () => {
    using client = connect('frames/hello', true)
    const { hello } = await client.until('hello')
    await client.until('step1')
    expect(client.received.map((message) => message.type).slice(0, 2)).toEqual(['hello', 'step1'])
    expect(hello.access).toBe('write')
    expect(hello.generation.length).toBeGreaterThan(0)
  })

  test('[IO6] receipts count every sync frame in order, duplicates and empty ones included', async () => {
    using client = connect('frames/receipts', true)
    await client.until('hello')
    const update = updateWith('once')
    client.sendStep2(Y.encodeStateAsUpdate(new Y.Doc()))
    client.sendUpdate(update)
    client.sendUpdate(update)
    client.sendUpdate(updateWith('twice'))
    await waitFor('four frames are settled', () => client.all('receipt').at(-1)?.receipt.settledCount === 4)
    const counts = client.all('receipt').map(({ receipt }) => receipt.settledCount)
    expect(counts).toEqual(counts.toSorted((left, right) => left - right))
    const stored = await readServerDocument(server, 'frames/receipts')
    expect(stored?.getText('text').toJSON()).toMatch(/^(oncetwice|twiceonce)$/)
  })

  test('[IO6] a step 1 is no sync frame to be settled', async () => {
    using client = connect('frames/step1', true)
    await client.until('hello')
    client.sendStep1()
    await client.until('step2')
    client.sendUpdate(updateWith('first'))
    const { receipt } = await client.until('receipt')
    expect(receipt.settledCount).toBe(1)
  })
})

describe('presence', () => {
  test('[IO7] presence reaches the room and its sender, and goes when its connection closes', async () => {
    using watcher = connect('frames/presence')
    using client = connect('frames/presence')
    await Promise.all([watcher.opened(), client.opened()])
    const awareness = new Awareness(new Y.Doc())
    awareness.setLocalState({ name: 'Ada' })
    client.sendAwareness(encodeAwarenessUpdate(awareness, [awareness.clientID]))
    await waitFor('the watcher sees Ada', () => presenceOf(watcher).getStates().get(awareness.clientID)?.['name'] === 'Ada')
    await waitFor('Ada hears herself', () => presenceOf(client).getStates().get(awareness.clientID)?.['name'] === 'Ada')

    using late = connect('frames/presence')
    await waitFor('one who joins later sees Ada', () => presenceOf(late).getStates().get(awareness.clientID)?.['name'] === 'Ada')

    client.socket.terminate()
    await waitFor(
      'Ada is gone',
      () => !presenceOf(watcher).getStates().has(awareness.clientID) && !presenceOf(late).getStates().has(awareness.clientID),
    )
    awareness.destroy()
  })

  test('[IO7] a client can take its own presence back', async () => {
    using watcher = connect('frames/leaving')
    using client = connect('frames/leaving')
    await Promise.all([watcher.opened(), client.opened()])
    const awareness = new Awareness(new Y.Doc())
    awareness.setLocalState({ name: 'Grace' })
    client.sendAwareness(encodeAwarenessUpdate(awareness, [awareness.clientID]))
    await waitFor('the watcher sees Grace', () => presenceOf(watcher).getStates().has(awareness.clientID))
    removeAwarenessStates(awareness, [awareness.clientID], 'leaving')
    client.sendAwareness(encodeAwarenessUpdate(awareness, [awareness.clientID]))
    await waitFor('Grace is gone', () => !presenceOf(watcher).getStates().has(awareness.clientID))
    awareness.destroy()
  })
})
