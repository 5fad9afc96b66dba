import type { Theme } from '../../theme/palette.ts'
import { paperColour, softColour, solidColour } from '../../theme/palette.ts'
import type { Box } from '../geometry/box.ts'
import type { Element } from '../model/element.ts'
import { noteShadow } from '../paint/note-layout.ts'
import { traceOutline, type OutlinedElement } from '../paint/trace-outline.ts'
import { escapeXml } from './escape-xml.ts'
import { createSvgPath } from './svg-path.ts'

/** A line of writing, from the element's own corner to the start of its baseline, in scene units. */
export interface SetLine {
  readonly text: string
  readonly x: number
  readonly y: number
}

export interface SetText {
  readonly fontSize: number
  readonly lines: readonly SetLine[]
}

export interface SvgOptions {
  readonly box: Box
  readonly theme: Theme
  /** CSS colour of the ground; transparent without. */
  readonly paper: string | undefined
  readonly font: string
  /** How this device sets what is written in an element; `undefined` where nothing is. */
  readonly setText: (element: Element) => SetText | undefined
}

function outlineOf(element: OutlinedElement, theme: Theme): string {
  const path = createSvgPath()
  traceOutline(path, element)
  const isFilled = !('points' in element) && element.fill !== 'none'
  const fill = isFilled ? escapeXml(softColour(element.fill, theme)) : 'none'
  const stroke = element.strokeWidth > 0 ? escapeXml(solidColour(element.stroke, theme)) : 'none'
  return `<path d="${path.d()}" fill="${fill}" stroke="${stroke}" stroke-width="${element.strokeWidth}"/>`
}

function writingOf(element: Element, { setText, theme }: SvgOptions): string {
  const set = setText(element)
  if (!set) return ''
  const lines = set.lines.map(({ text, x, y }) => `<tspan x="${x}" y="${y}">${escapeXml(text)}</tspan>`).join('')
  return `<text font-size="${set.fontSize}" fill="${escapeXml(solidColour(element.stroke, theme))}" xml:space="preserve">${lines}</text>`
}

function shapeOf(element: Element, theme: Theme): string {
  if (element.kind === 'text') return ''
  if (element.kind !== 'note') return outlineOf(element, theme)
  const { width, height, fill } = element
  const shadow = `<rect y="${noteShadow.offset}" width="${width}" height="${height}" fill="#000000" fill-opacity="${noteShadow.alpha}"/>`
  return `${shadow}<rect width="${width}" height="${height}" fill="${escapeXml(paperColour(fill, theme))}"/>`
}

function groupOf(element: Element, options: SvgOptions): string {
  const { x, y, rotation } = element
  const turn = rotation === 0 ? '' : ` rotate(${rotation})`
  return `<g transform="translate(${x} ${y})${turn}">${shapeOf(element, options.theme)}${writingOf(element, options)}</g>`
}

/** The elements, from the bottom up, as an SVG file of their own: no script, nothing fetched, and what is written in them stays writing. */
export function toSvg(elements: readonly Element[], options: SvgOptions): string {
  const { box, paper, font } = options
  const ground =
    paper === undefined ? [] : [`<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" fill="${paper}"/>`]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${box.width}" height="${box.height}" viewBox="${box.x} ${box.y} ${box.width} ${box.height}"`,
    ` font-family="${escapeXml(font)}" stroke-linecap="round" stroke-linejoin="round">`,
    ...ground,
    ...elements.map((element) => groupOf(element, options)),
    '</svg>',
  ].join('\n')
}
