import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundsOf, unionOf } from '../geometry/box.ts'
import { elementSchema, type Element } from '../model/element.ts'
import { square } from '../model/testing/square.ts'
import { importElementsMax, placeCopies, readBoardFile, writeBoardFile } from './board-file.ts'
import { exportBox, pictureScale } from './export-box.ts'

const coordinate = fc.integer({ min: -50_000, max: 50_000 })
const length = fc.integer({ min: 0, max: 5_000 })
const elements: fc.Arbitrary<Element[]> = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 12 }),
    kind: fc.constant('rectangle' as const),
    x: coordinate,
    y: coordinate,
    width: length,
    height: length,
    rotation: fc.integer({ min: -360, max: 360 }),
    order: fc.integer({ min: -5, max: 5 }),
    stroke: fc.constantFrom('ink', '#123456'),
    fill: fc.constantFrom('none', 'blue'),
    strokeWidth: fc.integer({ min: 0, max: 100 }),
    updatedAt: fc.nat(),
  }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 12 },
)

function countingPlacement(middle = { x: 0, y: 0 }) {
  let count = 0
  return { middle, order: 100, now: 5_000, createId: () => `new-${++count}` }
}

test('[SH6] what was exported is read again as it was', () => {
  fc.assert(
    fc.property(elements, (drawn) => {
      expect(readBoardFile(writeBoardFile(drawn))).toEqual({ type: 'elements', elements: drawn })
    }),
  )
})

const envelope = { format: 'rejoin-board', version: 1 }
const refused: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ['no JSON', '<svg/>', /holds no board/],
  ['another JSON', '{"elements":[]}', /holds no board/],
  ['an empty board', JSON.stringify({ ...envelope, elements: [] }), /is empty/],
  ['a later version', JSON.stringify({ ...envelope, version: 2, elements: [square] }), /another version/],
  ['a damaged element', JSON.stringify({ ...envelope, elements: [square, { ...square, width: -1 }] }), /Element 2 .*\(width\)/],
  ['an element that is far away', JSON.stringify({ ...envelope, elements: [{ ...square, x: 1e308 }] }), /Element 1 .*\(x\)/],
  ['an unknown kind', JSON.stringify({ ...envelope, elements: [{ ...square, kind: 'script' }] }), /Element 1 .*\(kind\)/],
  [
    'more than one update holds',
    writeBoardFile(
      Array.from({ length: 90 }, (_, index) => ({
        ...square,
        id: `stroke-${index}`,
        kind: 'freehand' as const,
        points: Array.from({ length: 20_000 }, (_point, at) => at / 20_001),
      })),
    ),
    /more in the file than can be added at once/,
  ],
  [
    'too many',
    JSON.stringify({ ...envelope, elements: Array.from({ length: importElementsMax + 1 }, () => 0) }),
    /10001 elements; at most 10000/,
  ],
]

test.each(refused)('[SH6] a file with %s is refused as a whole, in words', (_name, text, message) => {
  expect(readBoardFile(text)).toEqual({ type: 'problem', message: expect.stringMatching(message) })
})

test('[SH7] what comes in has ids of its own, keeps its order, and lies in the middle, unstretched', () => {
  fc.assert(
    fc.property(elements, coordinate, coordinate, (drawn, x, y) => {
      const copies = placeCopies(drawn, countingPlacement({ x, y }))
      const box = unionOf(copies.map(boundsOf))
      const before = unionOf(drawn.map(boundsOf))
      expect(copies.map(({ id, order }) => [id, order])).toEqual(drawn.map((_, index) => [`new-${index + 1}`, 100 + index]))
      expect(copies.every((element) => elementSchema.safeParse(element).success)).toBe(true)
      expect((box?.x ?? NaN) + (box?.width ?? NaN) / 2).toBeCloseTo(x, 3)
      expect((box?.y ?? NaN) + (box?.height ?? NaN) / 2).toBeCloseTo(y, 3)
      expect([box?.width, box?.height].map((side) => side?.toFixed(3))).toEqual(
        [before?.width, before?.height].map((side) => side?.toFixed(3)),
      )
    }),
  )
})

test('[SH7] what would be too far out in the middle of the screen stays where it was', () => {
  const far = placeCopies([square, { ...square, id: 'b', x: 900_000 }], countingPlacement({ x: 900_000, y: 0 }))
  expect(far.map(({ id, x }) => [id, x])).toEqual([
    ['new-1', 10],
    ['new-2', 900_000],
  ])
})

test('[SH5] an export shows all of it with paper around, and no more pixels than a browser makes', () => {
  fc.assert(
    fc.property(elements, (drawn) => {
      const box = exportBox(drawn)
      const bounds = unionOf(drawn.map(boundsOf))
      if (!box || !bounds) throw new Error('there are elements')
      expect(box.x).toBeLessThanOrEqual(bounds.x - 24)
      expect(box.y + box.height).toBeGreaterThanOrEqual(bounds.y + bounds.height + 24)
      const scale = pictureScale(box)
      expect(scale).toBeLessThanOrEqual(2)
      expect(Math.max(box.width, box.height) * scale).toBeLessThanOrEqual(8_192 + 1e-6)
      expect(box.width * box.height * scale * scale).toBeLessThanOrEqual(32_000_000 + 1)
    }),
  )
  expect(exportBox([])).toBe(undefined)
})
