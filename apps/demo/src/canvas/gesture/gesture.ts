import type { Box } from '../geometry/box.ts'
import { turn } from '../geometry/frame.ts'
import type { Point } from '../geometry/point.ts'
import { distance } from '../geometry/point.ts'
import type { Guide } from '../geometry/snap.ts'
import type { Element, ElementPatch, LineElement, PatchById } from '../model/element.ts'
import { sealStroke } from '../model/stroke.ts'
import { alignPoint, type Aligning } from './align.ts'
import { boxBetween, lineEnd, strokeFields } from './draw.ts'
import { fitElements, turnElements } from './fit.ts'
import type { Modifiers } from './modifiers.ts'
import { movedElements, movePatches, moveTo, type Move } from './move.ts'
import { centreOf, resizeTo, turnTo, type Resize, type Turn } from './resize.ts'

interface Draw extends Aligning {
  readonly type: 'draw'
  readonly from: Point
  readonly draft: Element
}

interface Freehand {
  readonly type: 'freehand'
  readonly trail: readonly Point[]
  readonly draft: Element
  readonly zoom: number
}

interface Endpoint extends Aligning {
  readonly type: 'endpoint'
  readonly element: LineElement
  readonly end: 0 | 1
  readonly patch: ElementPatch
}

/** What the pointer is in the middle of. Points are in scene units. */
export type Gesture =
  | { readonly type: 'none' }
  | { readonly type: 'pan' }
  | Draw
  | Freehand
  | { readonly type: 'marquee'; readonly from: Point; readonly box: Box; readonly base: ReadonlySet<string> }
  | Move
  | Endpoint
  | Resize
  | Turn

export const noGesture: Gesture = { type: 'none' }

/** A press that moves less than this is a click, in CSS px. */
const clickPx = 3

/** Both ends of a line in scene units, its rotation included. */
export function lineEnds({ x, y, width, height, rotation, points }: LineElement): [Point, Point] {
  const at = (shareX: number, shareY: number): Point => {
    const offset = turn({ x: shareX * width, y: shareY * height }, rotation)
    return { x: x + offset.x, y: y + offset.y }
  }
  const last = points.length - 2
  return [at(points[0] ?? 0, points[1] ?? 0), at(points[last] ?? 1, points[last + 1] ?? 1)]
}

/** Shift has its own way of holding a point; what it holds is not aligned as well. */
function aligned(gesture: Aligning, point: Point, { shift, free }: Modifiers): { point: Point; guides: readonly Guide[] } {
  return shift || free ? { point, guides: [] } : alignPoint(gesture, point)
}

function drawTo(gesture: Draw, to: Point, modifiers: Modifiers): Draw {
  const { from, draft } = gesture
  const { point, guides } = aligned(gesture, to, modifiers)
  // From the middle the other corner lies as far on the other side.
  const start = modifiers.alt ? { x: 2 * from.x - point.x, y: 2 * from.y - point.y } : from
  const fields =
    draft.kind === 'line'
      ? sealStroke([start, lineEnd(start, point, modifiers.shift)])
      : boxBetween(start, point, modifiers.shift)
  return { ...gesture, draft: { ...draft, ...fields }, guides }
}

function trailTo(gesture: Freehand, point: Point): Freehand {
  const last = gesture.trail.at(-1)
  if (last && distance(last, point) < 0.5 / gesture.zoom) return gesture
  const trail = [...gesture.trail, point]
  return { ...gesture, trail, draft: { ...gesture.draft, ...strokeFields(trail, gesture.zoom) } }
}

function endpointTo(gesture: Endpoint, to: Point, modifiers: Modifiers): Endpoint {
  const ends = lineEnds(gesture.element)
  const fixed = ends[gesture.end === 0 ? 1 : 0]
  const { point, guides } = aligned(gesture, to, modifiers)
  const moved = lineEnd(fixed, point, modifiers.shift)
  return { ...gesture, patch: { ...sealStroke(gesture.end === 0 ? [moved, fixed] : [fixed, moved]), rotation: 0 }, guides }
}

/** The gesture after the pointer went to `point`. */
export function continueGesture(gesture: Gesture, point: Point, modifiers: Modifiers): Gesture {
  switch (gesture.type) {
    case 'draw':
      return drawTo(gesture, point, modifiers)
    case 'freehand':
      return trailTo(gesture, point)
    case 'marquee':
      return { ...gesture, box: boxBetween(gesture.from, point, false) }
    case 'move':
      return moveTo(gesture, point, modifiers)
    case 'endpoint':
      return endpointTo(gesture, point, modifiers)
    case 'resize':
      return resizeTo(gesture, point, modifiers)
    case 'turn':
      return turnTo(gesture, point, modifiers)
    case 'none':
    case 'pan':
      return gesture
  }
}

/** What the gesture does to elements that exist: absolute values, so that showing them twice changes nothing. */
export function gesturePatches(gesture: Gesture): PatchById {
  switch (gesture.type) {
    case 'move':
      return movePatches(gesture)
    case 'endpoint':
      return new Map([[gesture.element.id, gesture.patch]])
    case 'resize':
      return gesture.toFrame === gesture.frame ? new Map() : fitElements(gesture.elements, gesture.frame, gesture.toFrame)
    case 'turn':
      return gesture.turned === 0 ? new Map() : turnElements(gesture.elements, centreOf(gesture.frame), gesture.turned)
    case 'none':
    case 'pan':
    case 'draw':
    case 'freehand':
    case 'marquee':
      return new Map()
  }
}

/** The elements that the gesture is making. */
export function gestureDrafts(gesture: Gesture): readonly Element[] {
  if (gesture.type === 'draw' || gesture.type === 'freehand') return [gesture.draft]
  return gesture.type === 'move' && gesture.isCopying ? movedElements(gesture) : []
}

const still: Point = { x: 0, y: 0 }

/** How far the gesture has carried what it carries. */
export function gestureOffset(gesture: Gesture): Point {
  if (gesture.type !== 'move' || !gesture.hasMoved) return still
  return { x: gesture.to.x - gesture.from.x, y: gesture.to.y - gesture.from.y }
}

const noGuides: readonly Guide[] = []

/** Alignments that hold just now; the same list as long as there are none. */
export function gestureGuides(gesture: Gesture): readonly Guide[] {
  return 'guides' in gesture ? gesture.guides : noGuides
}

/** A press and release on the spot, which for a shape means "one of the usual size, here". */
export function isClick(gesture: Extract<Gesture, { type: 'draw' }>): boolean {
  return Math.max(gesture.draft.width, gesture.draft.height) * gesture.zoom < clickPx
}
