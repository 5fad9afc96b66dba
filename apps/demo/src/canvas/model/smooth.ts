import type { Point } from '../geometry/point.ts'
import { distance } from '../geometry/point.ts'

/** A turn sharper than this many degrees is a corner that the person meant. */
const cornerDegrees = 55
const cornerCosine = Math.cos((cornerDegrees * Math.PI) / 180)
/** Share of a segment that a handle takes: a third gives even speed along the curve. */
const handleShare = 1 / 3
/** A handle is no longer than this many times the other side allows, so that a long straight part beside a tight bend stays straight. */
const handleRatioMax = 2

/** The handles on both sides of a point, as offsets from it. */
interface Handles {
  readonly arriving: Point
  readonly leaving: Point
}

const still: Handles = { arriving: { x: 0, y: 0 }, leaving: { x: 0, y: 0 } }

function handlesAt(before: Point, here: Point, after: Point): Handles {
  const [inward, outward] = [distance(before, here), distance(here, after)]
  if (inward === 0 || outward === 0) return still
  const [inX, inY] = [(here.x - before.x) / inward, (here.y - before.y) / inward]
  const [outX, outY] = [(after.x - here.x) / outward, (after.y - here.y) / outward]
  if (inX * outX + inY * outY < cornerCosine) return still
  // The tangent of the circle through the three points: the shorter side turns less.
  const [x, y] = [inX * outward + outX * inward, inY * outward + outY * inward]
  const length = Math.hypot(x, y)
  if (length === 0) return still
  const scale = (side: number, other: number) => (Math.min(side, handleRatioMax * other) * handleShare) / length
  const [back, on] = [scale(inward, outward), scale(outward, inward)]
  return { arriving: { x: -x * back, y: -y * back }, leaving: { x: x * on, y: y * on } }
}

/**
 * The Bézier curve through a polyline, `[x, y, handle, handle, x, y, …]` as canvas libraries take it: bends become
 * round, corners stay sharp, straight parts stay straight.
 */
export function smoothCurve(lengths: readonly number[]): number[] {
  const points = Array.from({ length: lengths.length / 2 }, (_, index): Point => ({
    x: lengths[2 * index] ?? 0,
    y: lengths[2 * index + 1] ?? 0,
  }))
  const handles = points.map((point, index) => handlesAt(points[index - 1] ?? point, point, points[index + 1] ?? point))
  return points.flatMap((point, index) => {
    const before = points[index - 1]
    if (!before) return [point.x, point.y]
    const [{ leaving }, { arriving }] = [handles[index - 1] ?? still, handles[index] ?? still]
    return [before.x + leaving.x, before.y + leaving.y, point.x + arriving.x, point.y + arriving.y, point.x, point.y]
  })
}
