import type { Point } from '../geometry/point.ts'

/** Distance of `point` from the segment `a`–`b`, squared. */
function distanceSquared(point: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const lengthSquared = dx * dx + dy * dy
  const share = lengthSquared === 0 ? 0 : Math.max(0, Math.min(1, ((point.x - a.x) * dx + (point.y - a.y) * dy) / lengthSquared))
  return (point.x - a.x - share * dx) ** 2 + (point.y - a.y - share * dy) ** 2
}

function furthest(points: readonly Point[], first: number, last: number): { index: number; squared: number } {
  const [a, b] = [points[first], points[last]]
  let found = { index: -1, squared: -1 }
  if (!a || !b) return found
  for (let index = first + 1; index < last; index++) {
    const point = points[index]
    const squared = point ? distanceSquared(point, a, b) : 0
    if (squared > found.squared) found = { index, squared }
  }
  return found
}

/**
 * Drops the points of a stroke that lie within `tolerance` of what remains (Ramer-Douglas-Peucker); the ends stay.
 * Uses a stack of its own, because a long stroke would overflow the call stack.
 */
export function simplify(points: readonly Point[], tolerance: number): Point[] {
  if (points.length <= 2) return [...points]
  const kept = new Set([0, points.length - 1])
  const ranges: [number, number][] = [[0, points.length - 1]]
  for (let range = ranges.pop(); range; range = ranges.pop()) {
    const { index, squared } = furthest(points, ...range)
    if (squared <= tolerance * tolerance) continue
    kept.add(index)
    ranges.push([range[0], index], [index, range[1]])
  }
  return points.filter((_, index) => kept.has(index))
}
