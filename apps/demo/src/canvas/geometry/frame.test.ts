import fc from 'fast-check'
import { expect, test } from 'vitest'
import { frameAround, isTouching, pointOf, resizeFrame, turnAbout, type Frame, type Handle } from './frame.ts'

const coordinate = fc.double({ min: -2_000, max: 2_000, noNaN: true })
const length = fc.double({ min: 20, max: 1_000, noNaN: true })
const frame: fc.Arbitrary<Frame> = fc.record({
  x: coordinate,
  y: coordinate,
  width: length,
  height: length,
  rotation: fc.double({ min: -180, max: 180, noNaN: true }),
})
const pull = fc.constantFrom(-1 as const, 0 as const, 1 as const)
const handle: fc.Arbitrary<Handle> = fc.record({ x: pull, y: pull }).filter(({ x, y }) => x !== 0 || y !== 0)
const by = fc.record({ x: fc.double({ min: -300, max: 300, noNaN: true }), y: fc.double({ min: -300, max: 300, noNaN: true }) })
const sideMin = 8
const resizing = fc.record({ isEven: fc.boolean(), isCentred: fc.boolean(), sideMin: fc.constant(sideMin) })

function expectNear(a: { x: number; y: number }, b: { x: number; y: number }): void {
  expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeLessThan(1e-6)
}

test('[HD1] whatever a handle does, the point opposite it stays where it is; with Alt, the middle', () => {
  fc.assert(
    fc.property(frame, handle, by, resizing, (before, pulled, offset, how) => {
      const after = resizeFrame(before, pulled, offset, how)
      const [shareX, shareY] = how.isCentred ? [0.5, 0.5] : [(1 - pulled.x) / 2, (1 - pulled.y) / 2]
      expectNear(pointOf(after, shareX, shareY), pointOf(before, shareX, shareY))
      expect(after.rotation).toBe(before.rotation)
    }),
  )
})

test('[HD1] a pulled corner is where the pointer took it, and no side becomes shorter than the shortest', () => {
  fc.assert(
    fc.property(frame, by, (before, offset) => {
      const after = resizeFrame(before, { x: 1, y: 1 }, offset, { isEven: false, isCentred: false, sideMin })
      expect(Math.min(after.width, after.height)).toBeGreaterThanOrEqual(sideMin)
      const corner = pointOf(before, 1, 1)
      if (after.width > sideMin && after.height > sideMin)
        expectNear(pointOf(after, 1, 1), { x: corner.x + offset.x, y: corner.y + offset.y })
    }),
  )
})

test('[HD1] with Shift the proportion stays, whichever handle is pulled', () => {
  fc.assert(
    fc.property(frame, handle, by, fc.boolean(), (before, pulled, offset, isCentred) => {
      const after = resizeFrame(before, pulled, offset, { isEven: true, isCentred, sideMin })
      expect(after.width / after.height).toBeCloseTo(before.width / before.height, 6)
    }),
  )
})

test('[HD1] what has no length on one side gets none, and stays readable', () => {
  const flat: Frame = { x: 0, y: 0, width: 100, height: 0, rotation: 0 }
  const freely = { isEven: false, isCentred: false, sideMin }
  expect(resizeFrame(flat, { x: 1, y: 1 }, { x: 50, y: 50 }, freely)).toEqual({ ...flat, width: 150 })
  expect(resizeFrame(flat, { x: 1, y: 1 }, { x: 50, y: 50 }, { ...freely, isEven: true })).toEqual({ ...flat, width: 150 })
  expect(resizeFrame(flat, { x: 0, y: 1 }, { x: 50, y: 50 }, { ...freely, isEven: true })).toEqual(flat)
})

test('[HD2] the frame of one thing lies along it, that of several is upright and holds every corner of each', () => {
  fc.assert(
    fc.property(fc.array(frame, { minLength: 2, maxLength: 5 }), (frames) => {
      const around = frameAround(frames)
      expect(around?.rotation).toBe(0)
      for (const one of frames)
        for (const [shareX, shareY] of [
          [0, 0],
          [1, 0],
          [0, 1],
          [1, 1],
        ] as const) {
          const { x, y } = pointOf(one, shareX, shareY)
          expect(x).toBeGreaterThanOrEqual((around?.x ?? Infinity) - 1e-6)
          expect(x).toBeLessThanOrEqual((around ? around.x + around.width : -Infinity) + 1e-6)
          expect(y).toBeGreaterThanOrEqual((around?.y ?? Infinity) - 1e-6)
          expect(y).toBeLessThanOrEqual((around ? around.y + around.height : -Infinity) + 1e-6)
        }
    }),
  )
  const [turned] = fc.sample(frame, 1)
  expect(turned && frameAround([turned])).toEqual(turned)
  expect(frameAround([])).toBe(undefined)
})

test('[HD3] a marquee takes what it touches: any of a thing’s own points, and nothing for being near', () => {
  fc.assert(
    fc.property(frame, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (one, x, y) => {
      const inside = pointOf(one, x, y)
      expect(isTouching(one, { x: inside.x - 1, y: inside.y - 1, width: 2, height: 2 })).toBe(true)
    }),
  )
  fc.assert(
    fc.property(frame, fc.double({ min: 0, max: 1, noNaN: true }), (one, share) => {
      // A hand's breadth off its right side, as the frame has it.
      const outside = pointOf({ ...one, width: one.width + 10 }, 1, share)
      expect(isTouching(one, { x: outside.x - 1, y: outside.y - 1, width: 2, height: 2 })).toBe(false)
    }),
  )
  const diamond: Frame = { x: 0, y: -100, width: 141.42, height: 141.42, rotation: 45 }
  expect(isTouching(diamond, { x: 85, y: -95, width: 10, height: 10 })).toBe(false)
  expect(isTouching(diamond, { x: -5, y: -5, width: 10, height: 10 })).toBe(true)
})

test('[HD2] turning about a point and back leads back', () => {
  fc.assert(
    fc.property(frame, frame, (point, centre) => {
      expectNear(turnAbout(turnAbout(point, centre, 33), centre, -33), point)
    }),
  )
})
