import { gestureDrafts, gesturePatches, noGesture } from '../gesture/gesture.ts'
import type { Style, Tool } from '../gesture/tool.ts'
import { isFillable } from '../gesture/tool.ts'
import type { Element, ElementKind, ElementPatch, PatchById } from '../model/element.ts'
import { compareOrder } from '../model/order.ts'
import { toPreview, toSelection } from '../presence/presence.ts'
import type { Board } from './board.ts'

/** From the bottom up. */
export function selectedElements({ ui, scene }: Board): readonly Element[] {
  const { selection } = ui.get()
  const { elements, byId } = scene.scene
  // Few of many are looked up: this is asked with every frame.
  if (selection.size * 20 > elements.length) return elements.filter(({ id }) => selection.has(id))
  return [...selection].flatMap((id) => byId.get(id) ?? []).sort(compareOrder)
}

export function select(board: Board, ids: Iterable<string>): void {
  const selection = new Set(ids)
  board.ui.set({ selection })
  board.presence.publish({ selection: toSelection(selection) })
}

/** Where the person may not write, only looking around is left. */
export function chooseTool(board: Board, tool: Tool): void {
  const isDrawing = tool !== 'select' && tool !== 'hand'
  if (isDrawing && board.ui.get().isReadOnly) return
  board.ui.set({ tool })
  if (isDrawing) select(board, [])
}

export function undo(board: Board): void {
  if (!board.ui.get().isReadOnly) board.history.undo()
}

export function redo(board: Board): void {
  if (!board.ui.get().isReadOnly) board.history.redo()
}

/** Writes patches as one step of undo. */
export function change(board: Board, patches: PatchById, mergeKey?: string): void {
  if (patches.size === 0 || board.ui.get().isReadOnly) return
  board.history.beginStep(mergeKey)
  board.scene.update(patches)
}

export function insert(board: Board, elements: readonly Element[]): void {
  if (board.ui.get().isReadOnly) return
  board.history.beginStep()
  board.scene.content.add(...elements)
}

export function removeSelected(board: Board): void {
  const { selection, isReadOnly } = board.ui.get()
  if (selection.size === 0 || isReadOnly) return
  board.history.beginStep()
  board.scene.content.remove(...selection)
  select(board, [])
}

/** Restyles the selection, or without one what the tool will draw next; what was chosen is kept for the next of the same kind. */
export function applyStyle(board: Board, style: Partial<Style>): void {
  const { tool, styles } = board.ui.get()
  const elements = selectedElements(board)
  const kinds = new Set<ElementKind>(elements.map(({ kind }) => kind))
  if (kinds.size === 0 && tool !== 'select' && tool !== 'hand') kinds.add(tool)
  const next = { ...styles }
  for (const kind of kinds) next[kind] = { ...styles[kind], ...(isFillable(kind) ? style : withoutFill(style)) }
  board.ui.set({ styles: next })
  change(
    board,
    new Map(elements.map(({ id, kind }): [string, ElementPatch] => [id, isFillable(kind) ? style : withoutFill(style)])),
  )
}

function withoutFill({ stroke, strokeWidth }: Partial<Style>): Partial<Style> {
  return { ...(stroke === undefined ? {} : { stroke }), ...(strokeWidth === undefined ? {} : { strokeWidth }) }
}

/** Tells the others how far the running gesture is. */
export function publishGesture(board: Board): void {
  const { gesture } = board.ui.get()
  const drafts = gestureDrafts(gesture)
  // Presence has room for one unfinished element: several copies are seen when they are there.
  board.presence.publish({ preview: toPreview(gesturePatches(gesture), drafts.length === 1 ? drafts[0] : undefined) })
}

export function cancelGesture(board: Board): void {
  board.ui.set({ gesture: noGesture })
  board.presence.publish({ preview: null })
}
