import { frameAround, resizeFrame } from '../geometry/frame.ts'
import type { Point } from '../geometry/point.ts'
import { roundPlace } from '../geometry/round.ts'
import { fitElements, isEvenOnly, turnElements } from '../gesture/fit.ts'
import { centreOf } from '../gesture/resize.ts'
import type { OrderMove } from '../model/order.ts'
import { reorder } from '../model/order.ts'
import type { Board } from './board.ts'
import { change, select, selectedElements } from './commands.ts'

/** No side becomes shorter by keys, in scene units. */
const sideMin = 4

export function reorderSelected(board: Board, move: OrderMove): void {
  const orders = reorder(board.scene.scene.elements, board.ui.get().selection, move)
  change(board, new Map([...orders].map(([id, order]) => [id, { order }])))
}

/** Presses that follow each other closely are one step of undo. */
const mergeKey = (board: Board, what: string) => `${what} ${[...board.ui.get().selection].join()}`

/** Moves the selection by scene units. */
export function nudgeSelected(board: Board, { x: dx, y: dy }: Point): void {
  const moved = selectedElements(board).map(({ id, x, y }) => [id, { x: roundPlace(x + dx), y: roundPlace(y + dy) }] as const)
  change(board, new Map(moved), mergeKey(board, 'nudge'))
}

/** Pulls the right or the lower side of the selection by scene units: what a handle does, for people who use no pointer. */
export function resizeSelected(board: Board, by: Point): void {
  const elements = selectedElements(board)
  const frame = frameAround(elements)
  if (!frame) return
  const handle = { x: by.x === 0 ? 0 : 1, y: by.y === 0 ? 0 : 1 } as const
  const to = resizeFrame(frame, handle, by, { isEven: isEvenOnly(elements), isCentred: false, sideMin })
  change(board, fitElements(elements, frame, to), mergeKey(board, 'resize'))
}

/** Turns the selection about its middle. */
export function turnSelected(board: Board, degrees: number): void {
  const elements = selectedElements(board)
  const frame = frameAround(elements)
  if (frame) change(board, turnElements(elements, centreOf(frame), degrees), mergeKey(board, 'turn'))
}

/** Goes from what is selected to the next thing above it, or below; round at the end. */
export function selectNext(board: Board, step: 1 | -1): void {
  const { elements } = board.scene.scene
  if (elements.length === 0) return
  const chosen = selectedElements(board)
  const edge = step === 1 ? chosen.at(-1) : chosen[0]
  const start = edge ? elements.indexOf(edge) : step === 1 ? -1 : 0
  const next = elements.at((start + step) % elements.length)
  board.ui.set({ tool: 'select' })
  select(board, next ? [next.id] : [])
}
