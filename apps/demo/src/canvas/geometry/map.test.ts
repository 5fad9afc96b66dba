import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isWithin } from './box.ts'
import { toScene, toScreen } from './camera.ts'
import { frameOnMap, mapOf } from './map.ts'

const coordinate = fc.double({ min: -100_000, max: 100_000, noNaN: true })
const length = fc.double({ min: 1, max: 50_000, noNaN: true })
const box = fc.record({ x: coordinate, y: coordinate, width: length, height: length })
const size = fc.record({ width: fc.integer({ min: 96, max: 300 }), height: fc.integer({ min: 96, max: 300 }) })

test('[SH3] the map shows everything that is drawn, and a point of it is one place of the scene', () => {
  fc.assert(
    fc.property(box, size, fc.double({ min: 0, max: 1, noNaN: true }), (extent, map, share) => {
      const camera = mapOf(extent, map)
      const point = { x: extent.x + share * extent.width, y: extent.y + share * extent.height }
      const at = toScreen(camera, point)
      expect(isWithin({ ...at, width: 0, height: 0 }, { x: 0, y: 0, ...map })).toBe(true)
      const back = toScene(camera, at)
      expect(Math.hypot(back.x - point.x, back.y - point.y)).toBeLessThan(1e-3)
    }),
  )
})

test('[SH3] the frame of the view lies on the map wherever the view is, and is never too small to press', () => {
  fc.assert(
    fc.property(box, box, size, (extent, view, map) => {
      const frame = frameOnMap(mapOf(extent, map), view, map)
      expect(isWithin(frame, { x: -1e-6, y: -1e-6, width: map.width + 2e-6, height: map.height + 2e-6 })).toBe(true)
      expect(Math.min(frame.width, frame.height)).toBeGreaterThanOrEqual(12 - 1e-6)
    }),
  )
})

test('[SH3] a view on the map is framed exactly', () => {
  const size = { width: 116, height: 116 }
  const map = mapOf({ x: 0, y: 0, width: 1_000, height: 1_000 }, size)
  expect(frameOnMap(map, { x: 200, y: 300, width: 400, height: 500 }, size)).toEqual({ x: 28, y: 38, width: 40, height: 50 })
  expect(frameOnMap(map, { x: -9_000, y: 500, width: 400, height: 200 }, size)).toEqual({ x: 0, y: 58, width: 12, height: 20 })
})
