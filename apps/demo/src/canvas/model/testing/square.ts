import type { Element } from '../element.ts'

/** An element of a test; what it is about is changed in a copy. */
export const square: Element = {
  id: 'a',
  kind: 'rectangle',
  x: 10,
  y: 20,
  width: 30,
  height: 40,
  rotation: 0,
  order: 1,
  stroke: 'ink',
  fill: 'none',
  strokeWidth: 3,
  updatedAt: 100,
}
