import type { Theme } from '../../theme/palette.ts'
import { paperColour, softColour, solidColour } from '../../theme/palette.ts'
import type { Element, NoteElement } from '../model/element.ts'
import { layoutNote, noteShadow, type NoteLayout } from './note-layout.ts'
import { lineHeight, lineWidth, textFont } from './text-metrics.ts'
import { traceOutline, type OutlinedElement } from './trace-outline.ts'

/** The outlines of elements; an element that changes is another object, and its old outline goes with it. */
const outlines = new WeakMap<Element, Path2D>()

/** From the element's own corner, in scene units. */
function outlineOf(element: OutlinedElement): Path2D {
  const known = outlines.get(element)
  if (known) return known
  const path = new Path2D()
  traceOutline(path, element)
  outlines.set(element, path)
  return path
}

/** Where lines are broken takes long to find out. */
const layouts = new WeakMap<NoteElement, NoteLayout>()

/** How this device sets the writing on a note. */
export function layoutOf(note: NoteElement): NoteLayout {
  const layout = layouts.get(note) ?? layoutNote(note, lineWidth)
  layouts.set(note, layout)
  return layout
}

/** As the page would set it in a box of this line height: the text box lies exactly over it. */
function paintLines(context: CanvasRenderingContext2D, lines: readonly string[], fontSize: number): void {
  context.font = `${fontSize}px ${textFont}`
  const { fontBoundingBoxAscent, fontBoundingBoxDescent } = context.measureText('x')
  const lead = (fontSize * lineHeight - fontBoundingBoxAscent - fontBoundingBoxDescent) / 2
  for (const [index, line] of lines.entries()) {
    context.fillText(line, 0, index * fontSize * lineHeight + lead + fontBoundingBoxAscent)
  }
}

function paintNote(context: CanvasRenderingContext2D, note: NoteElement, theme: Theme): void {
  const { width, height, fill, stroke } = note
  const { lines, fontSize, padding } = layoutOf(note)
  context.fillStyle = `rgba(0, 0, 0, ${noteShadow.alpha})`
  context.fillRect(0, noteShadow.offset, width, height)
  context.fillStyle = paperColour(fill, theme)
  context.fillRect(0, 0, width, height)
  context.fillStyle = solidColour(stroke, theme)
  context.translate(padding, padding)
  paintLines(context, lines, fontSize)
  context.translate(-padding, -padding)
}

function paintOutlined(context: CanvasRenderingContext2D, element: OutlinedElement, theme: Theme): void {
  const outline = outlineOf(element)
  const isArea = element.kind === 'rectangle' || element.kind === 'ellipse'
  if (isArea && element.fill !== 'none') {
    context.fillStyle = softColour(element.fill, theme)
    context.fill(outline)
  }
  if (element.strokeWidth > 0) {
    context.strokeStyle = solidColour(element.stroke, theme)
    context.lineWidth = element.strokeWidth
    context.stroke(outline)
  }
}

/** Paints one element onto a context that is in scene units; leaves the context's transform as it was. */
export function paintElement(context: CanvasRenderingContext2D, element: Element, theme: Theme): void {
  const { x, y, rotation } = element
  const angle = (rotation * Math.PI) / 180
  context.translate(x, y)
  if (angle !== 0) context.rotate(angle)
  if (element.kind === 'text') {
    context.fillStyle = solidColour(element.stroke, theme)
    paintLines(context, element.text.split('\n'), element.fontSize)
  } else if (element.kind === 'note') paintNote(context, element, theme)
  else paintOutlined(context, element, theme)
  if (angle !== 0) context.rotate(-angle)
  context.translate(-x, -y)
}
