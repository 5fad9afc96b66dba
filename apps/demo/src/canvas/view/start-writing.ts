import type { Board } from '../board/board.ts'
import { draftOf, select } from '../board/commands.ts'
import type { Point } from '../geometry/point.ts'
import { lineHeight } from '../paint/text-metrics.ts'

/** Opens the text box at a point of the scene; nothing is in the document until it closes. */
export function startWriting(board: Board, at: Point): void {
  if (board.ui.get().isReadOnly) return
  const draft = draftOf(board, 'text', at)
  if (draft.kind !== 'text') return
  const element = { ...draft, y: draft.y - (draft.fontSize * lineHeight) / 2 }
  select(board, [])
  board.ui.set({ tool: 'select', editing: { element, isNew: true } })
}

/** Opens the text box over a text that is there; `false` if the id is no text. */
export function startRewriting(board: Board, id: string): boolean {
  const element = board.scene.scene.byId.get(id)
  if (element?.kind !== 'text' || board.ui.get().isReadOnly) return false
  select(board, [])
  board.ui.set({ tool: 'select', editing: { element, isNew: false } })
  return true
}
