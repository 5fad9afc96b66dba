import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergeSorted } from './merge-sorted.ts'

const compare = (left: readonly number[], right: readonly number[]): number => (left[0] ?? 0) - (right[0] ?? 0)
const sortedList = (origin: number) =>
  fc.array(fc.integer({ min: 0, max: 9 })).map((keys) => keys.toSorted((a, b) => a - b).map((key) => [key, origin]))

test('[RV4] slices sorted one by one and merged are in the order of sorting all at once', () => {
  fc.assert(
    fc.property(sortedList(1), sortedList(2), (first, second) => {
      expect(mergeSorted(first, second, compare)).toEqual([...first, ...second].toSorted(compare))
    }),
  )
})
