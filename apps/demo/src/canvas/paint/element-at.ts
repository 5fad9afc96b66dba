import type { Point } from '../geometry/point.ts'
import type { Element } from '../model/element.ts'
import { strokeLengths } from '../model/stroke.ts'

/** Thin lines stay easy to hit, in scene units. */
const hitWidthMin = 16

/** The point as the element sees it: from its corner, unturned. */
function toOwn({ x, y, rotation }: Element, point: Point): Point {
  const angle = (-rotation * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const [dx, dy] = [point.x - x, point.y - y]
  return { x: dx * cos - dy * sin, y: dx * sin + dy * cos }
}

function distanceToSegment({ x, y }: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const lengthSquared = dx * dx + dy * dy
  const share = lengthSquared === 0 ? 0 : Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / lengthSquared))
  return Math.hypot(x - a.x - share * dx, y - a.y - share * dy)
}

function isOnLine(lengths: readonly number[], point: Point, reach: number): boolean {
  for (let at = 0; at + 3 < lengths.length; at += 2) {
    const [ax = 0, ay = 0, bx = 0, by = 0] = lengths.slice(at, at + 4)
    if (distanceToSegment(point, { x: ax, y: ay }, { x: bx, y: by }) <= reach) return true
  }
  return false
}

/** Inside counts, filled or not. */
function isHit(element: Element, point: Point): boolean {
  const own = toOwn(element, point)
  const { width, height, strokeWidth } = element
  const reach = Math.max(strokeWidth, hitWidthMin) / 2
  switch (element.kind) {
    case 'rectangle':
      return own.x >= -reach && own.y >= -reach && own.x <= width + reach && own.y <= height + reach
    case 'ellipse': {
      const [radiusX, radiusY] = [width / 2 + reach, height / 2 + reach]
      return ((own.x - width / 2) / radiusX) ** 2 + ((own.y - height / 2) / radiusY) ** 2 <= 1
    }
    case 'text':
    case 'note':
      return own.x >= 0 && own.y >= 0 && own.x <= width && own.y <= height
    case 'line':
    case 'freehand':
      return isOnLine(strokeLengths(element.points, width, height), own, reach)
  }
}

/** The topmost element under a point of the scene. */
export function elementAt(elements: readonly Element[], point: Point): Element | undefined {
  return elements.findLast((element) => isHit(element, point))
}
