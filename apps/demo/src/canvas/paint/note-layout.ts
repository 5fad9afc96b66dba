import type { NoteElement } from '../model/element.ts'
import { lineHeight, type LineWidth } from './text-metrics.ts'
import { wrapText } from './wrap-text.ts'

/** Between the edge of the paper and the writing, in scene units; less on small paper. */
const paddingMax = 14
const paddingShare = 0.1
/** Writing is not made smaller than this to fit, in scene units; what does not fit then is not shown. */
const fontSizeMin = 5
/** From one size that is tried to the next. */
const shrinkStep = 0.92

/** Paper lies a little above the ground; in scene units. */
export const noteShadow = { offset: 2.5, alpha: 0.14 }

export interface NoteLayout {
  readonly lines: readonly string[]
  /** As stored, or smaller where it would not fit. */
  readonly fontSize: number
  readonly padding: number
}

export type Paper = Pick<NoteElement, 'text' | 'width' | 'height' | 'fontSize'>

export function notePadding({ width, height }: Pick<Paper, 'width' | 'height'>): number {
  return Math.min(paddingMax, width * paddingShare, height * paddingShare)
}

function linesAt(text: string, width: number, fontSize: number, widthOf: LineWidth): string[] {
  return wrapText(text, Math.max(1, width), (part) => widthOf(part, fontSize))
}

/** The writing on a note, wrapped to the paper's width and made as small as it takes to fit. */
export function layoutNote(note: Paper, widthOf: LineWidth): NoteLayout {
  const padding = notePadding(note)
  const [width, height] = [note.width - 2 * padding, note.height - 2 * padding]
  for (let fontSize = note.fontSize; ; fontSize *= shrinkStep) {
    const lines = linesAt(note.text, width, fontSize, widthOf)
    const shownMax = Math.max(1, Math.floor((height + 0.5) / (fontSize * lineHeight)))
    if (lines.length <= shownMax) return { lines, fontSize, padding }
    if (fontSize * shrinkStep < fontSizeMin) return { lines: lines.slice(0, shownMax), fontSize, padding }
  }
}

/** How tall the paper must be for the writing to fit at its size; never less tall than it is. */
export function grownHeight(note: Paper, widthOf: LineWidth): number {
  const padding = notePadding(note)
  const lines = linesAt(note.text, note.width - 2 * padding, note.fontSize, widthOf)
  const needed = Math.ceil(lines.length * note.fontSize * lineHeight + 2 * padding)
  // Taller paper has wider edges, which may take another line.
  return needed <= note.height ? note.height : grownHeight({ ...note, height: needed }, widthOf)
}
