import type { Point } from '../geometry/point.ts'
import { roundPlace } from '../geometry/round.ts'
import type { ElementPatch, WrittenElement } from '../model/element.ts'
import { grownHeight, layoutNote } from '../paint/note-layout.ts'
import { lineHeight, measureText } from '../paint/text-metrics.ts'
import { toPreview } from '../presence/presence.ts'
import type { Board } from './board.ts'
import { change, insert, removeSelected, select } from './commands.ts'
import { draftOf } from './insert-shape.ts'

/** Opens the text box at a point of the scene; nothing is in the document until it closes. */
export function startWriting(board: Board, at: Point): void {
  if (board.ui.get().isReadOnly) return
  const draft = draftOf(board, 'text', at)
  if (draft.kind !== 'text') return
  const element = { ...draft, y: roundPlace(draft.y - (draft.fontSize * lineHeight) / 2) }
  select(board, [])
  board.ui.set({ tool: 'select', editing: { element, before: undefined } })
}

/** Opens the text box over what is written in already; `false` if the id is nothing of that kind. */
export function startRewriting(board: Board, id: string): boolean {
  const before = board.scene.scene.byId.get(id)
  if ((before?.kind !== 'text' && before?.kind !== 'note') || board.ui.get().isReadOnly) return false
  // Writing that was made small to fit stays as small, and the paper grows from there.
  const fontSize = before.kind === 'note' ? roundPlace(layoutNote(before, board.host.lineWidth).fontSize) : before.fontSize
  select(board, [])
  board.ui.set({ tool: 'select', editing: { element: { ...before, fontSize }, before } })
  return true
}

/** What a text does to its element's size. */
function sized(board: Board, element: WrittenElement, text: string): WrittenElement {
  const { lineWidth } = board.host
  const written = { ...element, text }
  if (element.kind === 'note') return { ...written, height: roundPlace(grownHeight(written, lineWidth)) }
  const { width, height } = measureText(text, element.fontSize, lineWidth)
  return { ...written, width: roundPlace(width), height: roundPlace(height) }
}

/** What the writing changed; what else about it others change meanwhile is theirs. */
function patchOf(after: WrittenElement, before: WrittenElement): ElementPatch {
  return {
    text: after.text,
    ...(after.width === before.width ? {} : { width: after.width }),
    ...(after.height === before.height ? {} : { height: after.height }),
    ...(after.fontSize === before.fontSize ? {} : { fontSize: after.fontSize }),
  }
}

/** Shows the others what is being written, and remembers it for the end. */
export function write(board: Board, text: string): void {
  const { editing } = board.ui.get()
  if (!editing) return
  const element = sized(board, editing.element, text)
  board.ui.set({ editing: { ...editing, element } })
  const patches = new Map(editing.before ? [[element.id, patchOf(element, editing.before)]] : [])
  board.presence.publish({ preview: toPreview(patches, editing.before || text === '' ? undefined : element) })
}

/**
 * Ends the writing: at most one transaction. A text that became empty is removed, and one that was left as it was is not written
 * again: somebody else may have changed it. Returns what was written into an element that somebody else removed meanwhile; it is
 * not in the document.
 */
export function finishWriting(board: Board): WrittenElement | undefined {
  const { editing } = board.ui.get()
  if (!editing) return undefined
  const { element, before } = editing
  board.ui.set({ editing: undefined })
  board.presence.publish({ preview: null })
  const isEmpty = element.text.trim() === '' && element.kind === 'text'
  // Who ends it by pressing somewhere else has begun something there.
  const isDone = board.ui.get().gesture.type === 'none'
  if (!before) {
    if (isEmpty) return undefined
    insert(board, [{ ...element, updatedAt: board.host.now() }])
    if (isDone) select(board, [element.id])
    return undefined
  }
  const isChanged = element.text !== before.text
  if (!board.scene.scene.byId.has(element.id)) return isChanged && !isEmpty ? element : undefined
  if (isDone || (isChanged && isEmpty)) select(board, [element.id])
  if (isChanged && isEmpty) removeSelected(board)
  else if (isChanged) change(board, new Map([[element.id, patchOf(element, before)]]))
  return undefined
}
