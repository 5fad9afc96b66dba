import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Box } from './box.ts'
import { createSnapLines, guidesOf, placesOf, snapBox } from './snap.ts'

const coordinate = fc.integer({ min: -3_000, max: 3_000 })
const box: fc.Arbitrary<Box> = fc.record({
  x: coordinate,
  y: coordinate,
  width: fc.integer({ min: 1, max: 400 }),
  height: fc.integer({ min: 1, max: 400 }),
})
const reach = 6

/** Asked of every box, one by one. */
function nearest(boxes: readonly Box[], moved: Box, axis: 'x' | 'y'): number {
  const distances = boxes.flatMap((other) =>
    placesOf(other, axis).flatMap((at) => placesOf(moved, axis).map((place) => at - place)),
  )
  const near = distances.filter((distance) => Math.abs(distance) <= reach)
  return near.length === 0 ? Infinity : Math.min(...near.map(Math.abs))
}

test('[HD4] a box moves to the nearest edge or middle within reach, as if every other had been asked', () => {
  fc.assert(
    fc.property(fc.array(box, { maxLength: 40 }), box, (boxes, moved) => {
      const { dx, dy } = snapBox(createSnapLines(boxes), moved, reach)
      for (const [axis, by] of [
        ['x', dx],
        ['y', dy],
      ] as const) {
        const distance = nearest(boxes, moved, axis)
        expect(Math.abs(by)).toBeCloseTo(distance === Infinity ? 0 : distance, 6)
      }
    }),
  )
})

test('[HD4] what was brought into line stays there, and a guide shows it from one end to the other', () => {
  const lines = createSnapLines([
    { x: 0, y: 0, width: 100, height: 50 },
    { x: 0, y: 300, width: 60, height: 40 },
  ])
  const moved = { x: 4, y: 120, width: 80, height: 30 }
  const { dx, dy } = snapBox(lines, moved, reach)
  expect({ dx, dy }).toEqual({ dx: -4, dy: 0 })
  const inLine = { ...moved, x: moved.x + dx }
  expect(snapBox(lines, inLine, reach)).toEqual({ dx: 0, dy: 0 })
  expect(guidesOf(lines, inLine)).toEqual([{ axis: 'x', at: 0, from: 0, to: 340 }])
  expect(guidesOf(lines, moved)).toEqual([])
  // A point has but one place.
  expect(guidesOf(lines, { x: 100, y: 90, width: 0, height: 0 })).toEqual([{ axis: 'x', at: 100, from: 0, to: 90 }])
})

test('[HD4] five thousand things are asked in no time once they are sorted', () => {
  const boxes = Array.from({ length: 5_000 }, (_, index) => ({ x: index * 1.7, y: index * 2.3, width: 40, height: 30 }))
  const lines = createSnapLines(boxes)
  let looks = 0
  const counted = {
    x: new Proxy(lines.x, { get: (target, key, self) => (looks++, Reflect.get(target, key, self)) }),
    y: lines.y,
  }
  snapBox(counted, { x: 4_000, y: 4_000, width: 50, height: 50 }, reach)
  // Three places, each found by halving fifteen thousand.
  expect(looks).toBeLessThan(3 * 40)
})
