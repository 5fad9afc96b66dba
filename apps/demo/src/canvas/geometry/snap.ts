import type { Box } from './box.ts'

/** Something to align with: an edge or a middle, and how far what lies on it reaches in the other direction. */
interface Line {
  readonly at: number
  readonly from: number
  readonly to: number
}

/** The lines of many boxes, sorted: asked with every movement of the pointer, made once at the beginning of a drag. */
export interface SnapLines {
  /** Upright lines, from the left to the right. */
  readonly x: readonly Line[]
  /** Level lines, from the top down. */
  readonly y: readonly Line[]
}

/** What shows an alignment: from one end of what is aligned to the other. */
export interface Guide {
  readonly axis: 'x' | 'y'
  readonly at: number
  readonly from: number
  readonly to: number
}

export type Axis = Guide['axis']

/** Lines that are nearer to each other than this are one. */
const sameWithin = 0.01

function joinLines(lines: Line[]): Line[] {
  lines.sort((a, b) => a.at - b.at)
  const joined: Line[] = []
  for (const line of lines) {
    const last = joined.at(-1)
    if (last && line.at - last.at < sameWithin)
      joined[joined.length - 1] = { at: last.at, from: Math.min(last.from, line.from), to: Math.max(last.to, line.to) }
    else joined.push(line)
  }
  return joined
}

/** Edges and middles of the boxes. */
export function createSnapLines(boxes: readonly Box[]): SnapLines {
  const [x, y]: [Line[], Line[]] = [[], []]
  for (const box of boxes) {
    const [right, bottom] = [box.x + box.width, box.y + box.height]
    for (const at of [box.x, box.x + box.width / 2, right]) x.push({ at, from: box.y, to: bottom })
    for (const at of [box.y, box.y + box.height / 2, bottom]) y.push({ at, from: box.x, to: right })
  }
  return { x: joinLines(x), y: joinLines(y) }
}

/** Index of the first line at or after a place. */
function firstFrom(lines: readonly Line[], place: number): number {
  let [low, high] = [0, lines.length]
  while (low < high) {
    const half = (low + high) >> 1
    if ((lines[half]?.at ?? Infinity) < place) low = half + 1
    else high = half
  }
  return low
}

/** How far the nearest line lies from the place, with its sign; `undefined` where none is within reach. */
function distanceToLine(lines: readonly Line[], place: number, reach: number): number | undefined {
  const index = firstFrom(lines, place)
  const distances = [lines[index - 1], lines[index]].flatMap((line) => (line ? [line.at - place] : []))
  const nearest = distances.sort((a, b) => Math.abs(a) - Math.abs(b))[0]
  return nearest !== undefined && Math.abs(nearest) <= reach ? nearest : undefined
}

/** The smallest movement that brings one of these places onto a line; `undefined` where none is within reach. */
export function snapPlaces(lines: readonly Line[], places: readonly number[], reach: number): number | undefined {
  let best: number | undefined
  for (const place of places) {
    const distance = distanceToLine(lines, place, reach)
    if (distance !== undefined && (best === undefined || Math.abs(distance) < Math.abs(best))) best = distance
  }
  return best
}

/** Left, middle and right, or top, middle and bottom. */
export function placesOf(box: Box, axis: Axis): readonly [number, number, number] {
  const [start, length] = axis === 'x' ? [box.x, box.width] : [box.y, box.height]
  return [start, start + length / 2, start + length]
}

function guidesOn(axis: Axis, lines: readonly Line[], box: Box): Guide[] {
  const [near, far] = axis === 'x' ? [box.y, box.y + box.height] : [box.x, box.x + box.width]
  const met = placesOf(box, axis).flatMap((place) => {
    const line = lines[firstFrom(lines, place - sameWithin)]
    return line && Math.abs(line.at - place) <= sameWithin ? [line] : []
  })
  // The edges of what has no length are one place.
  return [...new Set(met)].map(({ at, from, to }) => ({ axis, at, from: Math.min(near, from), to: Math.max(far, to) }))
}

/** What to show of a box that lies where it lies. */
export function guidesOf(lines: SnapLines, box: Box): Guide[] {
  return [...guidesOn('x', lines.x, box), ...guidesOn('y', lines.y, box)]
}

/** The movement that aligns a box on both axes, each as far as there is something within reach. */
export function snapBox(lines: SnapLines, box: Box, reach: number): { readonly dx: number; readonly dy: number } {
  return {
    dx: snapPlaces(lines.x, placesOf(box, 'x'), reach) ?? 0,
    dy: snapPlaces(lines.y, placesOf(box, 'y'), reach) ?? 0,
  }
}
