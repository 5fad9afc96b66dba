import type { Theme } from '../../theme/palette.ts'
import { softColour, solidColour } from '../../theme/palette.ts'
import type { Element } from '../model/element.ts'
import { lineHeight, textFont } from './text-metrics.ts'
import { traceOutline } from './trace-outline.ts'

/** The outlines of elements; an element that changes is another object, and its old outline goes with it. */
const outlines = new WeakMap<Element, Path2D>()

/** From the element's own corner, in scene units. */
function outlineOf(element: Exclude<Element, { kind: 'text' }>): Path2D {
  const known = outlines.get(element)
  if (known) return known
  const path = new Path2D()
  traceOutline(path, element)
  outlines.set(element, path)
  return path
}

/** As the page would set it in a box of this line height: the text box lies exactly over it. */
function paintText(context: CanvasRenderingContext2D, { text, fontSize }: Extract<Element, { kind: 'text' }>): void {
  context.font = `${fontSize}px ${textFont}`
  const { fontBoundingBoxAscent, fontBoundingBoxDescent } = context.measureText('x')
  const lead = (fontSize * lineHeight - fontBoundingBoxAscent - fontBoundingBoxDescent) / 2
  for (const [index, line] of text.split('\n').entries()) {
    context.fillText(line, 0, index * fontSize * lineHeight + lead + fontBoundingBoxAscent)
  }
}

/** Paints one element onto a context that is in scene units; leaves the context's transform as it was. */
export function paintElement(context: CanvasRenderingContext2D, element: Element, theme: Theme): void {
  const { x, y, rotation, stroke, fill, strokeWidth } = element
  const angle = (rotation * Math.PI) / 180
  context.translate(x, y)
  if (angle !== 0) context.rotate(angle)
  if (element.kind === 'text') {
    context.fillStyle = solidColour(stroke, theme)
    paintText(context, element)
  } else {
    const outline = outlineOf(element)
    const isArea = element.kind === 'rectangle' || element.kind === 'ellipse'
    if (isArea && fill !== 'none') {
      context.fillStyle = softColour(fill, theme)
      context.fill(outline)
    }
    if (strokeWidth > 0) {
      context.strokeStyle = solidColour(stroke, theme)
      context.lineWidth = strokeWidth
      context.stroke(outline)
    }
  }
  if (angle !== 0) context.rotate(-angle)
  context.translate(-x, -y)
}
