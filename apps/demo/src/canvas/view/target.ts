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

/** Draws what Konva looks hits up in, for this one question: it may be a frame behind, or not kept at all. */
function hitShape(stage: Konva.Stage, point: Point): Konva.Shape | null {
  const layers = stage.getLayers().filter((layer) => layer.listening() || layer.name() === 'elements')
  const asleep = layers.filter((layer) => !layer.listening())
  for (const layer of asleep) layer.listening(true)
  for (const layer of layers) layer.drawHit()
  const shape = stage.getIntersection(point)
  for (const layer of asleep) layer.listening(false)
  return shape
}

export function targetAt(stage: Konva.Stage | null, point: Point): Target {
  const shape = stage && hitShape(stage, point)
  if (!shape) return { type: 'nothing' }
  if (shape.getParent()?.getClassName() === 'Transformer') return { type: 'handle' }
  if (shape.name() === 'endpoint-0') return { type: 'endpoint', end: 0 }
  if (shape.name() === 'endpoint-1') return { type: 'endpoint', end: 1 }
  const element = shape.findAncestor('.element')
  return element ? { type: 'element', id: element.id() } : { type: 'nothing' }
}
