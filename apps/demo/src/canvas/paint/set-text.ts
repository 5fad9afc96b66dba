import type { SetText } from '../export/to-svg.ts'
import type { Element } from '../model/element.ts'
import { layoutOf } from './paint-element.ts'
import { lineHeight, textFont } from './text-metrics.ts'

/** Measured at this size, for all of them. */
const sampleSize = 100
let baselineShare: number | undefined

/** From the top of a line to its baseline, as a share of the font size. */
function measureBaseline(): number {
  const context = document.createElement('canvas').getContext('2d')
  if (!context) return 1
  context.font = `${sampleSize}px ${textFont}`
  const { fontBoundingBoxAscent, fontBoundingBoxDescent } = context.measureText('x')
  return (lineHeight + (fontBoundingBoxAscent - fontBoundingBoxDescent) / sampleSize) / 2
}

function setLines(lines: readonly string[], fontSize: number, padding: number): SetText {
  baselineShare ??= measureBaseline()
  const first = padding + baselineShare * fontSize
  return { fontSize, lines: lines.map((text, index) => ({ text, x: padding, y: first + index * fontSize * lineHeight })) }
}

/** What is written in an element, line by line, as `paintElement` paints it. */
export function setText(element: Element): SetText | undefined {
  if (element.kind === 'text') return setLines(element.text.split('\n'), element.fontSize, 0)
  if (element.kind !== 'note') return undefined
  const { lines, fontSize, padding } = layoutOf(element)
  return setLines(lines, fontSize, padding)
}
