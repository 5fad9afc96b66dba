import { messageType, syncType } from '@rejoin/core'
import * as encoding from 'lib0/encoding'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type RunningServer } from '../support/start-server.ts'
import type { StockClient } from '../support/stock-client.ts'
import { waitFor } from '../support/wait-for.ts'
import { awarenessFrame, connectWireClient, syncFrame } from '../support/wire-client.ts'
import { createNeighbourhood } from './socket-neighbourhood.ts'

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const { sync } = messageType
const { step1, step2, update } = syncType
const emptyUpdate = Uint8Array.of(0, 0)

/** 1 in two bytes. */
const longOne = Uint8Array.of(0x81, 0x00)

function presence(
  entries: readonly (readonly [client: number, clock: number, state: string])[],
  declared = entries.length,
): Uint8Array {
  return awarenessFrame(
    encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, declared)
      for (const [client, clock, state] of entries) {
        encoding.writeVarUint(encoder, client)
        encoding.writeVarUint(encoder, clock)
        encoding.writeVarString(encoder, state)
      }
    }),
  )
}

function stateVectorOf(declared: number): Uint8Array {
  return encoding.encode((encoder) => encoding.writeVarUint(encoder, declared))
}

const rows: readonly (readonly [name: string, closeCode: number, frame: Uint8Array | string])[] = [
  ['an empty frame', 4400, new Uint8Array()],
  ['a text frame', 4400, 'hello'],
  ['an unknown message type', 4400, Uint8Array.of(77)],
  ['a message type over 127', 4400, Uint8Array.of(0xff, 0x01)],
  ['a message type that never ends', 4400, new Uint8Array(64).fill(0xff)],
  ['a message type of the server: auth', 4400, Uint8Array.of(messageType.auth, 0, 0)],
  ['a message type of the server: receipt', 4400, Uint8Array.of(messageType.receipt, 9)],
  ['a message type of the server: hello', 4400, Uint8Array.of(messageType.hello)],
  ['a sync message without a type', 4400, Uint8Array.of(sync)],
  ['a sync message of an unknown type', 4400, Uint8Array.of(sync, 9, 0)],
  ['a step 1 without its state vector', 4400, Uint8Array.of(sync, step1)],
  ['a step 1 cut short', 4400, Uint8Array.of(sync, step1, 5, 1)],
  ['a step 1 with trailing bytes', 4400, Uint8Array.of(...syncFrame(step1, Uint8Array.of(0)), 0)],
  ['a length that is not written the short way', 4400, Uint8Array.of(sync, step1, ...longOne, 0)],
  ['a length of 2^40', 4400, Uint8Array.of(sync, update, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20)],
  ['a length that never ends', 4400, Uint8Array.of(sync, update, ...new Uint8Array(40).fill(0xff))],
  ['a state vector of four billion entries', 4400, syncFrame(step1, stateVectorOf(4_000_000_000))],
  ['a state vector with the same client twice', 4400, syncFrame(step1, Uint8Array.of(2, 7, 1, 7, 2))],
  ['a state vector with trailing bytes', 4400, syncFrame(step1, Uint8Array.of(0, 0, 0))],
  [
    'an update with a thousand trailing zeros',
    4400,
    syncFrame(update, new Uint8Array([...emptyUpdate, ...new Uint8Array(1_000)])),
  ],
  ['a step 2 that is no update', 4400, syncFrame(step2, Uint8Array.of(1, 2, 3, 4, 5))],
  [
    'two messages in one frame',
    4400,
    Uint8Array.of(...syncFrame(step1, Uint8Array.of(0)), ...syncFrame(step1, Uint8Array.of(0))),
  ],
  ['presence that is cut short', 4400, awarenessFrame(Uint8Array.of(1, 5))],
  ['presence that is no JSON', 4400, presence([[5, 1, '{not json']])],
  ['presence that declares more than it has', 4400, presence([[5, 1, '{}']], 3)],
  ['presence with trailing bytes', 4400, awarenessFrame(Uint8Array.of(0, 0))],
  ['presence with a forged clock of 2^53 - 1', 4400, presence([[5, Number.MAX_SAFE_INTEGER, '{}']])],
  [
    'presence of more entries than one message may have',
    4413,
    presence(Array.from({ length: 2_000 }, (_, client) => [client, 1, '{}'] as const)),
  ],
  ['a presence state of a megabyte', 4413, presence([[5, 1, JSON.stringify({ big: 'x'.repeat(1_000_000) })]])],
  ['a frame over 16 MiB', 4413, syncFrame(update, new Uint8Array(17 * 1024 * 1024))],
  ['a frame over what the socket reads at all', 1009, syncFrame(update, new Uint8Array(33 * 1024 * 1024))],
]

