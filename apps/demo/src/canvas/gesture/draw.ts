import type { Point } from '../geometry/point.ts'
import { distance } from '../geometry/point.ts'
import type { Element } from '../model/element.ts'
import { simplify } from '../model/simplify.ts'
import { sealStroke } from '../model/stroke.ts'

type Place = Pick<Element, 'x' | 'y' | 'width' | 'height'>

const round = (length: number) => Math.round(length * 100) / 100

/** The box from one corner to the other; `isEven` makes it a square. */
export function boxBetween(from: Point, to: Point, isEven: boolean): Place {
  let [dx, dy] = [to.x - from.x, to.y - from.y]
  if (isEven) {
    const side = Math.max(Math.abs(dx), Math.abs(dy))
    dx = dx < 0 ? -side : side
    dy = dy < 0 ? -side : side
  }
  return {
    x: round(Math.min(from.x, from.x + dx)),
    y: round(Math.min(from.y, from.y + dy)),
    width: round(Math.abs(dx)),
    height: round(Math.abs(dy)),
  }
}

/** The end of a line, turned to the nearest 15° where asked. */
export function lineEnd(from: Point, to: Point, isSnapped: boolean): Point {
  if (!isSnapped) return to
  const step = Math.PI / 12
  const angle = Math.round(Math.atan2(to.y - from.y, to.x - from.x) / step) * step
  const length = distance(from, to)
  return { x: from.x + Math.cos(angle) * length, y: from.y + Math.sin(angle) * length }
}

/** Where a click without a drag puts a shape, around the point. */
export function defaultBox(at: Point): Place {
  return { x: round(at.x - 80), y: round(at.y - 50), width: 160, height: 100 }
}

/** How far a point of a stroke may lie from the simplified one, in CSS px on the author's screen. */
const strokeTolerancePx = 0.6

/** A finished (or running) stroke as an element's fields. */
export function strokeFields(points: readonly Point[], zoom: number): Place & { points: number[] } {
  return sealStroke(simplify(points, strokeTolerancePx / zoom))
}
