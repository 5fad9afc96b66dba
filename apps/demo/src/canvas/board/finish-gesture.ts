import { isTouching } from '../geometry/frame.ts'
import { defaultBox } from '../gesture/draw.ts'
import type { Gesture } from '../gesture/gesture.ts'
import { gestureDrafts, gesturePatches, isClick, noGesture } from '../gesture/gesture.ts'
import type { Modifiers } from '../gesture/modifiers.ts'
import type { Board } from './board.ts'
import { change, insert, select } from './commands.ts'
import { insertSelected } from './copies.ts'
import { startRewriting } from './writing.ts'

/**
 * Others keep showing the last preview for this long, because the end of a drag reaches them by two ways: presence at
 * once, the document only after the server has stored it. Cleared together, the shape would jump back in between.
 */
const previewLingersMs = 600

function finishDraw(board: Board, gesture: Extract<Gesture, { type: 'draw' }>): void {
  const { draft } = gesture
  const clicked = isClick(gesture)
  // A click with the line tool says nothing about where the line should go.
  if (clicked && draft.kind === 'line') return
  const element = clicked ? { ...draft, ...defaultBox(gesture.from, draft.kind) } : draft
  insertSelected(board, [{ ...element, updatedAt: board.host.now() }])
  if (element.kind === 'note') startRewriting(board, element.id)
}

function finishMove(board: Board, gesture: Extract<Gesture, { type: 'move' }>, modifiers: Modifiers): void {
  if (!gesture.hasMoved) {
    if (!modifiers.shift) select(board, gesture.pressed === undefined ? [] : [gesture.pressed])
  } else if (gesture.isCopying) insertSelected(board, gestureDrafts(gesture))
  else change(board, gesturePatches(gesture))
}

/** The ids under the marquee, with those that were selected before it. */
export function marqueeSelection(board: Board, gesture: Extract<Gesture, { type: 'marquee' }>): Set<string> {
  const hit = board.scene.scene.elements.filter((element) => isTouching(element, gesture.box))
  return new Set([...gesture.base, ...hit.map(({ id }) => id)])
}

/** The pointer went up: what the gesture did becomes at most one transaction. */
export function finishGesture(board: Board, modifiers: Modifiers): void {
  const { gesture } = board.ui.get()
  switch (gesture.type) {
    case 'draw':
      finishDraw(board, gesture)
      break
    case 'freehand':
      insert(board, [{ ...gesture.draft, updatedAt: board.host.now() }])
      break
    case 'move':
      finishMove(board, gesture, modifiers)
      break
    case 'endpoint':
    case 'resize':
    case 'turn':
      change(board, gesturePatches(gesture))
      break
    case 'marquee':
    case 'pan':
    case 'none':
  }
  board.ui.set({ gesture: noGesture })
  lingerPreview(board)
}

function lingerPreview(board: Board): void {
  board.host.setTimeout(() => {
    if (board.ui.get().gesture.type === 'none' && !board.ui.get().editing) board.presence.publish({ preview: null })
  }, previewLingersMs)
}
