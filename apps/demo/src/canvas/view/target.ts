import { z } from 'zod'
import type { Board } from '../board/board.ts'
import { showPreviews } from '../board/show-previews.ts'
import { toScene } from '../geometry/camera.ts'
import type { Handle } from '../geometry/frame.ts'
import type { Point } from '../geometry/point.ts'
import { elementAt } from '../paint/element-at.ts'

const pull = z.union([z.literal(-1), z.literal(0), z.literal(1)])
const handleSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('handle'), handle: z.object({ x: pull, y: pull }) }),
  z.object({ type: z.literal('turn') }),
  z.object({ type: z.literal('endpoint'), end: z.union([z.literal(0), z.literal(1)]) }),
])

/** What lies under a point of the screen. */
export type Target =
  | { readonly type: 'nothing' }
  | { readonly type: 'element'; readonly id: string }
  /** A handle that resizes what is selected. */
  | { readonly type: 'handle'; readonly handle: Handle }
  /** The handle that turns it. */
  | { readonly type: 'turn' }
  /** An end of the selected line. */
  | { readonly type: 'endpoint'; readonly end: 0 | 1 }

/** What marks a node of the page as a handle. */
export function handleMark(target: z.infer<typeof handleSchema>): { readonly 'data-handle': string } {
  return { 'data-handle': JSON.stringify(target) }
}

function handleOf(node: EventTarget | null): Target | undefined {
  const mark = node instanceof Element ? node.closest('[data-handle]')?.getAttribute('data-handle') : undefined
  return mark ? handleSchema.parse(JSON.parse(mark)) : undefined
}

/** `node` is what the browser found under the point: handles are nodes, elements are only painted. */
export function targetAt(board: Board, node: EventTarget | null, point: Point): Target {
  const handle = handleOf(node)
  if (handle) return handle
  const { camera, gesture } = board.ui.get()
  const { resting, moving } = showPreviews(board.scene.scene, board.peers.peers, gesture)
  const at = toScene(camera, point)
  const element = elementAt(moving, at) ?? elementAt(resting, at)
  return element ? { type: 'element', id: element.id } : { type: 'nothing' }
}
