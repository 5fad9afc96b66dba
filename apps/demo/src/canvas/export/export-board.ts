import { paper, type Theme } from '../../theme/palette.ts'
import type { Board } from '../board/board.ts'
import { selectedElements } from '../board/commands.ts'
import { insertPlaced } from '../board/copies.ts'
import { fitBox } from '../board/look.ts'
import { boundsOf, isWithin, unionOf } from '../geometry/box.ts'
import { middleOfView } from '../geometry/camera.ts'
import type { Element } from '../model/element.ts'
import { viewBox } from '../paint/paint-elements.ts'
import { setText } from '../paint/set-text.ts'
import { textFont } from '../paint/text-metrics.ts'
import { importBytesMax, readBoardFile, writeBoardFile } from './board-file.ts'
import { exportBox } from './export-box.ts'
import { toPng } from './to-png.ts'
import { toSvg } from './to-svg.ts'

export type ExportFormat = 'png' | 'svg' | 'json'

export interface ExportChoice {
  readonly format: ExportFormat
  /** What is selected only. */
  readonly isSelection: boolean
  /** On the ground of the page, not transparent. */
  readonly isOnPaper: boolean
}

const mediaTypes = { svg: 'image/svg+xml', json: 'application/json' } as const

function elementsToExport(board: Board, { isSelection }: Pick<ExportChoice, 'isSelection'>): readonly Element[] {
  return isSelection ? selectedElements(board) : board.scene.scene.elements
}

/** The file that a person asked for. Rejects where there is nothing to export, or the browser makes no such picture. */
export async function exportBoard(board: Board, choice: ExportChoice, theme: Theme): Promise<Blob> {
  const elements = elementsToExport(board, choice)
  const box = exportBox(elements)
  if (!box) throw new Error('There is nothing to export.')
  const ground = choice.isOnPaper ? paper[theme] : undefined
  switch (choice.format) {
    case 'png':
      return await toPng(elements, { box, theme, paper: ground })
    case 'svg':
      return new Blob([toSvg(elements, { box, theme, paper: ground, font: textFont, setText })], { type: mediaTypes.svg })
    case 'json':
      return new Blob([writeBoardFile(elements)], { type: mediaTypes.json })
  }
}

export type Imported = { readonly type: 'added'; readonly count: number } | { readonly type: 'problem'; readonly message: string }

const problem = (message: string): Imported => ({ type: 'problem', message })

/** Adds what an exported file holds, in the middle of the screen, selected, as one step of undo; all of it or nothing. */
export async function importBoard(board: Board, file: Pick<Blob, 'size' | 'text'>): Promise<Imported> {
  if (board.ui.get().isReadOnly) return problem('You may only look at this board.')
  if (file.size > importBytesMax) return problem('This file is too large: at most 16 MB can be added at once.')
  const read = readBoardFile(await file.text())
  if (read.type === 'problem') return read
  const copies = insertPlaced(board, read.elements, middleOfView(board.ui.get()))
  const box = unionOf(copies.map(boundsOf))
  if (box && !isWithin(box, viewBox(board.ui.get()))) fitBox(board, box)
  return { type: 'added', count: copies.length }
}
