import type { Box } from '../geometry/box.ts'
import type { Point } from '../geometry/point.ts'
import type { Axis, Guide, SnapLines } from '../geometry/snap.ts'
import { guidesOf, snapBox, snapPlaces } from '../geometry/snap.ts'

/** What a running gesture aligns with. */
export interface Aligning {
  /** Made when it is first asked for: many presses move nothing. */
  readonly lines: () => SnapLines
  /** Alignments to show. */
  readonly guides: readonly Guide[]
  /** CSS px of a scene unit. */
  readonly zoom: number
}

/** From so near a thing jumps into line, in CSS px. */
const reachPx = 6

/** A point brought into line, and what shows it. */
export function alignPoint({ lines, zoom }: Aligning, { x, y }: Point): { readonly point: Point; readonly guides: Guide[] } {
  const { dx, dy } = snapBox(lines(), { x, y, width: 0, height: 0 }, reachPx / zoom)
  const point = { x: x + dx, y: y + dy }
  return { point, guides: guidesOf(lines(), { ...point, width: 0, height: 0 }) }
}

/** The movement that brings a box into line; along the axes asked for only. */
export function alignBox(
  { lines, zoom }: Aligning,
  box: Box,
  axes: readonly Axis[],
): { readonly dx: number; readonly dy: number } {
  const { dx, dy } = snapBox(lines(), box, reachPx / zoom)
  return { dx: axes.includes('x') ? dx : 0, dy: axes.includes('y') ? dy : 0 }
}

/** How far an edge is from the next line on its axis; `undefined` where none is near. */
export function alignEdge({ lines, zoom }: Aligning, axis: Axis, place: number): number | undefined {
  return snapPlaces(lines()[axis], [place], reachPx / zoom)
}

/** The value of a function, worked out when it is first asked for. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
