import { boundsOf, type Box } from '../geometry/box.ts'
import type { Element } from '../model/element.ts'

const known = new WeakMap<Element, Box>()

/** How far an element's paint may reach beyond its box: strokes bulge, and letters are as wide as this device sets them. */
function overhangOf(element: Element): number {
  const { kind, width, height, strokeWidth } = element
  // Paper has a shadow.
  if (kind === 'note') return 4
  if (kind === 'rectangle' || kind === 'ellipse') return strokeWidth
  return strokeWidth + Math.max(width, height)
}

/** An upright box, in scene units, outside of which an element leaves no paint. */
export function paintedBoundsOf(element: Element): Box {
  const found = known.get(element)
  if (found) return found
  const { x, y, width, height } = boundsOf(element)
  const overhang = overhangOf(element)
  const bounds = { x: x - overhang, y: y - overhang, width: width + 2 * overhang, height: height + 2 * overhang }
  known.set(element, bounds)
  return bounds
}