test.each(rows)('[HS2, R16] %s closes its sender with %i, and nobody else notices', async (name, closeCode, frame) => {
  using neighbourhood = await createNeighbourhood(server, `messages/${name}`)
  using attacker = connectWireClient(server.documentsUrl, encodeURIComponent(neighbourhood.name))
  await attacker.until('step1')
  attacker.send(frame)
  expect(await attacker.closed()).toMatchObject({ code: closeCode })
  await neighbourhood.expectUnharmed()
})

test('[HS2] our client gets the code without being held: 4400 at once', async () => {
  using attacker = connectWireClient(server.documentsUrl, 'messages/ours', { isOurs: true })
  await attacker.until('step1')
  attacker.send(Uint8Array.of(77))
  expect(await attacker.closed(2_000)).toMatchObject({ code: 4400, reason: expect.stringContaining('BAD_FRAME') })
})

test('[HS3] a flood of presence under one’s own id reaches the neighbours as single states, and slows nobody', async () => {
  using neighbourhood = await createNeighbourhood(server, 'messages/flood')
  using attacker = connectWireClient(server.documentsUrl, neighbourhood.name)
  await attacker.until('step1')
  for (let clock = 1; clock <= 5_000; clock++) attacker.send(presence([[5, clock, JSON.stringify({ clock })]]))
  await neighbourhood.expectUnharmed()
  expect(attacker.closing()).toBeUndefined()
})

test('[HS3] presence under the ids of others changes nothing', async () => {
  using neighbourhood = await createNeighbourhood(server, 'messages/impostor')
  const { ada, grace } = neighbourhood
  ada.provider.awareness.setLocalState({ name: 'Ada' })
  grace.provider.awareness.setLocalState({ name: 'Grace' })
  const seenBy = (viewer: StockClient, shown: StockClient) => viewer.provider.awareness.getStates().get(shown.doc.clientID)
  await waitFor('they see each other', () => seenBy(ada, grace) !== undefined && seenBy(grace, ada) !== undefined)
  using attacker = connectWireClient(server.documentsUrl, neighbourhood.name)
  await attacker.until('awareness')
  attacker.send(presence([[9, 1, '{"name":"Eve"}']]))
  attacker.send(
    presence([
      [ada.doc.clientID, 1_000_000, '{"name":"Mallory"}'],
      [grace.doc.clientID, 1_000_000, 'null'],
    ]),
  )
  await neighbourhood.expectUnharmed()
  await waitFor('Ada sees Eve, who is herself', () => ada.provider.awareness.getStates().has(9))
  expect([seenBy(grace, ada), seenBy(ada, grace)]).toEqual([{ name: 'Ada' }, { name: 'Grace' }])
  expect(attacker.closing()).toBeUndefined()
})

test('[HS3] one connection cannot fill the room with invented people', async () => {
  using neighbourhood = await createNeighbourhood(server, 'messages/crowd')
  using attacker = connectWireClient(server.documentsUrl, neighbourhood.name)
  await attacker.until('step1')
  attacker.send(presence(Array.from({ length: 900 }, (_, client) => [client + 1, 1, '{}'] as const)))
  await neighbourhood.expectUnharmed()
  expect(neighbourhood.ada.provider.awareness.getStates().size).toBeLessThan(50)
})
