import type { Element, WrittenElement } from '../model/element.ts'
import { smoothCurve } from '../model/smooth.ts'
import { strokeLengths } from '../model/stroke.ts'

const cornerRadiusMax = 10

/** What an outline is made of: a canvas's path, or the words of an SVG one. */
export interface OutlinePath {
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  bezierCurveTo(aX: number, aY: number, bX: number, bY: number, x: number, y: number): void
  roundRect(x: number, y: number, width: number, height: number, radius: number): void
  ellipse(x: number, y: number, radiusX: number, radiusY: number, rotation: number, startAngle: number, endAngle: number): void
}

/** What has an outline. */
export type OutlinedElement = Exclude<Element, WrittenElement>

/** Draws the outline of an element from its own corner, in scene units. */
export function traceOutline(path: OutlinePath, element: OutlinedElement): void {
  const { width, height } = element
  switch (element.kind) {
    case 'rectangle':
      path.roundRect(0, 0, width, height, Math.min(cornerRadiusMax, width / 4, height / 4))
      return
    case 'ellipse':
      path.ellipse(width / 2, height / 2, width / 2, height / 2, 0, 0, 2 * Math.PI)
      return
    case 'line':
      return traceLine(path, strokeLengths(element.points, width, height))
    case 'freehand':
      return traceCurve(path, smoothCurve(strokeLengths(element.points, width, height)))
  }
}

function traceLine(path: OutlinePath, [x = 0, y = 0, ...rest]: readonly number[]): void {
  path.moveTo(x, y)
  for (let at = 0; at < rest.length; at += 2) path.lineTo(rest[at] ?? 0, rest[at + 1] ?? 0)
}

function traceCurve(path: OutlinePath, [x = 0, y = 0, ...rest]: readonly number[]): void {
  path.moveTo(x, y)
  for (let at = 0; at < rest.length; at += 6) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = rest.slice(at, at + 6)
    path.bezierCurveTo(a, b, c, d, e, f)
  }
}
