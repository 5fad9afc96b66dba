import { middleOfView } from '../geometry/camera.ts'
import type { Point } from '../geometry/point.ts'
import type { Tool } from '../gesture/tool.ts'
import { nudgeSelected, reorderSelected, resizeSelected, selectNext, turnSelected } from './arrange.ts'
import type { Board } from './board.ts'
import { cancelGesture, chooseTool, redo, removeSelected, select, undo } from './commands.ts'
import { duplicateSelected } from './copies.ts'
import { insertInTheMiddle } from './insert-shape.ts'
import { keysOf, type KeyPress, type Keys } from './keys.ts'
import { fitAll, fitSelection, resetZoom, zoomBy } from './look.ts'
import { startRewriting, startWriting } from './writing.ts'

type Command = (board: Board, press: KeyPress) => void

export interface Shortcut {
  /** What it does, as the help sheet and the buttons say it. */
  readonly label: string
  /** Any of them. */
  readonly keys: readonly Keys[]
  /** `undefined` for what the browser does by itself and the canvas answers elsewhere. */
  readonly run: Command | undefined
}

export type ShortcutGroup = 'Tools' | 'Edit' | 'Arrange' | 'Select' | 'Look around'

const directions: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
}
/** Scene units a press of an arrow key moves or pulls by, alone and with Shift. */
const steps = { small: 1, large: 10 }
/** Degrees. */
const turnStep = 15

const arrows = (held = ''): readonly Keys[] => Object.keys(directions).map((key) => held + key)

function byArrow(command: (board: Board, by: Point) => void, step: number): Command {
  return (board, { key }) => {
    const direction = directions[key]
    if (direction) command(board, { x: direction.x * step, y: direction.y * step })
  }
}

const tool = (chosen: Tool, label: string, key: Keys): Shortcut => ({
  label,
  keys: [key],
  run: (board) => chooseTool(board, chosen),
})

function selectAll(board: Board): void {
  chooseTool(board, 'select')
  select(board, board.scene.scene.byId.keys())
}

function escape(board: Board): void {
  const { gesture, selection } = board.ui.get()
  if (gesture.type !== 'none') cancelGesture(board)
  else if (selection.size > 0) select(board, [])
  else chooseTool(board, 'select')
}

/** Writes in what is selected, or places what the tool draws, as a click does: paper and text are written on at once. */
function enter(board: Board): void {
  const ui = board.ui.get()
  const [only] = ui.selection
  if (ui.tool === 'select' && ui.selection.size === 1 && only) startRewriting(board, only)
  else if (ui.tool === 'text') startWriting(board, middleOfView(ui))
  else if (ui.tool === 'note') startRewriting(board, insertInTheMiddle(board, 'note'))
  else if (ui.tool === 'rectangle' || ui.tool === 'ellipse' || ui.tool === 'line') insertInTheMiddle(board, ui.tool)
}

/** Every key of the canvas: what they do, what the buttons show and what the help sheet lists is all made from this. */
export const shortcuts = {
  Tools: {
    select: tool('select', 'Select', 'V'),
    hand: tool('hand', 'Move around', 'H'),
    rectangle: tool('rectangle', 'Rectangle', 'R'),
    ellipse: tool('ellipse', 'Ellipse', 'O'),
    line: tool('line', 'Line', 'L'),
    freehand: tool('freehand', 'Draw', 'P'),
    text: tool('text', 'Text', 'T'),
    note: tool('note', 'Note', 'N'),
    enter: { label: 'Place it in the middle; write in what is selected', keys: ['Enter'], run: enter },
  },
  Edit: {
    undo: { label: 'Undo my edit', keys: ['Ctrl+Z'], run: undo },
    redo: { label: 'Redo my edit', keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], run: redo },
    copy: { label: 'Copy', keys: ['Ctrl+C'], run: undefined },
    cut: { label: 'Cut', keys: ['Ctrl+X'], run: undefined },
    paste: { label: 'Paste things, or text', keys: ['Ctrl+V'], run: undefined },
    duplicate: { label: 'Duplicate', keys: ['Ctrl+D'], run: duplicateSelected },
    remove: { label: 'Delete', keys: ['Delete', 'Backspace'], run: removeSelected },
  },
  Arrange: {
    front: { label: 'Bring to front', keys: ['Ctrl+]', 'Shift+PageUp'], run: (board) => reorderSelected(board, 'front') },
    forward: { label: 'Bring forward', keys: [']', 'PageUp'], run: (board) => reorderSelected(board, 'forward') },
    backward: { label: 'Send backward', keys: ['[', 'PageDown'], run: (board) => reorderSelected(board, 'backward') },
    back: { label: 'Send to back', keys: ['Ctrl+[', 'Shift+PageDown'], run: (board) => reorderSelected(board, 'back') },
    nudge: { label: 'Move by 1', keys: arrows(), run: byArrow(nudgeSelected, steps.small) },
    nudgeFar: { label: 'Move by 10', keys: arrows('Shift+'), run: byArrow(nudgeSelected, steps.large) },
    resize: { label: 'Resize by 1', keys: arrows('Alt+'), run: byArrow(resizeSelected, steps.small) },
    resizeFar: { label: 'Resize by 10', keys: arrows('Alt+Shift+'), run: byArrow(resizeSelected, steps.large) },
    turnLeft: { label: 'Turn left by 15°', keys: [','], run: (board) => turnSelected(board, -turnStep) },
    turnRight: { label: 'Turn right by 15°', keys: ['.'], run: (board) => turnSelected(board, turnStep) },
  },
  Select: {
    all: { label: 'Select everything', keys: ['Ctrl+A'], run: selectAll },
    next: { label: 'Select the next thing', keys: ['J'], run: (board) => selectNext(board, 1) },
    previous: { label: 'Select the previous thing', keys: ['K'], run: (board) => selectNext(board, -1) },
    none: { label: 'Stop what is under way; select nothing', keys: ['Escape'], run: escape },
  },
  'Look around': {
    zoomIn: { label: 'Zoom in', keys: ['Ctrl+Plus', 'Ctrl+='], run: (board) => zoomBy(board, 1.25) },
    zoomOut: { label: 'Zoom out', keys: ['Ctrl+-'], run: (board) => zoomBy(board, 0.8) },
    zoomReset: { label: 'Back to 100 %', keys: ['Ctrl+0'], run: resetZoom },
    fit: { label: 'Show everything', keys: ['F'], run: fitAll },
    fitSelection: { label: 'Show what is selected', keys: ['Shift+F'], run: fitSelection },
    help: { label: 'All keys', keys: ['?'], run: (board) => board.ui.set({ isHelpOpen: true }) },
  },
} satisfies Record<ShortcutGroup, Record<string, Shortcut>>

const everything: readonly Shortcut[] = Object.values(shortcuts).flatMap((group) => Object.values<Shortcut>(group))
const byKeys = new Map(everything.flatMap((shortcut) => shortcut.keys.map((keys) => [keys, shortcut] as const)))

/** The command of a key press, or `undefined` if the canvas has no use for it. */
export function commandFor(press: KeyPress): ((board: Board) => void) | undefined {
  const run = byKeys.get(keysOf(press))?.run
  return run && ((board) => run(board, press))
}
