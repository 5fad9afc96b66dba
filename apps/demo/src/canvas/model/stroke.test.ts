import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Doc, encodeStateAsUpdate, Map as YMap } from 'yjs'
import type { Point } from '../geometry/point.ts'
import { elementSchema } from './element.ts'
import { simplify } from './simplify.ts'
import { smoothCurve } from './smooth.ts'
import { sealStroke, strokeLengths } from './stroke.ts'

const coordinate = fc.double({ min: -2_000, max: 2_000, noNaN: true })
const stroke = fc.array(fc.record({ x: coordinate, y: coordinate }), { minLength: 1, maxLength: 120 })

function distanceToSegment(point: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const squared = dx * dx + dy * dy
  const share = squared === 0 ? 0 : Math.max(0, Math.min(1, ((point.x - a.x) * dx + (point.y - a.y) * dy) / squared))
  return Math.hypot(point.x - a.x - share * dx, point.y - a.y - share * dy)
}

test('[CV6] the ends stay, and what is left out lies within the tolerance of the segment that replaces it', () => {
  const small = fc.integer({ min: -50, max: 50 })
  const path = fc.array(fc.record({ x: small, y: small }), { minLength: 2, maxLength: 30 })
  fc.assert(
    fc.property(path, fc.integer({ min: 0, max: 40 }), (points, tolerance) => {
      const kept = simplify(points, tolerance).map((point) => points.indexOf(point))
      expect([kept[0], kept.at(-1)]).toEqual([0, points.length - 1])
      const distances = points.map((point, index) => {
        const start = points[kept.findLast((one) => one <= index) ?? 0] ?? point
        return distanceToSegment(point, start, points[kept.find((one) => one >= index) ?? 0] ?? point)
      })
      expect(Math.max(...distances)).toBeLessThanOrEqual(tolerance + 1e-9)
    }),
    { numRuns: 300 },
  )
})

test('[CV6] points on a straight line are dropped, corners are not', () => {
  const path = [...Array(50).keys()].map((x) => ({ x, y: 0 }))
  const corner = [...path, { x: 49, y: 50 }]
  expect(simplify(path, 0.1)).toEqual([
    { x: 0, y: 0 },
    { x: 49, y: 0 },
  ])
  expect(simplify(corner, 0.1)).toEqual([
    { x: 0, y: 0 },
    { x: 49, y: 0 },
    { x: 49, y: 50 },
  ])
})

test('[CV6] a stroke of 200,000 points does not overflow the stack', () => {
  const zigzag = Array.from({ length: 200_000 }, (_, x) => ({ x, y: x === 100_000 ? 50 : 0 }))
  expect(simplify(zigzag, 1)).toHaveLength(5)
})

test('[CV7] a sealed stroke gives its points back, to a ten-thousandth of its size', () => {
  fc.assert(
    fc.property(stroke, (points) => {
      const { x, y, width, height, points: shares } = sealStroke(points)
      const lengths = strokeLengths(shares, width, height)
      const back = points.map((_, index) => ({ x: x + (lengths[2 * index] ?? NaN), y: y + (lengths[2 * index + 1] ?? NaN) }))
      for (const [index, point] of points.entries()) {
        expect(Math.abs((back[index]?.x ?? NaN) - point.x)).toBeLessThan(0.02 + width / 10_000)
        expect(Math.abs((back[index]?.y ?? NaN) - point.y)).toBeLessThan(0.02 + height / 10_000)
      }
      expect(elementSchema.safeParse({ id: 'a', kind: 'freehand', x, y, width, height, points: shares }).success).toBe(true)
    }),
  )
})

test('[CV7] a smoothed stroke goes through all its points and keeps corners and straight parts', () => {
  fc.assert(
    fc.property(stroke, (points) => {
      const curve = smoothCurve(points.flatMap(({ x, y }) => [x, y]))
      expect(curve).toHaveLength(2 + 6 * (points.length - 1))
      expect(points.map((_, index) => ({ x: curve[6 * index], y: curve[6 * index + 1] }))).toEqual(points)
    }),
  )
  const circle = Array.from({ length: 12 }, (_, index) => [Math.cos(index / 2) * 100, Math.sin(index / 2) * 100]).flat()
  const round = smoothCurve(circle)
  // Halfway between two points the curve is still on the circle, to within a percent.
  for (let at = 12; at < round.length - 12; at += 6) {
    const half = (axis: number) =>
      ((round[at - 6 + axis] ?? 0) +
        3 * (round[at - 4 + axis] ?? 0) +
        3 * (round[at - 2 + axis] ?? 0) +
        (round[at + axis] ?? 0)) /
      8
    expect(Math.abs(Math.hypot(half(0), half(1)) - 100)).toBeLessThan(1)
  }
  expect(smoothCurve([0, 0, 90, 0, 90, 90])).toEqual([0, 0, 0, 0, 90, 0, 90, 0, 90, 0, 90, 90, 90, 90])
  const bend = smoothCurve([0, 0, 300, 0, 330, 10])
  // The handle on the long straight side is no longer than twice what the short side gets.
  expect(300 - (bend[4] ?? NaN)).toBeLessThan(22)
})

test('[CV7] a long stroke takes about ten bytes a point in an update', () => {
  const points = Array.from({ length: 100 }, (_, index) => ({ x: index * 7.3, y: 60 * Math.sin(index / 3) }))
  const doc = new Doc()
  doc.getMap('elements').set('a', new YMap(Object.entries({ kind: 'freehand', ...sealStroke(points) })))
  expect(encodeStateAsUpdate(doc).length).toBeLessThan(1_200)
})
