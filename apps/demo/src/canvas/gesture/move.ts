import type { Box } from '../geometry/box.ts'
import type { Point } from '../geometry/point.ts'
import { distance } from '../geometry/point.ts'
import { roundPlace } from '../geometry/round.ts'
import { guidesOf } from '../geometry/snap.ts'
import type { Element, PatchById } from '../model/element.ts'
import { alignBox, type Aligning } from './align.ts'
import type { Modifiers } from './modifiers.ts'

/** Elements follow the pointer, or copies of them do. */
export interface Move extends Aligning {
  readonly type: 'move'
  readonly from: Point
  readonly to: Point
  readonly elements: readonly Element[]
  /** Around all of them, before the move. */
  readonly box: Box
  /** The element that was pressed; `undefined` for the room between what is selected. */
  readonly pressed: string | undefined
  readonly hasMoved: boolean
  readonly isCopying: boolean
  /** Copies with ids of their own, lying where the elements lie; made when they are first asked for. */
  readonly copies: () => readonly Element[]
}

/** A press that moves less than this is a click, in CSS px. */
const dragThresholdPx = 3

const nothingMoved: PatchById = new Map()

export function moveTo(gesture: Move, point: Point, { shift, alt, free }: Modifiers): Move {
  const { from, hasMoved, zoom, box } = gesture
  if (!hasMoved && distance(from, point) * zoom < dragThresholdPx) return gesture
  const [dx, dy] = [point.x - from.x, point.y - from.y]
  const isLevel = Math.abs(dx) > Math.abs(dy)
  const straight = { x: shift && !isLevel ? 0 : dx, y: shift && isLevel ? 0 : dy }
  const moved = { ...gesture, hasMoved: true, isCopying: alt }
  if (free) return { ...moved, to: { x: from.x + straight.x, y: from.y + straight.y }, guides: [] }
  const lying = { ...box, x: box.x + straight.x, y: box.y + straight.y }
  const by = alignBox(gesture, lying, shift ? [isLevel ? 'x' : 'y'] : ['x', 'y'])
  return {
    ...moved,
    to: { x: from.x + straight.x + by.dx, y: from.y + straight.y + by.dy },
    guides: guidesOf(gesture.lines(), { ...lying, x: lying.x + by.dx, y: lying.y + by.dy }),
  }
}

function placeOf({ from, to }: Move, { x, y }: Point): Point {
  return { x: roundPlace(x + to.x - from.x), y: roundPlace(y + to.y - from.y) }
}

export function movePatches(gesture: Move): PatchById {
  if (!gesture.hasMoved || gesture.isCopying) return nothingMoved
  return new Map(gesture.elements.map((element) => [element.id, placeOf(gesture, element)]))
}

/** The copies, where they are now. */
export function movedElements(gesture: Move): readonly Element[] {
  return gesture.copies().map((element) => ({ ...element, ...placeOf(gesture, element) }))
}
