import { frameOfSize, pointOf, resizeFrame, type Frame, type Handle } from '../geometry/frame.ts'
import type { Point } from '../geometry/point.ts'
import { distance } from '../geometry/point.ts'
import { guidesOf } from '../geometry/snap.ts'
import type { Element } from '../model/element.ts'
import { alignEdge, type Aligning } from './align.ts'
import { isEvenOnly } from './fit.ts'
import type { Modifiers } from './modifiers.ts'

/** One handle of a frame is being pulled. */
export interface Resize extends Aligning {
  readonly type: 'resize'
  readonly from: Point
  readonly handle: Handle
  readonly elements: readonly Element[]
  readonly frame: Frame
  /** Where the frame is now. */
  readonly toFrame: Frame
}

/** A side is not made shorter than this, in CSS px: it could not be taken hold of any more. */
const sidePxMin = 8

/** Right or left, bottom or top: where the pulled edge of an upright frame lies. */
const pulledEdge = (start: number, length: number, pull: -1 | 0 | 1) => (pull === 1 ? start + length : start)

/** How far the pulled edges are from what they could align with. */
function edgeDistances(gesture: Resize, frame: Frame): { readonly x: number | undefined; readonly y: number | undefined } {
  const { handle } = gesture
  return {
    x: handle.x === 0 ? undefined : alignEdge(gesture, 'x', pulledEdge(frame.x, frame.width, handle.x)),
    y: handle.y === 0 ? undefined : alignEdge(gesture, 'y', pulledEdge(frame.y, frame.height, handle.y)),
  }
}

/** In proportion only one edge can be brought into line: the nearer one. */
function alignEvenly(gesture: Resize, frame: Frame, isCentred: boolean): Frame {
  const { x, y } = edgeDistances(gesture, frame)
  const isByX = x !== undefined && (y === undefined || Math.abs(x) <= Math.abs(y))
  const [by, pull, length] = isByX ? [x, gesture.handle.x, frame.width] : [y, gesture.handle.y, frame.height]
  if (by === undefined || length === 0) return frame
  const scale = (length + by * pull * (isCentred ? 2 : 1)) / length
  return frameOfSize(frame, gesture.handle, { width: frame.width * scale, height: frame.height * scale, isCentred })
}

export function resizeTo(gesture: Resize, point: Point, { shift, alt, free }: Modifiers): Resize {
  const { frame, handle, elements, zoom } = gesture
  const isEven = shift || isEvenOnly(elements)
  const resizing = { isEven, isCentred: alt, sideMin: sidePxMin / zoom }
  const by = { x: point.x - gesture.from.x, y: point.y - gesture.from.y }
  const pulled = resizeFrame(frame, handle, by, resizing)
  // The edges of a turned frame are in line with nothing.
  if (free || frame.rotation !== 0) return { ...gesture, toFrame: pulled, guides: [] }
  const { x = 0, y = 0 } = edgeDistances(gesture, pulled)
  const toFrame = isEven ? alignEvenly(gesture, pulled, alt) : resizeFrame(frame, handle, { x: by.x + x, y: by.y + y }, resizing)
  return { ...gesture, toFrame, guides: guidesOf(gesture.lines(), toFrame) }
}

/** The frame is being turned about its middle. */
export interface Turn {
  readonly type: 'turn'
  readonly from: Point
  readonly elements: readonly Element[]
  readonly frame: Frame
  /** Degrees so far. */
  readonly turned: number
}

/** With Shift an angle goes in steps; without, it is held for a moment where things lie straight. */
const turning = { step: 15, straight: 45, holdWithin: 2.5 }

const degreesOf = (centre: Point, point: Point) => (Math.atan2(point.y - centre.y, point.x - centre.x) * 180) / Math.PI

export function centreOf(frame: Frame): Point {
  return pointOf(frame, 0.5, 0.5)
}

export function turnTo(gesture: Turn, point: Point, { shift, free }: Modifiers): Turn {
  const centre = centreOf(gesture.frame)
  if (distance(centre, point) === 0) return gesture
  const { rotation } = gesture.frame
  const angle = rotation + degreesOf(centre, point) - degreesOf(centre, gesture.from)
  const stepped = Math.round(angle / turning.step) * turning.step
  const straight = Math.round(angle / turning.straight) * turning.straight
  const isHeld = !free && Math.abs(angle - straight) <= turning.holdWithin
  return { ...gesture, turned: (shift ? stepped : isHeld ? straight : angle) - rotation }
}
