import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addRanges, collectMissing, hasClock, normalizeRanges, removeRanges } from './clock-ranges.ts'
import { applyDelta, createKnownState, type KnownDelta, revertDelta } from './known-state.ts'

const clockMax = 60
const rangeArbitrary = fc
  .tuple(fc.nat(clockMax - 1), fc.integer({ min: 1, max: 8 }))
  .map(([start, length]) => ({ start, end: Math.min(start + length, clockMax) }))

/** The same set of clocks, told one by one. */
function listClocks(ranges: readonly number[]): number[] {
  const clocks: number[] = []
  for (let index = 0; index < ranges.length; index += 2)
    for (let clock = ranges[index] ?? 0; clock < (ranges[index + 1] ?? 0); clock++) clocks.push(clock)
  return clocks
}

describe('sets of clocks', () => {
  test('[A18] have one form only, whatever the order and overlap in which they came', () => {
    fc.assert(
      fc.property(fc.array(rangeArbitrary, { maxLength: 30 }), (spans) => {
        const ranges = normalizeRanges(spans.flatMap(({ start, end }) => [start, end]))
        const expected = new Set(spans.flatMap(({ start, end }) => listClocks([start, end])))
        expect(listClocks(ranges)).toEqual([...expected].sort((a, b) => a - b))
        for (let index = 2; index < ranges.length; index += 2) expect(ranges[index]).toBeGreaterThan(ranges[index - 1] ?? 0)
      }),
    )
  })

  test('[A18] adding what is missing and removing it again are inverses, for few changes and for many', () => {
    fc.assert(
      fc.property(
        fc.array(rangeArbitrary, { maxLength: 12 }),
        fc.array(rangeArbitrary, { minLength: 1, maxLength: 40 }),
        (held, spans) => {
          const set = new Map<number, number[]>()
          const before = normalizeRanges(held.flatMap(({ start, end }) => [start, end]))
          if (before.length > 0) set.set(1, [...before])
          const missing: number[] = []
          const wanted = normalizeRanges(spans.flatMap(({ start, end }) => [start, end]))
          for (let index = 0; index < wanted.length; index += 2)
            collectMissing(before, { start: wanted[index] ?? 0, end: wanted[index + 1] ?? 0 }, missing)
          addRanges(set, 1, missing)
          expect(set.get(1)).toEqual(normalizeRanges([...before, ...wanted]))
          for (let clock = 0; clock < clockMax; clock++)
            expect(hasClock(set, 1, clock)).toBe(listClocks([...before, ...wanted]).includes(clock))
          removeRanges(set, 1, missing)
          expect(set).toEqual(before.length > 0 ? new Map([[1, before]]) : new Map())
        },
      ),
    )
  })

  test('[A18] more ranges than are spliced one by one are merged', () => {
    const many = Array.from({ length: 2000 }, (_, index) => index * 3 + (index % 2))
    const set = new Map([[1, normalizeRanges([...many])]])
    const before = structuredClone(set)
    const added = Array.from({ length: 400 }, (_, index) => [100_000 + index * 4, 100_002 + index * 4]).flat()
    addRanges(set, 1, added)
    expect(set.get(1)?.length).toBe((before.get(1)?.length ?? 0) + 800)
    removeRanges(set, 1, added)
    expect(set).toEqual(before)
  })
})

describe('deltas', () => {
  const first: KnownDelta = {
    clocks: [[1, 0, 5]],
    deletes: [
      [1, 1, 2],
      [1, 3, 4],
    ],
    keyed: [[1, 0, 1]],
  }
  const second: KnownDelta = {
    clocks: [
      [2, 0, 3],
      [1, 5, 9],
    ],
    deletes: [
      [2, 0, 1],
      [1, 2, 3],
    ],
    keyed: [[1, 1, 3]],
  }

  test('[A18] reverting in reverse order leads back through the same states', () => {
    const known = createKnownState()
    applyDelta(known, first)
    const afterFirst = structuredClone(known)
    applyDelta(known, second)
    expect(known).toEqual({
      clocks: new Map([
        [1, 9],
        [2, 3],
      ]),
      deletes: new Map([
        [1, [1, 4]],
        [2, [0, 1]],
      ]),
      keyed: new Map([[1, [0, 3]]]),
    })
    revertDelta(known, second)
    expect(known).toEqual(afterFirst)
    revertDelta(known, first)
    expect(known).toEqual(createKnownState())
  })

  test('[A18] a delta that does not follow is a broken invariant, and changes nothing', () => {
    const known = createKnownState()
    expect(() => applyDelta(known, second)).toThrow('does not follow')
    expect(known).toEqual(createKnownState())
    applyDelta(known, first)
    applyDelta(known, second)
    const after = structuredClone(known)
    expect(() => revertDelta(known, first)).toThrow('does not follow')
    expect(known).toEqual(after)
  })
})
