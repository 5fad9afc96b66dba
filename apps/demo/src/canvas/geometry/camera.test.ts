import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundsOf } from './box.ts'
import { fitCamera, toScene, toScreen, zoomAt } from './camera.ts'

const coordinate = fc.double({ min: -5_000, max: 5_000, noNaN: true })
const point = fc.record({ x: coordinate, y: coordinate })
const camera = fc.record({ x: coordinate, y: coordinate, zoom: fc.double({ min: 0.1, max: 8, noNaN: true }) })

test('zooming keeps what is under the pointer under the pointer', () => {
  fc.assert(
    fc.property(camera, point, fc.double({ min: 0.01, max: 100, noNaN: true }), (before, pointer, factor) => {
      const after = zoomAt(before, pointer, factor)
      const back = toScreen(after, toScene(before, pointer))
      expect(Math.hypot(back.x - pointer.x, back.y - pointer.y)).toBeLessThan(1e-6)
      expect(after.zoom).toBeGreaterThanOrEqual(0.1)
      expect(after.zoom).toBeLessThanOrEqual(8)
    }),
  )
})

test('fitting shows the whole box within the margins', () => {
  const camera = fitCamera({ x: 100, y: 100, width: 4_000, height: 500 }, { width: 1_000, height: 800 }, { x: 100, y: 100 })
  expect(toScreen(camera, { x: 100, y: 350 })).toEqual({ x: 100, y: 400 })
  expect(toScreen(camera, { x: 4_100, y: 350 })).toEqual({ x: 900, y: 400 })
})

test('a box that is turned takes more room', () => {
  const { x, y, width, height } = boundsOf({ x: 0, y: 0, width: 100, height: 50, rotation: 90 })
  expect([x, y, width, height].map(Math.round)).toEqual([-50, 0, 50, 100])
})
