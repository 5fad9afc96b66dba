import { turn, turnAbout, type Frame } from '../geometry/frame.ts'
import type { Point } from '../geometry/point.ts'
import { roundAngle, roundPlace } from '../geometry/round.ts'
import type { Element, ElementPatch } from '../model/element.ts'
import { fontSizeMax } from '../model/element.ts'

/** Letters are not stretched, and what lies askew in a frame with others would be sheared. */
export function isEvenOnly(elements: readonly Element[]): boolean {
  return elements.some(({ kind, rotation }) => kind === 'text' || (elements.length > 1 && rotation % 90 !== 0))
}

/** A side without length grows as the other one does. */
function scalesOf(from: Frame, to: Frame): { readonly x: number; readonly y: number } {
  const x = from.width === 0 ? undefined : to.width / from.width
  const y = from.height === 0 ? undefined : to.height / from.height
  return { x: x ?? y ?? 1, y: y ?? x ?? 1 }
}

const roundFont = (size: number) => Math.max(1, Math.min(fontSizeMax, Math.round(size * 100) / 100))

/** What was laid out in one frame, laid out in another that is turned as the first: absolute values, outlines keep their width. */
export function fitElements(elements: readonly Element[], from: Frame, to: Frame): Map<string, ElementPatch> {
  const scale = scalesOf(from, to)
  return new Map(
    elements.map((element) => {
      const own = turn({ x: element.x - from.x, y: element.y - from.y }, -from.rotation)
      const at = turn({ x: own.x * scale.x, y: own.y * scale.y }, to.rotation)
      const liesAcross = Math.round((element.rotation - from.rotation) / 90) % 2 !== 0
      const [across, down] = liesAcross ? [scale.y, scale.x] : [scale.x, scale.y]
      const patch: ElementPatch = {
        x: roundPlace(to.x + at.x),
        y: roundPlace(to.y + at.y),
        width: roundPlace(element.width * across),
        height: roundPlace(element.height * down),
      }
      if (element.kind === 'text') patch.fontSize = roundFont(element.fontSize * down)
      // Paper alone is resized for room to write; together with other things all of it is to become larger or smaller.
      if (element.kind === 'note' && elements.length > 1) patch.fontSize = roundFont(element.fontSize * Math.min(across, down))
      return [element.id, patch]
    }),
  )
}

/** Everything turned about one point: absolute values. */
export function turnElements(elements: readonly Element[], centre: Point, degrees: number): Map<string, ElementPatch> {
  return new Map(
    elements.map((element) => {
      const { x, y } = turnAbout(element, centre, degrees)
      return [element.id, { x: roundPlace(x), y: roundPlace(y), rotation: roundAngle(element.rotation + degrees) }]
    }),
  )
}
