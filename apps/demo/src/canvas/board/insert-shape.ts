import { middleOfView } from '../geometry/camera.ts'
import type { Point } from '../geometry/point.ts'
import { roundPlace } from '../geometry/round.ts'
import { defaultBox } from '../gesture/draw.ts'
import type { Element, ElementKind } from '../model/element.ts'
import { orderOnTop } from '../model/order.ts'
import type { Board } from './board.ts'
import { insert, select } from './commands.ts'

/** Of letters that nobody has resized, in scene units. */
const fontSizes = { text: 24, note: 20 }

/** An element of no size at `at`, on top of everything, in the style chosen for its kind. */
export function draftOf(board: Board, kind: ElementKind, at: Point): Element {
  const common = {
    id: board.host.createId(),
    x: roundPlace(at.x),
    y: roundPlace(at.y),
    width: 0,
    height: 0,
    rotation: 0,
    order: orderOnTop(board.scene.scene.elements),
    ...board.ui.get().styles[kind],
    updatedAt: board.host.now(),
  }
  if (kind === 'text' || kind === 'note') return { ...common, kind, text: '', fontSize: fontSizes[kind] }
  if (kind === 'line' || kind === 'freehand') return { ...common, kind, points: [0, 0, 0, 0] }
  return { ...common, kind }
}

/** Puts a shape of the usual size in the middle of the screen: drawing for people who use no pointer. Returns its id. */
export function insertInTheMiddle(board: Board, kind: ElementKind): string {
  const draft = draftOf(board, kind, middleOfView(board.ui.get()))
  const element = { ...draft, ...defaultBox(draft, kind) }
  insert(board, [element.kind === 'line' || element.kind === 'freehand' ? { ...element, points: [0, 1, 1, 0] } : element])
  board.ui.set({ tool: 'select' })
  select(board, [element.id])
  return element.id
}
