import type { Board } from '../board/board.ts'
import { draftOf, select, selectedElements } from '../board/commands.ts'
import { toScene } from '../geometry/camera.ts'
import type { Point } from '../geometry/point.ts'
import type { Gesture } from '../gesture/gesture.ts'
import { noGesture } from '../gesture/gesture.ts'
import type { Target } from './target.ts'

interface Pressing {
  readonly target: Target
  /** In CSS px from the canvas's corner. */
  readonly point: Point
  readonly button: number
  readonly isShift: boolean
}

const middleButton = 1

function beginMove(board: Board, id: string, from: Point, isShift: boolean): Gesture {
  const { selection, camera, isReadOnly } = board.ui.get()
  const isSelected = selection.has(id)
  if (isShift) {
    select(board, isSelected ? [...selection].filter((other) => other !== id) : [...selection, id])
    if (isSelected) return noGesture
  } else if (!isSelected) select(board, [id])
  if (isReadOnly) return noGesture
  return { type: 'move', from, to: from, elements: selectedElements(board), pressed: id, hasMoved: false, zoom: camera.zoom }
}

function beginSelect(board: Board, target: Target, from: Point, isShift: boolean): Gesture {
  const { selection } = board.ui.get()
  if (target.type === 'element') return beginMove(board, target.id, from, isShift)
  if (target.type === 'endpoint') {
    const [element] = selectedElements(board)
    return element?.kind === 'line' ? { type: 'endpoint', element, end: target.end, patch: {} } : noGesture
  }
  const base = isShift ? selection : new Set<string>()
  if (!isShift) select(board, [])
  return { type: 'marquee', from, box: { ...from, width: 0, height: 0 }, base }
}

/** What a press of the pointer starts, by the tool in hand and by what lies under it. */
export function beginGesture(board: Board, { target, point, button, isShift }: Pressing): Gesture {
  const { tool, camera, isPanning } = board.ui.get()
  if (button === middleButton || isPanning || tool === 'hand') return { type: 'pan' }
  if (button !== 0 || tool === 'text') return noGesture
  const at = toScene(camera, point)
  if (tool === 'select') return beginSelect(board, target, at, isShift)
  const draft = draftOf(board, tool, at)
  return tool === 'freehand'
    ? { type: 'freehand', trail: [at], draft, zoom: camera.zoom }
    : { type: 'draw', from: at, draft, zoom: camera.zoom }
}
