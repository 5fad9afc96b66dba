import type { Board } from '../board/board.ts'
import { select, selectedElements } from '../board/commands.ts'
import { copiesOf } from '../board/copies.ts'
import { draftOf } from '../board/insert-shape.ts'
import { boundsOf, isOverlapping, unionOf } from '../geometry/box.ts'
import { toScene } from '../geometry/camera.ts'
import { frameAround } from '../geometry/frame.ts'
import type { Point } from '../geometry/point.ts'
import { createSnapLines } from '../geometry/snap.ts'
import { lazily, type Aligning } from '../gesture/align.ts'
import type { Gesture } from '../gesture/gesture.ts'
import { noGesture } from '../gesture/gesture.ts'
import type { Modifiers } from '../gesture/modifiers.ts'
import { viewBox } from '../paint/paint-elements.ts'
import type { Target } from './target.ts'

interface Pressing {
  readonly target: Target
  /** In CSS px from the canvas's corner. */
  readonly point: Point
  readonly button: number
  readonly modifiers: Modifiers
}

const middleButton = 1

/** The edges and middles of what is in view and stays where it is; strokes have none that anybody sees. */
function alignWithOthers(board: Board, moved: ReadonlySet<string>): Aligning {
  const { camera, size } = board.ui.get()
  const { elements } = board.scene.scene
  const lines = lazily(() => {
    const view = viewBox({ camera, size })
    const others = elements.filter(({ id, kind }) => kind !== 'freehand' && !moved.has(id))
    return createSnapLines(others.map(boundsOf).filter((box) => isOverlapping(view, box)))
  })
  return { lines, guides: [], zoom: camera.zoom }
}

/** What is selected follows the pointer. */
function carrySelected(board: Board, pressed: string | undefined, from: Point): Gesture {
  const elements = selectedElements(board)
  const box = unionOf(elements.map(boundsOf))
  if (board.ui.get().isReadOnly || !box) return noGesture
  return {
    type: 'move',
    from,
    to: from,
    elements,
    box,
    pressed,
    hasMoved: false,
    isCopying: false,
    copies: lazily(() => copiesOf(board, elements, { x: 0, y: 0 })),
    // A copy may align with its original, but nothing aligns with itself.
    ...alignWithOthers(board, board.ui.get().selection),
  }
}

function beginMove(board: Board, id: string, from: Point, isShift: boolean): Gesture {
  const { selection } = board.ui.get()
  const isSelected = selection.has(id)
  if (isShift) {
    select(board, isSelected ? [...selection].filter((other) => other !== id) : [...selection, id])
    if (isSelected) return noGesture
  } else if (!isSelected) select(board, [id])
  return carrySelected(board, id, from)
}

/** Whether a point lies between several selected things: they are taken hold of there as well. */
function isBetweenSelected(board: Board, { x, y }: Point): boolean {
  if (board.ui.get().selection.size < 2) return false
  const frame = frameAround(selectedElements(board))
  return frame !== undefined && isOverlapping(frame, { x, y, width: 0, height: 0 })
}

function beginHandle(board: Board, target: Extract<Target, { type: 'handle' | 'turn' | 'endpoint' }>, from: Point): Gesture {
  const elements = selectedElements(board)
  const frame = frameAround(elements)
  const [element] = elements
  if (!frame || !element || board.ui.get().isReadOnly) return noGesture
  if (target.type === 'turn') return { type: 'turn', from, elements, frame, turned: 0 }
  const aligning = alignWithOthers(board, board.ui.get().selection)
  if (target.type === 'handle')
    return { type: 'resize', from, handle: target.handle, elements, frame, toFrame: frame, ...aligning }
  return element.kind === 'line' ? { type: 'endpoint', element, end: target.end, patch: {}, ...aligning } : noGesture
}

function beginSelect(board: Board, target: Target, from: Point, isShift: boolean): Gesture {
  const { selection } = board.ui.get()
  if (target.type === 'element') return beginMove(board, target.id, from, isShift)
  if (target.type !== 'nothing') return beginHandle(board, target, from)
  if (!isShift && isBetweenSelected(board, from)) return carrySelected(board, undefined, from)
  const base = isShift ? selection : new Set<string>()
  if (!isShift) select(board, [])
  return { type: 'marquee', from, box: { ...from, width: 0, height: 0 }, base }
}

/** What a press of the pointer starts, by the tool in hand and by what lies under it. */
export function beginGesture(board: Board, { target, point, button, modifiers }: Pressing): Gesture {
  const { tool, camera, isPanning } = board.ui.get()
  if (button === middleButton || isPanning || tool === 'hand') return { type: 'pan' }
  if (button !== 0 || tool === 'text') return noGesture
  const at = toScene(camera, point)
  if (tool === 'select') return beginSelect(board, target, at, modifiers.shift)
  const draft = draftOf(board, tool, at)
  return tool === 'freehand'
    ? { type: 'freehand', trail: [at], draft, zoom: camera.zoom }
    : { type: 'draw', from: at, draft, ...alignWithOthers(board, new Set()) }
}
