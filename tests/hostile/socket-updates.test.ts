import { limits } from '@rejoin/core'
import * as encoding from 'lib0/encoding'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { digestOf } from '../support/server-documents.ts'
import { jwtSecret, signToken } from '../support/sign-token.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { connectStockClient } from '../support/stock-client.ts'
import { waitFor } from '../support/wait-for.ts'
import { connectWireClient, type WireClient } from '../support/wire-client.ts'
import { createNeighbourhood } from './socket-neighbourhood.ts'

let server: RunningServer
beforeAll(async () => {
  server = await startServer({ flags: ['--auth', 'jwt'], environment: { REJOIN_JWT_SECRET: jwtSecret } })
})
afterAll(() => server[Symbol.asyncDispose]())

async function connectEve(name: string, isOurs = true): Promise<WireClient> {
  const client = connectWireClient(server.documentsUrl, encodeURIComponent(name), {
    isOurs,
    params: { token: await signToken({ user: 'eve' }) },
  })
  await client.until('step1')
  return client
}

/** An update of one GC range. */
function gcRange(client: number, clock: number, length: number): Uint8Array {
  return encoding.encode((encoder) => {
    for (const value of [1, 1, client, clock]) encoding.writeVarUint(encoder, value)
    encoding.writeUint8(encoder, 0)
    encoding.writeVarUint(encoder, length)
    encoding.writeVarUint(encoder, 0)
  })
}

/** Puts a GC range of another client, from its first clock on, in front of an update of one client without deletes. */
function withGcRange(update: Uint8Array, client: number, length: number): Uint8Array {
  const range = encoding.encode((encoder) => {
    for (const value of [1, client, 0]) encoding.writeVarUint(encoder, value)
    encoding.writeUint8(encoder, 0)
    encoding.writeVarUint(encoder, length)
  })
  return Uint8Array.of(2, ...range, ...update.subarray(1))
}

/** An update that only deletes a range. */
function deleteRange(client: number, clock: number, length: number): Uint8Array {
  return encoding.encode((encoder) => {
    for (const value of [0, 1, client, 1, clock, length]) encoding.writeVarUint(encoder, value)
  })
}

function updateOf(change: (doc: Y.Doc) => void, client = 4_242): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = client
  change(doc)
  return Y.encodeStateAsUpdate(doc)
}

function nestedArrays(depth: number): unknown[] {
  let value: unknown[] = []
  for (let level = 0; level < depth; level++) value = [value]
  return value
}

function nestTypes(doc: Y.Doc, depth: number): void {
  let map = doc.getMap('root')
  doc.transact(() => {
    for (let level = 0; level < depth; level++) {
      const inner = new Y.Map()
      map.set('in', inner)
      map = inner
    }
  })
}

const refused: readonly (readonly [name: string, code: string, update: () => Uint8Array])[] = [
  ['random bytes', 'BAD_FRAME', () => Uint8Array.of(9, 9, 9, 9, 9)],
  ['an update in the V2 encoding', 'BAD_FRAME', () => Y.encodeStateAsUpdateV2(docWith('hello'))],
  ['an update cut in the middle', 'BAD_FRAME', () => updateOf((doc) => doc.getText('text').insert(0, 'hello')).subarray(0, 10)],
  ['an unknown content type', 'BAD_FRAME', () => Uint8Array.of(1, 1, 7, 0, 29, 1, 1, 97, 0, 0)],
  ['a range without content of 2^50 clocks', 'TOO_LARGE', () => gcRange(4_242, 0, 2 ** 50)],
  [
    'a value nested over the limit',
    'BAD_FRAME',
    () => updateOf((doc) => doc.getArray('a').push([nestedArrays(limits.valueDepthMax + 1)])),
  ],
  ['a value nested four thousand deep', 'BAD_FRAME', () => updateOf((doc) => doc.getArray('a').push([nestedArrays(4_000)]))],
  ['types nested two thousand deep', 'BAD_FRAME', () => updateOf((doc) => nestTypes(doc, 2_000))],
  ['a million structs of one clock', 'TOO_LARGE', () => manyStructs(1_000_000)],
]

