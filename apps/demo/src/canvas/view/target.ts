import type Konva from 'konva'
import type { Board } from '../board/board.ts'
import { showPreviews } from '../board/show-previews.ts'
import { toScene } from '../geometry/camera.ts'
import type { Point } from '../geometry/point.ts'
import { elementAt } from '../paint/element-at.ts'

/** What lies under a point of the screen. */
export type Target =
  | { readonly type: 'nothing' }
  | { readonly type: 'element'; readonly id: string }
  /** An end of the selected line. */
  | { readonly type: 'endpoint'; readonly end: 0 | 1 }
  /** A handle of Konva's frame, which follows the pointer by itself. */
  | { readonly type: 'handle' }

/** Draws what Konva looks hits up in, for this one question: it may be a frame behind. */
function handleAt(stage: Konva.Stage | null, point: Point): Konva.Shape | null {
  if (stage === null) return null
  for (const layer of stage.getLayers()) layer.drawHit()
  return stage.getIntersection(point)
}

export function targetAt(board: Board, stage: Konva.Stage | null, point: Point): Target {
  const handle = handleAt(stage, point)
  if (handle?.getParent()?.getClassName() === 'Transformer') return { type: 'handle' }
  if (handle?.name() === 'endpoint-0') return { type: 'endpoint', end: 0 }
  if (handle?.name() === 'endpoint-1') return { type: 'endpoint', end: 1 }
  const { camera, gesture } = board.ui.get()
  const { resting, moving } = showPreviews(board.scene.scene, board.peers.peers, gesture)
  const at = toScene(camera, point)
  const element = elementAt(moving, at) ?? elementAt(resting, at)
  return element ? { type: 'element', id: element.id } : { type: 'nothing' }
}
