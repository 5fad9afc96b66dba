import type { Point } from '../geometry/point.ts'
import { distance } from '../geometry/point.ts'

/** A turn sharper than this many degrees is a corner that the person meant. */
const cornerDegrees = 55
const cornerCosine = Math.cos((cornerDegrees * Math.PI) / 180)
/** Share of the shorter neighbouring segment that a handle takes: a third gives even speed along the curve. */
const handleShare = 1 / 3

const still: Point = { x: 0, y: 0 }

/** The handle that leaves `here`, along the line from `before` to `after`; none at a corner. */
function handleAt(before: Point, here: Point, after: Point): Point {
  const [inward, outward] = [distance(before, here), distance(here, after)]
  const across = distance(before, after)
  if (inward === 0 || outward === 0 || across === 0) return still
  const cosine = ((here.x - before.x) * (after.x - here.x) + (here.y - before.y) * (after.y - here.y)) / (inward * outward)
  if (cosine < cornerCosine) return still
  // The shorter neighbour decides, so that a long straight part beside a tight bend stays straight.
  const length = (Math.min(inward, outward) * handleShare) / across
  return { x: (after.x - before.x) * length, y: (after.y - before.y) * length }
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
  const handles = points.map((point, index) => handleAt(points[index - 1] ?? point, point, points[index + 1] ?? point))
  return points.flatMap((point, index) => {
    const before = points[index - 1]
    if (!before) return [point.x, point.y]
    const [leaving, arriving] = [handles[index - 1] ?? still, handles[index] ?? still]
    return [before.x + leaving.x, before.y + leaving.y, point.x - arriving.x, point.y - arriving.y, point.x, point.y]
  })
}
