import type { Point } from '../geometry/point.ts'
import { distance } from '../geometry/point.ts'
import { roundPlace } from '../geometry/round.ts'
import type { Element, ElementKind } from '../model/element.ts'
import { simplify } from '../model/simplify.ts'
import { sealStroke } from '../model/stroke.ts'

type Place = Pick<Element, 'x' | 'y' | 'width' | 'height'>

/** The box from one corner to the other; `isEven` makes it a square. */
export function boxBetween(from: Point, to: Point, isEven: boolean): Place {
  let [dx, dy] = [to.x - from.x, to.y - from.y]
  if (isEven) {
    const side = Math.max(Math.abs(dx), Math.abs(dy))
    dx = dx < 0 ? -side : side
    dy = dy < 0 ? -side : side
  }
  return {
    x: roundPlace(Math.min(from.x, from.x + dx)),
    y: roundPlace(Math.min(from.y, from.y + dy)),
    width: roundPlace(Math.abs(dx)),
    height: roundPlace(Math.abs(dy)),
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

/** Of what a click without a drag makes, in scene units. */
const usual = { shape: { width: 160, height: 100 }, note: { width: 180, height: 180 } }

/** Where a click without a drag puts a shape, around the point. */
export function defaultBox(at: Point, kind: ElementKind): Place {
  const { width, height } = kind === 'note' ? usual.note : usual.shape
  return { x: roundPlace(at.x - width / 2), y: roundPlace(at.y - height / 2), width, height }
}

/** How far a point of a stroke may lie from the simplified one, in CSS px on the author's screen. */
const strokeTolerancePx = 0.6

/** A finished (or running) stroke as an element's fields. */
export function strokeFields(points: readonly Point[], zoom: number): Place & { points: number[] } {
  return sealStroke(simplify(points, strokeTolerancePx / zoom))
}
