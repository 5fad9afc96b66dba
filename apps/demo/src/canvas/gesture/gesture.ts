import type { Box } from '../geometry/box.ts'
import type { Point } from '../geometry/point.ts'
import { distance } from '../geometry/point.ts'
import type { Element, ElementPatch, LineElement, PatchById } from '../model/element.ts'
import { sealStroke } from '../model/stroke.ts'
import { boxBetween, lineEnd, strokeFields } from './draw.ts'

/** What the pointer is in the middle of. Points are in scene units. */
export type Gesture =
  | { readonly type: 'none' }
  | { readonly type: 'pan' }
  | { readonly type: 'draw'; readonly from: Point; readonly draft: Element; readonly zoom: number }
  | { readonly type: 'freehand'; readonly trail: readonly Point[]; readonly draft: Element; readonly zoom: number }
  | { readonly type: 'marquee'; readonly from: Point; readonly box: Box; readonly base: ReadonlySet<string> }
  | {
      readonly type: 'move'
      readonly from: Point
      readonly to: Point
      readonly elements: readonly Element[]
      readonly pressed: string
      readonly hasMoved: boolean
      readonly zoom: number
    }
  | { readonly type: 'endpoint'; readonly element: LineElement; readonly end: 0 | 1; readonly patch: ElementPatch }
  /** Konva's Transformer has the pointer; `patches` is where it is. */
  | { readonly type: 'transform'; readonly patches: PatchById }

export interface Modifiers {
  readonly shift: boolean
}

/** A press that moves less than this is a click, in CSS px. */
const dragThresholdPx = 3

export const noGesture: Gesture = { type: 'none' }

/** Both ends of a line in scene units, its rotation included. */
export function lineEnds({ x, y, width, height, rotation, points }: LineElement): [Point, Point] {
  const angle = (rotation * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const at = (dx: number, dy: number): Point => ({ x: x + dx * cos - dy * sin, y: y + dx * sin + dy * cos })
  const last = points.length - 2
  return [
    at((points[0] ?? 0) * width, (points[1] ?? 0) * height),
    at((points[last] ?? 1) * width, (points[last + 1] ?? 1) * height),
  ]
}

function drawTo(gesture: Extract<Gesture, { type: 'draw' }>, point: Point, modifiers: Modifiers): Gesture {
  const { from, draft } = gesture
  const fields =
    draft.kind === 'line' ? sealStroke([from, lineEnd(from, point, modifiers.shift)]) : boxBetween(from, point, modifiers.shift)
  return { ...gesture, draft: { ...draft, ...fields } }
}

function trailTo(gesture: Extract<Gesture, { type: 'freehand' }>, point: Point): Gesture {
  const last = gesture.trail.at(-1)
  if (last && distance(last, point) < 0.5 / gesture.zoom) return gesture
  const trail = [...gesture.trail, point]
  return { ...gesture, trail, draft: { ...gesture.draft, ...strokeFields(trail, gesture.zoom) } }
}

function moveTo(gesture: Extract<Gesture, { type: 'move' }>, point: Point, { shift }: Modifiers): Gesture {
  const { from, hasMoved, zoom } = gesture
  if (!hasMoved && distance(from, point) * zoom < dragThresholdPx) return gesture
  const isLevel = Math.abs(point.x - from.x) > Math.abs(point.y - from.y)
  const to = !shift ? point : isLevel ? { x: point.x, y: from.y } : { x: from.x, y: point.y }
  return { ...gesture, to, hasMoved: true }
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
    case 'endpoint': {
      const ends = lineEnds(gesture.element)
      const fixed = ends[gesture.end === 0 ? 1 : 0]
      const moved = lineEnd(fixed, point, modifiers.shift)
      return { ...gesture, patch: { ...sealStroke(gesture.end === 0 ? [moved, fixed] : [fixed, moved]), rotation: 0 } }
    }
    case 'none':
    case 'pan':
    case 'transform':
      return gesture
  }
}

const roundPlace = (length: number) => Math.round(length * 100) / 100

/** What the gesture does to elements that exist: absolute values, so that showing them twice changes nothing. */
export function gesturePatches(gesture: Gesture): PatchById {
  switch (gesture.type) {
    case 'move': {
      if (!gesture.hasMoved) return new Map()
      const [dx, dy] = [gesture.to.x - gesture.from.x, gesture.to.y - gesture.from.y]
      return new Map(gesture.elements.map(({ id, x, y }) => [id, { x: roundPlace(x + dx), y: roundPlace(y + dy) }]))
    }
    case 'endpoint':
      return new Map([[gesture.element.id, gesture.patch]])
    case 'transform':
      return gesture.patches
    case 'none':
    case 'pan':
    case 'draw':
    case 'freehand':
    case 'marquee':
      return new Map()
  }
}

/** The element that the gesture is making, if it makes one. */
export function gestureDraft(gesture: Gesture): Element | undefined {
  return gesture.type === 'draw' || gesture.type === 'freehand' ? gesture.draft : undefined
}

/** A press and release on the spot, which for a shape means "one of the usual size, here". */
export function isClick(gesture: Extract<Gesture, { type: 'draw' }>): boolean {
  return Math.max(gesture.draft.width, gesture.draft.height) * gesture.zoom < dragThresholdPx
}
