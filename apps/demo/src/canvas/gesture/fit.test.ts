import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundsOf } from '../geometry/box.ts'
import { frameAround, resizeFrame, type Frame } from '../geometry/frame.ts'
import { elementSchema, patchElement, type Element } from '../model/element.ts'
import { fitElements, isEvenOnly, turnElements } from './fit.ts'
import { centreOf } from './resize.ts'

const hundredths = (min: number, max: number) => fc.integer({ min: min * 100, max: max * 100 }).map((value) => value / 100)

const element: fc.Arbitrary<Element> = fc
  .record({
    id: fc.uuid(),
    kind: fc.constantFrom('rectangle', 'ellipse', 'line', 'freehand', 'text', 'note'),
    x: hundredths(-2_000, 2_000),
    y: hundredths(-2_000, 2_000),
    width: hundredths(20, 500),
    height: hundredths(20, 500),
    rotation: fc.constantFrom(0, 0, 0, 15, -90, 90, 180, 33.3),
    points: fc.constant([0, 0, 1, 1]),
    text: fc.constant('words'),
    fontSize: fc.constant(24),
  })
  .map((fields) => elementSchema.parse(fields))
const elements = fc.uniqueArray(element, { minLength: 1, maxLength: 6, selector: ({ id }) => id })
const by = fc.record({ x: hundredths(-200, 400), y: hundredths(-200, 400) })

function patched(before: readonly Element[], patches: ReadonlyMap<string, Parameters<typeof patchElement>[1]>): Element[] {
  return before.map((one) => patchElement(one, patches.get(one.id) ?? {}))
}

/** Equal but for what rounding to hundredths leaves. */
function expectAlike(after: readonly Element[], before: readonly Element[], within: number): void {
  for (const [index, one] of before.entries()) {
    const other = after[index]
    for (const field of ['x', 'y', 'width', 'height'] as const)
      expect(Math.abs((other?.[field] ?? NaN) - one[field])).toBeLessThan(within)
  }
}

const resized = (frame: Frame, all: readonly Element[], offset: { x: number; y: number }) =>
  resizeFrame(frame, { x: 1, y: 1 }, offset, { isEven: isEvenOnly(all), isCentred: false, sideMin: 20 })

test('[HD5] a resize and its inverse leave everything as it was', () => {
  fc.assert(
    fc.property(elements, by, (before, offset) => {
      const frame = frameAround(before)
      if (!frame) throw new Error('there is no frame')
      const toFrame = resized(frame, before, offset)
      const after = patched(before, fitElements(before, frame, toFrame))
      const back = patched(after, fitElements(after, toFrame, frame))
      // A hundredth that was rounded off in a small frame is as much larger in a large one.
      const scale = Math.max(1, frame.width / toFrame.width, frame.height / toFrame.height)
      expectAlike(back, before, 0.03 * scale)
    }),
  )
})

test('[HD5] what was resized fills the frame it was resized to', () => {
  fc.assert(
    fc.property(elements, by, (before, offset) => {
      const frame = frameAround(before)
      if (!frame) throw new Error('there is no frame')
      const toFrame = resized(frame, before, offset)
      const after = frameAround(patched(before, fitElements(before, frame, toFrame)))
      for (const field of ['x', 'y', 'width', 'height'] as const)
        expect(Math.abs((after?.[field] ?? NaN) - toFrame[field])).toBeLessThan(0.1)
    }),
  )
})

test('[HD6] turning there and back leaves everything as it was, and distances from the middle all the while', () => {
  fc.assert(
    fc.property(elements, hundredths(-360, 360), (before, degrees) => {
      const frame = frameAround(before)
      if (!frame) throw new Error('there is no frame')
      const centre = centreOf(frame)
      const after = patched(before, turnElements(before, centre, degrees))
      for (const [index, one] of after.entries()) {
        expect(Math.abs(one.rotation)).toBeLessThanOrEqual(180)
        const was = before[index]
        const distance = was ? Math.hypot(was.x - centre.x, was.y - centre.y) : NaN
        expect(Math.hypot(one.x - centre.x, one.y - centre.y)).toBeCloseTo(distance, 1)
      }
      expectAlike(patched(after, turnElements(after, centre, -degrees)), before, 0.03)
    }),
  )
})

test('[HD6] a quarter turn of one thing swaps its bounds about its middle', () => {
  fc.assert(
    fc.property(element, (before) => {
      const centre = centreOf(before)
      const [after] = patched([before], turnElements([before], centre, 90))
      const [was, is] = [boundsOf(before), after ? boundsOf(after) : undefined]
      expect(is?.width).toBeCloseTo(was.height, 0)
      expect(is?.height).toBeCloseTo(was.width, 0)
      expect((is?.x ?? NaN) + (is?.width ?? NaN) / 2).toBeCloseTo(centre.x, 0)
    }),
  )
})

test('[HD5] letters keep their proportion, and grow with what they are resized with', () => {
  const common = { x: 0, y: 0, width: 100, height: 50, rotation: 0 }
  const text = elementSchema.parse({ ...common, id: 't', kind: 'text', text: 'words', fontSize: 24 })
  const note = elementSchema.parse({ ...common, id: 'n', kind: 'note', text: 'words', fontSize: 20 })
  const frame = { ...common, rotation: 0 }
  const toFrame = { ...frame, width: 200, height: 100 }
  expect([isEvenOnly([text]), isEvenOnly([note]), isEvenOnly([text, note])]).toEqual([true, false, true])
  expect(fitElements([text], frame, toFrame)).toEqual(new Map([['t', { x: 0, y: 0, width: 200, height: 100, fontSize: 48 }]]))
  expect(fitElements([note], frame, toFrame)).toEqual(new Map([['n', { x: 0, y: 0, width: 200, height: 100 }]]))
  expect(fitElements([text, note], frame, toFrame).get('n')).toEqual({ x: 0, y: 0, width: 200, height: 100, fontSize: 40 })
})
