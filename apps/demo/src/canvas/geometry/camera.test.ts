import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundsOf } from './box.ts'
import { centreOn, fitCamera, toScene, toScreen, zoomAt } from './camera.ts'

const coordinate = fc.double({ min: -5_000, max: 5_000, noNaN: true })
const point = fc.record({ x: coordinate, y: coordinate })
const camera = fc.record({ x: coordinate, y: coordinate, zoom: fc.double({ min: 0.001, max: 8, noNaN: true }) })

test('zooming keeps what is under the pointer under the pointer', () => {
  fc.assert(
    fc.property(camera, point, fc.double({ min: 0.01, max: 100, noNaN: true }), (before, pointer, factor) => {
      const after = zoomAt(before, pointer, factor)
      const back = toScreen(after, toScene(before, pointer))
      expect(Math.hypot(back.x - pointer.x, back.y - pointer.y)).toBeLessThan(1e-6)
      expect(after.zoom).toBeGreaterThanOrEqual(Math.min(0.05, before.zoom))
      expect(after.zoom).toBeLessThanOrEqual(8)
    }),
  )
})

const length = fc.double({ min: 0, max: 2_000_000, noNaN: true })
const screen = fc.record({ width: fc.integer({ min: 320, max: 3_000 }), height: fc.integer({ min: 480, max: 2_000 }) })
const inset = fc.integer({ min: 0, max: 110 })
const insets = fc.record({ top: inset, right: inset, bottom: inset, left: inset })

test('[SH1] fitting shows the whole of any box in the middle of what is free, and blows nothing up', () => {
  fc.assert(
    fc.property(fc.record({ x: coordinate, y: coordinate, width: length, height: length }), screen, insets, (box, size, free) => {
      const camera = fitCamera(box, size, free)
      const [start, end] = [toScreen(camera, box), toScreen(camera, { x: box.x + box.width, y: box.y + box.height })]
      expect(camera.zoom).toBeLessThanOrEqual(1.5)
      expect(start.x).toBeGreaterThanOrEqual(free.left - 1e-3)
      expect(start.y).toBeGreaterThanOrEqual(free.top - 1e-3)
      expect(end.x).toBeLessThanOrEqual(size.width - free.right + 1e-3)
      expect(end.y).toBeLessThanOrEqual(size.height - free.bottom + 1e-3)
      expect(start.x - free.left).toBeCloseTo(size.width - free.right - end.x, 3)
      expect(start.y - free.top).toBeCloseTo(size.height - free.bottom - end.y, 3)
    }),
  )
})

test('[SH1] fitting a long box fills the width that is free', () => {
  const margin = { top: 50, right: 100, bottom: 150, left: 100 }
  const camera = fitCamera({ x: 100, y: 100, width: 4_000, height: 500 }, { width: 1_000, height: 800 }, margin)
  expect(toScreen(camera, { x: 100, y: 350 })).toEqual({ x: 100, y: 350 })
  expect(toScreen(camera, { x: 4_100, y: 350 })).toEqual({ x: 900, y: 350 })
})

test('[SH1] a camera is centred on a point without zooming', () => {
  fc.assert(
    fc.property(camera, point, screen, (before, middle, size) => {
      const after = centreOn(before, middle, size)
      const at = toScene(after, { x: size.width / 2, y: size.height / 2 })
      expect(after.zoom).toBe(before.zoom)
      expect(Math.hypot(at.x - middle.x, at.y - middle.y)).toBeLessThan(1e-6)
    }),
  )
})

test('a box that is turned takes more room', () => {
  const { x, y, width, height } = boundsOf({ x: 0, y: 0, width: 100, height: 50, rotation: 90 })
  expect([x, y, width, height].map(Math.round)).toEqual([-50, 0, 50, 100])
})
