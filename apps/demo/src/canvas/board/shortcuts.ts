import type { Tool } from '../gesture/tool.ts'
import type { Board } from './board.ts'
import { cancelGesture, chooseTool, nudgeSelected, redo, removeSelected, reorderSelected, select, undo } from './commands.ts'
import { duplicateSelected } from './copies.ts'
import { insertInTheMiddle } from './insert-shape.ts'
import { fitAll, fitSelection, resetZoom, zoomBy } from './look.ts'

/** The members of a `KeyboardEvent` that decide. */
export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

const toolKeys: Readonly<Record<string, Tool>> = {
  v: 'select',
  h: 'hand',
  r: 'rectangle',
  o: 'ellipse',
  l: 'line',
  p: 'freehand',
  t: 'text',
  n: 'note',
}

type Command = (board: Board) => void

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}
/** Scene units a press of an arrow key moves by, alone and with Shift. */
const nudgeSteps = { small: 1, large: 10 }

function withControl(key: string, isShift: boolean): Command | undefined {
  switch (key) {
    case 'z':
      return isShift ? redo : undo
    case 'y':
      return redo
    case 'a':
      return (board) => {
        chooseTool(board, 'select')
        select(board, board.scene.scene.byId.keys())
      }
    case 'd':
      return duplicateSelected
    case '=':
    case '+':
      return (board) => zoomBy(board, 1.25)
    case '-':
      return (board) => zoomBy(board, 0.8)
    case '0':
      return resetZoom
    default:
      return undefined
  }
}

function escape(board: Board): void {
  if (board.ui.get().gesture.type !== 'none') cancelGesture(board)
  else if (board.ui.get().selection.size > 0) select(board, [])
  else chooseTool(board, 'select')
}

function insertWithTool(board: Board): void {
  const { tool } = board.ui.get()
  if (tool === 'rectangle' || tool === 'ellipse' || tool === 'line' || tool === 'note') insertInTheMiddle(board, tool)
}

function alone(key: string, isShift: boolean): Command | undefined {
  const arrow = arrows[key]
  if (arrow) {
    const step = isShift ? nudgeSteps.large : nudgeSteps.small
    return (board) => nudgeSelected(board, arrow[0] * step, arrow[1] * step)
  }
  const tool = toolKeys[key.toLowerCase()]
  if (tool) return (board) => chooseTool(board, tool)
  switch (key) {
    case 'Delete':
    case 'Backspace':
      return removeSelected
    case 'Escape':
      return escape
    case 'Enter':
      return insertWithTool
    case ']':
      return (board) => reorderSelected(board, 'forward')
    case '[':
      return (board) => reorderSelected(board, 'backward')
    case 'f':
      return fitAll
    case 'F':
      return fitSelection
    default:
      return undefined
  }
}

/** The command of a key press, or `undefined` if the canvas has no use for it. */
export function commandFor({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyPress): Command | undefined {
  if (altKey) return undefined
  return ctrlKey || metaKey ? withControl(key.toLowerCase(), shiftKey) : alone(key, shiftKey)
}
