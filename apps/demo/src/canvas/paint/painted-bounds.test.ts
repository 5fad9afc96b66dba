import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isWithin } from '../geometry/box.ts'
import type { Element } from '../model/element.ts'
import { smoothCurve } from '../model/smooth.ts'
import { strokeLengths } from '../model/stroke.ts'
import { paintedBoundsOf } from './painted-bounds.ts'

const common = { id: 'e', order: 0, stroke: 'ink', fill: 'none', updatedAt: 0, x: 40, y: -30 } as const
const share = fc.double({ min: 0, max: 1, noNaN: true })

/** Points of the curve, finely, as the painter puts them on the scene. */
function pointsOf(element: Extract<Element, { kind: 'freehand' }>): { x: number; y: number }[] {
  const [x = 0, y = 0, ...rest] = smoothCurve(strokeLengths(element.points, element.width, element.height))
  const angle = (element.rotation * Math.PI) / 180
  const place = (px: number, py: number) => ({
    x: element.x + px * Math.cos(angle) - py * Math.sin(angle),
    y: element.y + px * Math.sin(angle) + py * Math.cos(angle),
  })
  const points = [place(x, y)]
  let [fromX, fromY] = [x, y]
  for (let at = 0; at < rest.length; at += 6) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = rest.slice(at, at + 6)
    for (let step = 1; step <= 8; step += 1) {
      const t = step / 8
      const mix = (p0: number, p1: number, p2: number, p3: number) =>
        (1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t ** 2 * p2 + t ** 3 * p3
      points.push(place(mix(fromX, a, c, e), mix(fromY, b, d, f)))
    }
    ;[fromX, fromY] = [e, f]
  }
  return points
}

test('[CV19] no stroke, however it bends and is turned, leaves paint outside its painted bounds', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(share, share), { minLength: 2, maxLength: 12 }),
      fc.record({
        width: fc.double({ min: 0, max: 500, noNaN: true }),
        height: fc.double({ min: 0, max: 500, noNaN: true }),
        rotation: fc.double({ min: -360, max: 360, noNaN: true }),
        strokeWidth: fc.double({ min: 0, max: 100, noNaN: true }),
      }),
      (pairs, facts) => {
        const element: Extract<Element, { kind: 'freehand' }> = { ...common, ...facts, kind: 'freehand', points: pairs.flat() }
        const bounds = paintedBoundsOf(element)
        const reach = facts.strokeWidth / 2
        for (const { x, y } of pointsOf(element)) {
          const paint = { x: x - reach, y: y - reach, width: 2 * reach, height: 2 * reach }
          expect(isWithin(paint, { ...bounds, width: bounds.width + 1e-6, height: bounds.height + 1e-6 })).toBe(true)
        }
      },
    ),
  )
})
