import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeFrame, opcode, openRawWebSocket, type RawFrame } from '../support/raw-socket.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { waitFor } from '../support/wait-for.ts'
import { createNeighbourhood } from './socket-neighbourhood.ts'

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const bytes = (length: number) => new Uint8Array(length)
const text = (value: string) => new TextEncoder().encode(value)

const rows: readonly (readonly [name: string, closeCode: number, frames: readonly RawFrame[]])[] = [
  ['an unmasked frame', 1002, [{ opcode: opcode.binary, payload: bytes(3), isMasked: false }]],
  ['reserved bit 1, as if compressed', 1002, [{ opcode: opcode.binary, payload: bytes(3), reserved: 4 }]],
  ['reserved bits 2 and 3', 1002, [{ opcode: opcode.binary, payload: bytes(3), reserved: 3 }]],
  ['a reserved opcode', 1002, [{ opcode: 5, payload: bytes(3) }]],
  ['a reserved control opcode', 1002, [{ opcode: 11 }]],
  ['a ping over 125 bytes', 1002, [{ opcode: opcode.ping, payload: bytes(126) }]],
  ['a fragmented ping', 1002, [{ opcode: opcode.ping, isFinal: false }]],
  ['a continuation of nothing', 1002, [{ opcode: opcode.continuation, payload: bytes(3) }]],
  [
    'a new message inside a fragmented one',
    1002,
    [
      { opcode: opcode.binary, payload: bytes(3), isFinal: false },
      { opcode: opcode.binary, payload: bytes(3) },
    ],
  ],
  ['a length of 2^63 - 1', 1009, [{ opcode: opcode.binary, declaredLength: 2n ** 63n - 1n }]],
  ['a length of 2^53', 1009, [{ opcode: opcode.binary, declaredLength: 2n ** 53n }]],
  ['a gigabyte announced and not sent', 1009, [{ opcode: opcode.binary, declaredLength: 2n ** 30n }]],
  ['a text that is not UTF-8', 1007, [{ opcode: opcode.text, payload: Uint8Array.of(0xc3, 0x28) }]],
  ['a text', 4400, [{ opcode: opcode.text, payload: text('hello') }]],
  ['a close frame of one byte', 1002, [{ opcode: opcode.close, payload: bytes(1) }]],
  ['a close frame with a reserved code', 1002, [{ opcode: opcode.close, payload: Uint8Array.of(1005 >> 8, 1005 & 255) }]],
  [
    'ten thousand empty fragments',
    1008,
    [
      { opcode: opcode.binary, isFinal: false },
      ...Array.from({ length: 10_000 }, () => ({ opcode: opcode.continuation, isFinal: false })),
    ],
  ],
  [
    'ten thousand fragments of a byte',
    1008,
    [
      { opcode: opcode.binary, isFinal: false },
      ...Array.from({ length: 10_000 }, () => ({ opcode: opcode.continuation, payload: bytes(1), isFinal: false })),
    ],
  ],
]

test.each(rows)('[HS1] %s closes its sender with %i, and nobody else notices', async (name, closeCode, frames) => {
  using neighbourhood = await createNeighbourhood(server, `framing/${name}`)
  using raw = await openRawWebSocket(server, encodeURIComponent(neighbourhood.name))
  raw.write(Buffer.concat(frames.map(encodeFrame)))
  expect(await raw.closeCode()).toBe(closeCode)
  await neighbourhood.expectUnharmed()
})

test('[HS1] a message that comes byte by byte is a message', async () => {
  using neighbourhood = await createNeighbourhood(server, 'framing/slowly')
  using raw = await openRawWebSocket(server, neighbourhood.name)
  const before = raw.received().length
  // Sync, step 1, an empty state vector.
  for (const byte of encodeFrame({ opcode: opcode.binary, payload: Uint8Array.of(0, 0, 1, 0) })) raw.write(Uint8Array.of(byte))
  await waitFor('an answer', () => raw.received().length > before)
  await neighbourhood.expectUnharmed()
})

test('[HS1] a connection that is reset in the middle of a frame leaves nothing behind', async () => {
  using neighbourhood = await createNeighbourhood(server, 'framing/reset')
  for (let index = 0; index < 20; index++) {
    using raw = await openRawWebSocket(server, neighbourhood.name)
    raw.write(encodeFrame({ opcode: opcode.binary, declaredLength: 1_000n, payload: bytes(100) }))
    raw.socket.resetAndDestroy()
  }
  await waitFor('the connections are counted out', async () =>
    /^rejoin_connections 2$/m.test(await (await fetch(`${server.url}/metrics`)).text()),
  )
  await neighbourhood.expectUnharmed()
})
