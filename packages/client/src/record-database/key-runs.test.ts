import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runsOf } from './key-runs.ts'

const upTo = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index)

test('[RD3] whole numbers without a gap are one run; few of them, and other keys, are none', () => {
  expect(runsOf([3, 'a', 12, ...upTo(100, 120), 5.5, 13])).toEqual({ runs: [[100, 120]], others: [3, 'a', 12, 5.5, 13] })
  expect(runsOf(upTo(1, 7))).toEqual({ runs: [], others: upTo(1, 7) })
  expect(runsOf([])).toEqual({ runs: [], others: [] })
})

test('[RD3] runs and others together are the keys, none twice', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.oneof(fc.integer({ min: 0, max: 60 }), fc.string())), (keys) => {
      const { runs, others } = runsOf<string | number>(keys)
      const found = [...runs.flatMap(([first, last]) => upTo(first, last)), ...others]
      expect(new Set(found)).toEqual(new Set(keys))
      expect(found).toHaveLength(keys.length)
    }),
  )
})
