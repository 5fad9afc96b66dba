import { boundsOf, boxAround, isOverlapping, unionOf, type Box } from './box.ts'
import type { Point } from './point.ts'

/** A box turned about its top left corner, in scene units and degrees: what handles are put around. */
export interface Frame extends Box {
  readonly rotation: number
}

/** Which sides of a frame a handle pulls at: -1 left or top, 1 right or bottom, 0 neither. */
export interface Handle {
  readonly x: -1 | 0 | 1
  readonly y: -1 | 0 | 1
}

export interface Resizing {
  /** The proportion stays. */
  readonly isEven: boolean
  /** The middle stays, and both sides move. */
  readonly isCentred: boolean
  /** No side becomes shorter, unless it is already. */
  readonly sideMin: number
}

/** Turns a vector by so many degrees, clockwise as the screen has it. */
export function turn({ x, y }: Point, degrees: number): Point {
  if (degrees === 0) return { x, y }
  const angle = (degrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return { x: x * cos - y * sin, y: x * sin + y * cos }
}

export function turnAbout(point: Point, centre: Point, degrees: number): Point {
  const { x, y } = turn({ x: point.x - centre.x, y: point.y - centre.y }, degrees)
  return { x: centre.x + x, y: centre.y + y }
}

/** A point of the frame by its shares of width and height. */
export function pointOf({ x, y, width, height, rotation }: Frame, shareX: number, shareY: number): Point {
  const offset = turn({ x: width * shareX, y: height * shareY }, rotation)
  return { x: x + offset.x, y: y + offset.y }
}

/** The frame of one thing lies along it; that of several is upright. `undefined` for none. */
export function frameAround(things: readonly Frame[]): Frame | undefined {
  const [only] = things
  if (only && things.length === 1)
    return { x: only.x, y: only.y, width: only.width, height: only.height, rotation: only.rotation }
  const box = unionOf(things.map(boundsOf))
  return box && { ...box, rotation: 0 }
}

/** Whether a frame, turned or not, and an upright box have a point in common. */
export function isTouching(frame: Frame, box: Box): boolean {
  if (!isOverlapping(boundsOf(frame), box)) return false
  if (frame.rotation === 0) return true
  // Two boxes that are apart are apart along a side of one of them: the sides of the frame are left to look at.
  const corners = [0, 1].flatMap((x) => [0, 1].map((y) => ({ x: box.x + box.width * x, y: box.y + box.height * y })))
  const asSeen = corners.map((corner) => turn({ x: corner.x - frame.x, y: corner.y - frame.y }, -frame.rotation))
  return isOverlapping(boxAround(asSeen), { x: 0, y: 0, width: frame.width, height: frame.height })
}

/** One side's new length: no shorter than allowed, and a side of no length has none to give. */
function pulled(length: number, by: number, sideMin: number): number {
  return length === 0 ? 0 : Math.max(Math.min(length, sideMin), length + by)
}

/** Where a side begins, measured from where it began: at the handle's opposite, or around the middle. */
function shiftOf(pull: -1 | 0 | 1, shrink: number, isCentred: boolean): number {
  if (isCentred || pull === 0) return shrink / 2
  return pull === 1 ? 0 : shrink
}

/** The frame with other lengths, the handle's opposite (or the middle) staying where it is. */
export function frameOfSize(frame: Frame, handle: Handle, size: { width: number; height: number; isCentred: boolean }): Frame {
  const { width, height, isCentred } = size
  const offset = turn(
    {
      x: shiftOf(handle.x, frame.width - width, isCentred),
      y: shiftOf(handle.y, frame.height - height, isCentred),
    },
    frame.rotation,
  )
  return { x: frame.x + offset.x, y: frame.y + offset.y, width, height, rotation: frame.rotation }
}

/** How much the whole grows where both sides must grow alike: as the side that was pulled further. */
function evenScale(frame: Frame, handle: Handle, width: number, height: number): number {
  const scaleX = frame.width === 0 || handle.x === 0 ? 0 : width / frame.width
  const scaleY = frame.height === 0 || handle.y === 0 ? 0 : height / frame.height
  return Math.max(scaleX, scaleY)
}

/** The frame after its handle was moved by so much, in scene units. Nothing is turned over: a side ends at its shortest. */
export function resizeFrame(frame: Frame, handle: Handle, by: Point, resizing: Resizing): Frame {
  const { isEven, isCentred, sideMin } = resizing
  const own = turn(by, -frame.rotation)
  const twice = isCentred ? 2 : 1
  const width = handle.x === 0 ? frame.width : pulled(frame.width, own.x * handle.x * twice, sideMin)
  const height = handle.y === 0 ? frame.height : pulled(frame.height, own.y * handle.y * twice, sideMin)
  if (!isEven) return frameOfSize(frame, handle, { width, height, isCentred })
  const scale = evenScale(frame, handle, width, height)
  if (scale === 0) return frame
  return frameOfSize(frame, handle, { width: frame.width * scale, height: frame.height * scale, isCentred })
}