function docWith(text: string): Y.Doc {
  const doc = new Y.Doc()
  doc.getText('text').insert(0, text)
  return doc
}

function manyStructs(count: number): Uint8Array {
  return encoding.encode((encoder) => {
    for (const value of [1, count, 4_242, 0]) encoding.writeVarUint(encoder, value)
    for (let index = 0; index < count; index++) {
      encoding.writeUint8(encoder, 0)
      encoding.writeVarUint(encoder, 1)
    }
    encoding.writeVarUint(encoder, 0)
  })
}

describe('updates that can never be right', () => {
  test.each(refused)('[HS7] %s is refused with %s and changes nothing', async (name, code, makeUpdate) => {
    using neighbourhood = await createNeighbourhood(server, `updates/${name}`, { hasTokens: true })
    using eve = await connectEve(neighbourhood.name)
    eve.sendUpdate(makeUpdate())
    const { refused: refusal } = await eve.until('refused')
    expect(refusal).toMatchObject({ frameNumber: 1, code })
    await eve.until('receipt')
    await neighbourhood.expectUnharmed()
  })
})

/** What an update that builds on something unknown looks like. */
const unfitting: readonly (readonly [name: string, update: () => Uint8Array])[] = [
  ['a clock jump under an own id', () => gcRange(4_242, 1_000_000, 10)],
  ['a missing neighbour', () => missingOrigin()],
  ['a delete of clocks that nobody has', () => deleteRange(4_242, 0, 1_000)],
]

/** The second half of a text, without the first that it stands behind. */
function missingOrigin(): Uint8Array {
  const doc = docWith('first')
  const before = Y.encodeStateVector(doc)
  doc.getText('text').insert(5, 'second')
  return Y.encodeStateAsUpdate(doc, before)
}

describe('updates that do not fit', () => {
  test.each(unfitting)(
    '[HS8] %s is asked for again, three times, then refused; nothing waits in the document',
    async (name, makeUpdate) => {
      using neighbourhood = await createNeighbourhood(server, `unfitting/${name}`, { hasTokens: true })
      using eve = await connectEve(neighbourhood.name)
      const update = makeUpdate()
      eve.sendUpdate(update)
      for (let answers = 1; eve.all('refused').length === 0 && answers < 10; answers++) {
        eve.sendStep2(update)
        await waitFor(
          'another question, or the refusal',
          () => eve.all('step1').length > answers || eve.all('refused').length > 0,
        )
      }
      expect((await eve.until('refused')).refused).toMatchObject({ code: 'RESYNC_FAILED' })
      expect(eve.all('step1').length).toBeLessThan(6)
      expect((await neighbourhood.stored()).store.pendingStructs).toBeNull()
      await neighbourhood.expectUnharmed()
    },
  )

  test('[HS8] a stock client in the same place is closed with 4509', async () => {
    using neighbourhood = await createNeighbourhood(server, 'unfitting/stock', { hasTokens: true })
    using eve = await connectEve(neighbourhood.name, false)
    const update = missingOrigin()
    for (let answers = 1; eve.closing() === undefined && answers < 10; answers++) {
      eve.sendStep2(update)
      await waitFor('another question, or the end', () => eve.all('step1').length > answers || eve.closing() !== undefined)
    }
    expect(await eve.closed()).toMatchObject({ code: 4509 })
    await neighbourhood.expectUnharmed()
  })
})

