import type Konva from 'konva'
import type { Point } from '../geometry/point.ts'

/** What lies under a point of the screen. */
export type Target =
  | { readonly type: 'nothing' }
  | { readonly type: 'element'; readonly id: string }
  /** An end of the selected line. */
  | { readonly type: 'endpoint'; readonly end: 0 | 1 }
  /** A handle of Konva's frame, which follows the pointer by itself. */
  | { readonly type: 'handle' }

export function targetAt(stage: Konva.Stage | null, point: Point): Target {
  // Konva draws what it looks hits up in with the next frame; a press may come before that.
  for (const layer of stage?.getLayers() ?? []) layer.drawHit()
  const shape = stage?.getIntersection(point)
  if (!shape) return { type: 'nothing' }
  if (shape.getParent()?.getClassName() === 'Transformer') return { type: 'handle' }
  if (shape.name() === 'endpoint-0') return { type: 'endpoint', end: 0 }
  if (shape.name() === 'endpoint-1') return { type: 'endpoint', end: 1 }
  const element = shape.findAncestor('.element')
  return element ? { type: 'element', id: element.id() } : { type: 'nothing' }
}
