import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { decodeStateVector, encodeStateVector } from './state-vector.ts'

const number = fc.oneof(fc.nat(200), fc.maxSafeNat())

test('[A22] a state vector is read as Yjs reads it and written as Yjs can read it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { maxLength: 50 }), (entries) => {
      const clocks = new Map(entries)
      expect(decodeStateVector(encodeStateVector(clocks), 1000)).toEqual(clocks)
      expect(Y.decodeStateVector(encodeStateVector(clocks))).toEqual(clocks)
    }),
  )
})

test('[A22] any other bytes are no state vector, and nothing is allocated for what they declare', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
      const clocks = decodeStateVector(bytes, 1000)
      expect(clocks === undefined ? bytes : encodeStateVector(clocks)).toEqual(bytes)
    }),
    { numRuns: 2000 },
  )
  for (const bytes of [
    [],
    [1],
    [1, 1],
    [0, 0],
    [1, 1, 1, 1],
    [2, 5, 1, 5, 2],
    [1, 0x85, 0, 1],
    [0xff, 0xff, 0xff, 0xff, 0x0f, 1, 1],
  ]) {
    expect(decodeStateVector(Uint8Array.from(bytes), 1000)).toBeUndefined()
  }
})

test('[A22] it has so many entries at most', () => {
  const clocks = new Map(Array.from({ length: 11 }, (_, client) => [client, 1]))
  expect(decodeStateVector(encodeStateVector(clocks), 11)).toEqual(clocks)
  expect(decodeStateVector(encodeStateVector(clocks), 10)).toBeUndefined()
})
