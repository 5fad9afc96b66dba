import type { Element, ElementKind } from './element.ts'

const kindNames: Readonly<Record<ElementKind, string>> = {
  rectangle: 'Rectangle',
  ellipse: 'Ellipse',
  line: 'Line',
  freehand: 'Drawing',
  text: 'Text',
  note: 'Note',
}

/** Of what is written so much is read out, in letters. */
const quoteMax = 80

function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  if (line === '') return ', empty'
  return `: ${line.length > quoteMax ? `${line.slice(0, quoteMax)} …` : line}`
}

/** An element in words, for whoever cannot see it. */
export function describeElement(element: Element): string {
  const { kind, stroke, fill } = element
  const isArea = kind === 'rectangle' || kind === 'ellipse' || kind === 'note'
  const colour = isArea && fill !== 'none' ? fill : stroke
  return `${kindNames[kind]}, ${colour}${'text' in element ? quote(element.text) : ''}`
}

/** What is selected, of how much: `Note, yellow: buy milk. 3 of 12.` */
export function describeSelection(selected: readonly Element[], elements: readonly Element[]): string {
  const [only] = selected
  if (!only) return ''
  if (selected.length > 1) return `${selected.length} of ${elements.length} selected.`
  return `${describeElement(only)}. ${elements.indexOf(only) + 1} of ${elements.length}.`
}
