import { toScene } from '../geometry/camera.ts'
import type { Point } from '../geometry/point.ts'
import { defaultBox } from '../gesture/draw.ts'
import { gestureDraft, gesturePatches, noGesture } from '../gesture/gesture.ts'
import type { Style, Tool } from '../gesture/tool.ts'
import { isFillable } from '../gesture/tool.ts'
import type { Element, ElementKind, ElementPatch, PatchById } from '../model/element.ts'
import type { OrderMove } from '../model/order.ts'
import { orderOnTop, reorder } from '../model/order.ts'
import { addElements, removeElements, updateElements } from '../model/scene.ts'
import { toPreview, toSelection } from '../presence/presence.ts'
import type { Board } from './board.ts'

export function selectedElements({ ui, scene }: Board): readonly Element[] {
  const { selection } = ui.get()
  return scene.scene.elements.filter(({ id }) => selection.has(id))
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
  updateElements(board.doc, patches, board.host.now())
}

export function insert(board: Board, elements: readonly Element[]): void {
  if (board.ui.get().isReadOnly) return
  board.history.beginStep()
  addElements(board.doc, elements)
}

/** An element of no size at `at`, on top of everything, in the style chosen for its kind. */
export function draftOf(board: Board, kind: ElementKind, at: Point): Element {
  const common = {
    id: board.host.createId(),
    x: at.x,
    y: at.y,
    width: 0,
    height: 0,
    rotation: 0,
    order: orderOnTop(board.scene.scene.elements),
    ...board.ui.get().styles[kind],
    updatedAt: board.host.now(),
  }
  if (kind === 'text') return { ...common, kind, text: '', fontSize: 24 }
  if (kind === 'line' || kind === 'freehand') return { ...common, kind, points: [0, 0, 0, 0] }
  return { ...common, kind }
}

/** Puts a shape of the usual size in the middle of the screen: drawing for people who use no pointer. */
export function insertInTheMiddle(board: Board, kind: ElementKind): void {
  const { camera, size } = board.ui.get()
  const draft = draftOf(board, kind, toScene(camera, { x: size.width / 2, y: size.height / 2 }))
  const element = { ...draft, ...defaultBox(draft) }
  insert(board, [element.kind === 'line' || element.kind === 'freehand' ? { ...element, points: [0, 1, 1, 0] } : element])
  board.ui.set({ tool: 'select' })
  select(board, [element.id])
}

export function removeSelected(board: Board): void {
  const { selection, isReadOnly } = board.ui.get()
  if (selection.size === 0 || isReadOnly) return
  board.history.beginStep()
  removeElements(board.doc, selection)
  select(board, [])
}

/** How far a copy lies from its original, in scene units. */
const copyOffset = 24

export function duplicateSelected(board: Board): void {
  let order = orderOnTop(board.scene.scene.elements)
  const copies = selectedElements(board).map((element) => ({
    ...element,
    id: board.host.createId(),
    x: element.x + copyOffset,
    y: element.y + copyOffset,
    order: order++,
    updatedAt: board.host.now(),
  }))
  if (copies.length === 0) return
  insert(board, copies)
  select(
    board,
    copies.map(({ id }) => id),
  )
}

export function reorderSelected(board: Board, move: OrderMove): void {
  const orders = reorder(board.scene.scene.elements, board.ui.get().selection, move)
  change(board, new Map([...orders].map(([id, order]) => [id, { order }])))
}

/** Moves the selection by scene units; presses that follow each other closely are one step of undo. */
export function nudgeSelected(board: Board, dx: number, dy: number): void {
  change(
    board,
    new Map(selectedElements(board).map(({ id, x, y }) => [id, { x: x + dx, y: y + dy }])),
    `nudge ${[...board.ui.get().selection].join()}`,
  )
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
  board.presence.publish({ preview: toPreview(gesturePatches(gesture), gestureDraft(gesture)) })
}

export function cancelGesture(board: Board): void {
  board.ui.set({ gesture: noGesture })
  board.presence.publish({ preview: null })
}
