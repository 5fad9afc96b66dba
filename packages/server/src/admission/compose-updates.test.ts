import { describe, expect, test } from 'vitest'
import { composeUpdates } from './compose-updates.ts'
import { diffState } from './diff-state.ts'
import { knownStateOf } from './known-state-of.ts'
import { deleted, gap, garbage, sharedType, text, values } from './testing/struct-contents.ts'
import { deletionOf, putTogether, updateOf } from './testing/update-model.ts'

const section = (client: number, clock: number, value: string) => ({
  client,
  clock,
  countShift: 0,
  structs: [{ ...text(value), parent: 'text' }],
})

test('[A19] structs stand client by client, larger ids first, and delete sets are united', () => {
  const first = putTogether({ sections: [section(1, 0, 'ab'), section(7, 0, 'x')], deletes: [{ client: 1, ranges: [[0, 1]] }] })
  const second = putTogether({
    sections: [section(1, 2, 'c')],
    deletes: [
      { client: 7, ranges: [[0, 1]] },
      { client: 1, ranges: [[1, 1]] },
    ],
  })
  const whole = { client: 1, clock: 0, countShift: 0, structs: [...section(1, 0, 'ab').structs, ...section(1, 2, 'c').structs] }
  expect(composeUpdates([first, second])).toEqual(
    putTogether({
      sections: [section(7, 0, 'x'), whole],
      deletes: [
        { client: 7, ranges: [[0, 1]] },
        { client: 1, ranges: [[0, 2]] },
      ],
    }),
  )
  expect(composeUpdates([])).toEqual(Uint8Array.of(0, 0))
})

describe('what cannot have been admitted', () => {
  test('[A19] updates that do not go on from one another are not composed', () => {
    expect(() => composeUpdates([updateOf(1, 0, text('ab')), updateOf(1, 3, text('d'))])).toThrow('do not go on')
    expect(() => composeUpdates([updateOf(1, 0, text('ab')), updateOf(1, 1, text('b'))])).toThrow('do not go on')
  })

  test('[A19, A20, A21] broken bytes are not taken for a state', () => {
    for (const bytes of [Uint8Array.of(), Uint8Array.of(0, 0, 0), updateOf(1, 0, text('abc')).subarray(0, 9)]) {
      expect(() => composeUpdates([bytes])).toThrow('a stored update')
      expect(() => diffState(bytes, new Map())).toThrow('a stored update')
      expect(() => knownStateOf(bytes)).toThrow('a stored update')
    }
  })

  test('[A21] a state has no gaps', () => {
    expect(() => knownStateOf(updateOf(1, 2, text('c')))).toThrow('begins in the middle')
    expect(() => knownStateOf(updateOf(1, 0, gap(2), text('c')))).toThrow('has a gap')
  })
})

test('[A21] the known state has what came deleted beside the delete set, and the values of map keys', () => {
  const state = composeUpdates([
    updateOf(1, 0, garbage(2), deleted(1), text('ab'), { ...sharedType(1), parent: 'map', parentSub: 'k' }),
    updateOf(2, 0, { ...values(1), origin: { client: 1, clock: 5 } }, { ...text('x'), origin: { client: 1, clock: 4 } }),
    deletionOf(1, [3, 1]),
    deletionOf(2, [0, 1]),
  ])
  expect(knownStateOf(state)).toEqual({
    clocks: new Map([
      [2, 2],
      [1, 6],
    ]),
    deletes: new Map([
      [1, [0, 4]],
      [2, [0, 1]],
    ]),
    keyed: new Map([
      [2, [0, 1]],
      [1, [5, 6]],
    ]),
  })
})
