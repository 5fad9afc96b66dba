import type { Box } from '../geometry/box.ts'
import { boxAround } from '../geometry/box.ts'
import type { Point } from '../geometry/point.ts'
import { roundPlace } from '../geometry/round.ts'

/**
 * Steps of a share: a power of two, so that a number takes four bytes in an update and not eight. Half a step is less than a ten-thousandth.
 */
const shareSteps = 8_192

const roundShare = (share: number) => Math.round(share * shareSteps) / shareSteps

/** A polyline as an element keeps it: its box, and the points as shares of that box. A single point becomes a dot. */
export function sealStroke(points: readonly Point[]): Box & { points: number[] } {
  const box = boxAround(points)
  const share = (offset: number, length: number) => (length === 0 ? 0 : roundShare(offset / length))
  const shares = points.flatMap(({ x, y }) => [share(x - box.x, box.width), share(y - box.y, box.height)])
  return {
    x: roundPlace(box.x),
    y: roundPlace(box.y),
    width: roundPlace(box.width),
    height: roundPlace(box.height),
    points: shares.length === 2 ? [...shares, ...shares] : shares,
  }
}

/** The points in lengths from the box's corner, as paths want them. */
export function strokeLengths(points: readonly number[], width: number, height: number): number[] {
  return points.map((share, index) => share * (index % 2 === 0 ? width : height))
}
