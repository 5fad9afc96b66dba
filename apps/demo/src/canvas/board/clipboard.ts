import { readBoardFile, writeBoardFile } from '../export/board-file.ts'
import type { Point } from '../geometry/point.ts'
import { roundPlace } from '../geometry/round.ts'
import { textLengthMax } from '../model/element.ts'
import { measureText } from '../paint/text-metrics.ts'
import { wrapText } from '../paint/wrap-text.ts'
import type { Board } from './board.ts'
import { selectedElements } from './commands.ts'
import { insertPlaced, insertSelected } from './copies.ts'
import { draftOf } from './insert-shape.ts'

/** Most characters that are looked at. */
const pastedLengthMax = 16 * 1024 * 1024
/** Longer lines of a pasted text are broken, so that all of it can be read at a glance; in letters. */
const lineLengthMax = 80

/** What pasting did, or one sentence for a person on why it did not. */
export type Pasted =
  | { readonly type: 'pasted'; readonly count: number }
  | { readonly type: 'shortened' }
  | { readonly type: 'problem'; readonly message: string }

const problem = (message: string): Pasted => ({ type: 'problem', message })

/** What is selected, as text for the clipboard; `undefined` for nothing. Other boards, other tabs and files take the same text. */
export function copySelected(board: Board): string | undefined {
  const elements = selectedElements(board)
  return elements.length === 0 ? undefined : writeBoardFile(elements)
}

/** Text that says it is from a board; whether it can be read is another question. Other JSON is text like any other. */
function claimsToBeBoard(text: string): boolean {
  return /^\s*\{\s*"format"\s*:\s*"rejoin-board"/.test(text.slice(0, 200))
}

function pasteElements(board: Board, text: string, middle: Point): Pasted {
  const read = readBoardFile(text, 'clipboard')
  if (read.type === 'problem') return read
  return { type: 'pasted', count: insertPlaced(board, read.elements, middle).length }
}

function pasteText(board: Board, pasted: string, middle: Point): Pasted {
  const lines = wrapText(
    pasted.replaceAll(/\r\n?/g, '\n').replaceAll('\t', '  ').trimEnd(),
    lineLengthMax,
    ({ length }) => length,
  )
  const whole = lines.join('\n')
  const text = whole.slice(0, textLengthMax)
  const draft = draftOf(board, 'text', middle)
  if (draft.kind !== 'text') return problem('Text cannot be pasted here.')
  const size = measureText(text, draft.fontSize, board.host.lineWidth)
  insertSelected(board, [
    { ...draft, ...size, text, x: roundPlace(middle.x - size.width / 2), y: roundPlace(middle.y - size.height / 2) },
  ])
  return whole.length > text.length ? { type: 'shortened' } : { type: 'pasted', count: 1 }
}

/** Adds what was copied from a board, or text as a text element, around a point of the scene: selected, as one step of undo. */
export function paste(board: Board, text: string, middle: Point): Pasted {
  if (board.ui.get().isReadOnly) return problem('You may only look at this board.')
  if (text.trim() === '') return problem('There is nothing to paste: only text, and things that were copied from a board.')
  if (text.length > pastedLengthMax) return problem('This is too much to paste at once: at most 16 million characters.')
  return claimsToBeBoard(text) ? pasteElements(board, text, middle) : pasteText(board, text, middle)
}
