import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorTable, type ErrorCode } from '../errors.ts'
import { encodeHello } from './hello.ts'
import { readPrivateMessage, type PrivateMessage } from './private-message.ts'
import { encodeReauthenticate } from './reauthenticate.ts'
import { encodeReceipt } from './receipt.ts'
import { encodeRefused } from './refused.ts'

const codes = Object.keys(errorTable).filter((code): code is ErrorCode => code in errorTable)

const privateMessage: fc.Arbitrary<PrivateMessage> = fc.oneof(
  fc.record({
    type: fc.constant('hello' as const),
    hello: fc.record({
      generation: fc.stringMatching(/^[A-Za-z0-9-]{1,64}$/),
      access: fc.constantFrom('read' as const, 'write' as const),
      limits: fc.record({ frameBytesMax: fc.integer({ min: 1 }) }),
    }),
  }),
  fc.record({ type: fc.constant('receipt' as const), receipt: fc.record({ settledCount: fc.maxSafeNat() }) }),
  fc.record({
    type: fc.constant('refused' as const),
    refused: fc.record({
      frameNumber: fc.integer({ min: 1 }),
      code: fc.constantFrom(...codes),
      reason: fc.string({ unit: 'grapheme' }),
    }),
  }),
  fc.constant({ type: 'reauthenticate' as const }),
)

function encode(message: PrivateMessage): Uint8Array {
  switch (message.type) {
    case 'hello':
      return encodeHello(message.hello)
    case 'receipt':
      return encodeReceipt(message.receipt)
    case 'refused':
      return encodeRefused(message.refused)
    case 'reauthenticate':
      return encodeReauthenticate()
  }
}

describe('private messages', () => {
  test('[W1] are read back as they were written', () => {
    fc.assert(
      fc.property(privateMessage, (message) => {
        expect(readPrivateMessage(encode(message))).toEqual(message)
      }),
    )
  })

  test('[W2] cut short, they throw', () => {
    fc.assert(
      fc.property(privateMessage, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (message, share) => {
        const bytes = encode(message)
        const cut = bytes.slice(0, Math.max(1, Math.floor(bytes.length * share)))
        fc.pre(cut.length < bytes.length)
        expect(() => readPrivateMessage(cut)).toThrow()
      }),
    )
  })

  test('[W2] with an unknown code or access, they throw', () => {
    const refused = encodeRefused({ frameNumber: 1, code: 'FORBIDDEN', reason: '' })
    refused[3] = 'X'.charCodeAt(0)
    expect(() => readPrivateMessage(refused)).toThrow()
    const hello = encodeHello({ generation: 'g', access: 'read', limits: { frameBytesMax: 1 } })
    hello[4] = 'x'.charCodeAt(0)
    expect(() => readPrivateMessage(hello)).toThrow()
  })

  test('[W2] y-websocket’s own messages are not ours', () => {
    for (const type of [0, 1, 2, 3]) expect(readPrivateMessage(Uint8Array.of(type, 0, 0))).toBeUndefined()
  })
})
