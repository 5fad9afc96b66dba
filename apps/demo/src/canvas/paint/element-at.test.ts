import { expect, test } from 'vitest'
import type { Element } from '../model/element.ts'
import { elementAt } from './element-at.ts'

const common = {
  x: 100,
  y: 100,
  width: 200,
  height: 100,
  rotation: 0,
  order: 0,
  stroke: 'ink',
  fill: 'none',
  strokeWidth: 2,
  updatedAt: 0,
}
const rectangle: Element = { ...common, id: 'rectangle', kind: 'rectangle' }
const ellipse: Element = { ...common, id: 'ellipse', kind: 'ellipse' }
const line: Element = { ...common, id: 'line', kind: 'line', points: [0, 0, 1, 1] }
const stroke: Element = { ...common, id: 'stroke', kind: 'freehand', points: [0, 0, 1, 0, 1, 1] }
const text: Element = { ...common, id: 'text', kind: 'text', text: 'Beet', fontSize: 20 }

test.each([
  ['inside a rectangle without a fill', rectangle, { x: 200, y: 150 }, true],
  ['just outside its outline', rectangle, { x: 93, y: 150 }, true],
  ['farther outside', rectangle, { x: 91, y: 150 }, false],
  ['inside an ellipse', ellipse, { x: 200, y: 150 }, true],
  ['in the corner of its box', ellipse, { x: 105, y: 105 }, false],
  ['on a line', line, { x: 200, y: 150 }, true],
  ['7 units off the line', line, { x: 200 - 7 * 0.447, y: 150 + 7 * 0.894 }, true],
  ['9 units off the line', line, { x: 200 - 9 * 0.447, y: 150 + 9 * 0.894 }, false],
  ['beyond its end', line, { x: 320, y: 210 }, false],
  ['on the second part of a stroke', stroke, { x: 300, y: 180 }, true],
  ['between its ends', stroke, { x: 200, y: 150 }, false],
  ['inside a text’s box', text, { x: 299, y: 199 }, true],
  ['beside it', text, { x: 301, y: 150 }, false],
])('[CV18] %s', (_name, element, point, isHit) => {
  expect(elementAt([element], point)?.id).toBe(isHit ? element.id : undefined)
})

test('[CV18] a turned element is asked where it is now', () => {
  // A quarter turn about its corner: the box goes down and to the left.
  const turned = { ...rectangle, rotation: 90 }
  expect(elementAt([turned], { x: 50, y: 250 })?.id).toBe('rectangle')
  expect(elementAt([turned], { x: 200, y: 150 })).toBe(undefined)
})

test('[CV18] the topmost wins', () => {
  expect(elementAt([rectangle, ellipse], { x: 200, y: 150 })?.id).toBe('ellipse')
  expect(elementAt([ellipse, rectangle], { x: 200, y: 150 })?.id).toBe('rectangle')
  expect(elementAt([], { x: 200, y: 150 })).toBe(undefined)
})
