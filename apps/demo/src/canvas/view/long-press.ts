import type { Board } from '../board/board.ts'
import { cancelGesture, chooseTool, select } from '../board/commands.ts'
import type { Point } from '../geometry/point.ts'
import { distance } from '../geometry/point.ts'

/** How long a finger rests on something to select it. */
const longPressMs = 450
/** A finger that moves further than this is on its way, in CSS px. */
const stillPx = 10

/** A finger that rests on an element selects it with whatever tool, and beside what is selected already. */
export interface LongPress {
  start(id: string, at: Point): void
  /** The finger is here now. */
  follow(at: Point): void
  /** The finger is gone, or another came. Whether it had rested long enough. */
  stop(): boolean
}

export function createLongPress(board: Board): LongPress {
  let running: { readonly at: Point; readonly timer: number } | undefined
  let isDone = false
  const stopTimer = () => {
    if (running) board.host.clearTimeout(running.timer)
    running = undefined
  }
  return {
    start(id, at) {
      isDone = false
      // As it was before this press, which may select as well.
      const { selection } = board.ui.get()
      const timer = board.host.setTimeout(() => {
        isDone = true
        running = undefined
        cancelGesture(board)
        chooseTool(board, 'select')
        select(
          board,
          selection.has(id) && selection.size > 1 ? [...selection].filter((other) => other !== id) : [...selection, id],
        )
      }, longPressMs)
      running = { at, timer }
    },
    follow(at) {
      if (running && distance(running.at, at) > stillPx) stopTimer()
    },
    stop() {
      stopTimer()
      const wasDone = isDone
      isDone = false
      return wasDone
    },
  }
}