describe('ids that belong to others', () => {
  test('[HS9] a GC range under a neighbour’s id is refused, and the neighbour’s offline work arrives', async () => {
    using neighbourhood = await createNeighbourhood(server, 'ids/poison', { hasTokens: true })
    const { ada, grace } = neighbourhood
    ada.provider.disconnect()
    ada.text.insert(0, 'written offline ')
    using eve = await connectEve(neighbourhood.name)
    const known = Y.getState((await neighbourhood.stored()).store, ada.doc.clientID)
    eve.sendUpdate(gcRange(ada.doc.clientID, known, 1_000))
    expect((await eve.until('refused')).refused).toMatchObject({ code: 'CLIENT_BOUND' })
    ada.provider.connect()
    await waitFor('the offline work arrives', () => grace.text.toJSON().includes('written offline'))
    expect(digestOf(await neighbourhood.stored())).toBe(digestOf(grace.doc))
  })

  test('[HS9] a GC range over what a neighbour already wrote is nothing new', async () => {
    using neighbourhood = await createNeighbourhood(server, 'ids/erase', { hasTokens: true })
    const { ada } = neighbourhood
    using eve = await connectEve(neighbourhood.name)
    eve.sendUpdate(gcRange(ada.doc.clientID, 0, Y.getState(ada.doc.store, ada.doc.clientID)))
    expect((await eve.until('receipt')).receipt.settledCount).toBe(1)
    await neighbourhood.expectUnharmed()
  })

  test('[HS9] the same, hidden beside something new: only the new goes on', async () => {
    using neighbourhood = await createNeighbourhood(server, 'ids/hide', { hasTokens: true })
    const { ada, grace } = neighbourhood
    const before = ada.text.toJSON()
    using eve = await connectEve(neighbourhood.name)
    eve.sendUpdate(
      withGcRange(
        updateOf((doc) => doc.getMap('notes').set('eve', 'was here')),
        ada.doc.clientID,
        Y.getState(ada.doc.store, ada.doc.clientID),
      ),
    )
    await waitFor('the new arrives', () => grace.doc.getMap('notes').get('eve') === 'was here')
    using late = connectStockClient(server.documentsUrl, neighbourhood.name, {
      params: { token: await signToken({ user: 'late' }) },
    })
    await late.synced()
    expect([ada, grace, late].map((client) => client.text.toJSON())).toEqual([before, before, before])
    expect((await neighbourhood.stored()).getText('text').toJSON()).toBe(before)
  })

  test('[HS9] other content for clocks that exist is nothing new: the first stands', async () => {
    using neighbourhood = await createNeighbourhood(server, 'ids/equivocate', { hasTokens: true })
    using eve = await connectEve(neighbourhood.name)
    eve.sendUpdate(updateOf((doc) => doc.getText('text').insert(0, 'A'), neighbourhood.ada.doc.clientID))
    expect((await eve.until('receipt')).receipt.settledCount).toBe(1)
    await neighbourhood.expectUnharmed()
  })

  test('[HS9] a stock client that tries it is closed with 4403', async () => {
    using neighbourhood = await createNeighbourhood(server, 'ids/stock', { hasTokens: true })
    const { ada } = neighbourhood
    using eve = await connectEve(neighbourhood.name, false)
    eve.sendUpdate(gcRange(ada.doc.clientID, Y.getState(ada.doc.store, ada.doc.clientID), 1_000))
    expect(await eve.closed()).toMatchObject({ code: 4403 })
    await neighbourhood.expectUnharmed()
  })
})

describe('more than a connection may send', () => {
  test(
    '[HS10] two thousand updates at once are paused, not refused; all of them arrive, and neighbours work on',
    { timeout: 120_000 },
    async () => {
      using neighbourhood = await createNeighbourhood(server, 'fast', { hasTokens: true })
      using eve = await connectEve(neighbourhood.name)
      const doc = new Y.Doc()
      let sent = 0
      doc.on('update', (update) => {
        eve.sendUpdate(update)
        sent += 1
      })
      for (let index = 0; index < 2_000; index++) doc.getArray('numbers').push([index])
      await waitFor('all are settled', () => eve.all('receipt').at(-1)?.receipt.settledCount === sent, { withinMs: 60_000 })
      expect(eve.all('refused')).toEqual([])
      expect((await neighbourhood.stored()).getArray('numbers').length).toBe(2_000)
      neighbourhood.ada.text.insert(0, 'still ')
      await waitFor('the neighbours work on', () => neighbourhood.grace.text.toJSON().startsWith('still '))
      expect(neighbourhood.ada.closeCodes).toEqual([])
    },
  )
})
