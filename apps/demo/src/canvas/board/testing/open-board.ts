import { Awareness } from 'y-protocols/awareness'
import { Doc } from 'yjs'
import type { Point } from '../../geometry/point.ts'
import { continueGesture } from '../../gesture/gesture.ts'
import { noModifiers, type Modifiers } from '../../gesture/modifiers.ts'
import type { Tool } from '../../gesture/tool.ts'
import { beginGesture } from '../../view/begin-gesture.ts'
import type { Target } from '../../view/target.ts'
import { createBoard, type Board } from '../board.ts'
import { chooseTool, publishGesture } from '../commands.ts'
import { finishGesture } from '../finish-gesture.ts'

/** A board over a document of its own, at the same moment for ever, whose letters are all as wide. */
export interface OpenBoard {
  readonly board: Board
  readonly doc: Doc
  readonly awareness: Awareness
  /** Transactions so far. */
  readonly updates: () => number
  /** Lets all timers ring that are set. */
  readonly runTimers: () => void
}

export function openBoard(): OpenBoard {
  const doc = new Doc()
  const awareness = new Awareness(doc)
  const timers: (() => void)[] = []
  let ids = 0
  const board = createBoard({
    doc,
    awareness,
    host: {
      now: () => 1_000,
      createId: () => `id${++ids}`,
      lineWidth: (line, fontSize) => line.length * fontSize * 0.5,
      setTimeout: (callback) => timers.push(callback),
      clearTimeout: (timer) => void timers.splice(timer - 1, 1, () => undefined),
    },
  })
  let updates = 0
  doc.on('update', () => updates++)
  return { board, doc, awareness, updates: () => updates, runTimers: () => timers.splice(0).forEach((callback) => callback()) }
}

const nothing: Target = { type: 'nothing' }

/** Presses the pointer: at 100 % a point of the screen is one of the scene. */
export function press(board: Board, point: Point, target: Target = nothing, modifiers: Modifiers = noModifiers): void {
  board.ui.set({ gesture: beginGesture(board, { target, point, button: 0, modifiers }) })
}

export function drag(board: Board, points: readonly Point[], modifiers: Modifiers = noModifiers): void {
  for (const point of points) {
    board.ui.set({ gesture: continueGesture(board.ui.get().gesture, point, modifiers) })
    publishGesture(board)
  }
}

/** Draws with a tool from the first point over the others. */
export function draw(board: Board, tool: Tool, points: readonly [Point, ...Point[]]): void {
  chooseTool(board, tool)
  press(board, points[0])
  drag(board, points.slice(1))
  finishGesture(board, noModifiers)
}
