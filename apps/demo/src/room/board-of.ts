import type { OpenDocument } from '@rejoin/client'
import type { Doc } from 'yjs'
import type { Board } from '../canvas/board/board.ts'
import { createBoard } from '../canvas/board/board.ts'
import { randomId } from '../device/random-id.ts'
import { lineWidth } from '../canvas/paint/text-metrics.ts'

const boards = new WeakMap<Doc, Board>()

/** The board of an open document: one for each `Y.Doc`, closed when that is destroyed. */
export function boardOf({ doc, awareness }: Pick<OpenDocument, 'doc' | 'awareness'>): Board {
  const known = boards.get(doc)
  if (known) return known
  const board = createBoard({
    doc,
    awareness,
    host: {
      now: () => Date.now(),
      createId: randomId,
      lineWidth,
      setTimeout: (callback, ms) => window.setTimeout(callback, ms),
      clearTimeout: (timer) => window.clearTimeout(timer),
    },
  })
  boards.set(doc, board)
  doc.once('destroy', board.close)
  return board
}
