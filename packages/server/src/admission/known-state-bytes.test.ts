import { createSeededRandom } from '@rejoin/core/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { decodeKnownState, encodeKnownState } from './known-state-bytes.ts'
import { knownStateOf } from './known-state-of.ts'
import { editAtRandom } from './testing/edit-at-random.ts'

function stateOfEdits(seed: number, count: number): Uint8Array {
  const random = createSeededRandom(seed)
  const doc = new Y.Doc()
  doc.clientID = random.below(2 ** 32)
  for (let edit = 0; edit < count; edit++) editAtRandom(doc, random)
  return Y.encodeStateAsUpdate(doc)
}

describe('a known state as bytes', () => {
  test('[A23] comes back as it was', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 60 }), (seed, count) => {
        const known = knownStateOf(stateOfEdits(seed, count))
        expect(decodeKnownState(encodeKnownState(known))).toEqual(known)
      }),
      { numRuns: 200 },
    )
  })

  test('[A23] cut short or longer than it says, it throws', () => {
    const bytes = encodeKnownState(knownStateOf(stateOfEdits(7, 60)))
    for (let length = 0; length < bytes.length; length++) expect(() => decodeKnownState(bytes.subarray(0, length))).toThrow()
    expect(() => decodeKnownState(Uint8Array.from([...bytes, 0]))).toThrow()
  })
})
