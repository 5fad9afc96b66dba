import { placeCopies } from '../export/board-file.ts'
import type { Point } from '../geometry/point.ts'
import { roundPlace } from '../geometry/round.ts'
import type { Element } from '../model/element.ts'
import { orderOnTop } from '../model/order.ts'
import type { Board } from './board.ts'
import { insert, select, selectedElements } from './commands.ts'

/** How far a copy lies from its original, in scene units. */
export const copyOffset = 24

/** The elements once more, moved by so much, with ids of their own, above everything and in the same order among themselves. */
export function copiesOf(board: Board, elements: readonly Element[], by: Point): Element[] {
  let order = orderOnTop(board.scene.scene.elements)
  return elements.map((element) => ({
    ...element,
    id: board.host.createId(),
    x: roundPlace(element.x + by.x),
    y: roundPlace(element.y + by.y),
    order: order++,
    updatedAt: board.host.now(),
  }))
}

/** Adds elements in one step of undo, and selects them. */
export function insertSelected(board: Board, elements: readonly Element[]): void {
  if (elements.length === 0 || board.ui.get().isReadOnly) return
  insert(board, elements)
  board.ui.set({ tool: 'select' })
  select(
    board,
    elements.map(({ id }) => id),
  )
}

/** Adds what comes from elsewhere around a point of the scene, on top, in one step of undo, and selects it. Returns what was added. */
export function insertPlaced(board: Board, elements: readonly Element[], middle: Point): readonly Element[] {
  const { host, scene } = board
  const order = orderOnTop(scene.scene.elements)
  const copies = placeCopies(elements, { middle, order, now: host.now(), createId: () => host.createId() })
  insertSelected(board, copies)
  return copies
}

export function duplicateSelected(board: Board): void {
  insertSelected(board, copiesOf(board, selectedElements(board), { x: copyOffset, y: copyOffset }))
}
