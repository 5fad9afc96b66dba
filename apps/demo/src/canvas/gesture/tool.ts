import type { ElementKind } from '../model/element.ts'

export type Tool = 'select' | 'hand' | ElementKind

/** How the next element of a kind will look. */
export interface Style {
  readonly stroke: string
  readonly fill: string
  readonly strokeWidth: number
}

export const defaultStyles: Readonly<Record<ElementKind, Style>> = {
  rectangle: { stroke: 'blue', fill: 'blue', strokeWidth: 3 },
  ellipse: { stroke: 'violet', fill: 'violet', strokeWidth: 3 },
  line: { stroke: 'ink', fill: 'none', strokeWidth: 3 },
  freehand: { stroke: 'ink', fill: 'none', strokeWidth: 5 },
  text: { stroke: 'ink', fill: 'none', strokeWidth: 3 },
  note: { stroke: 'ink', fill: 'yellow', strokeWidth: 3 },
}

export function isFillable(kind: ElementKind): boolean {
  return kind === 'rectangle' || kind === 'ellipse' || kind === 'note'
}

/** What is written in has colours, but no outline. */
export function isOutlined(kind: ElementKind): boolean {
  return kind !== 'text' && kind !== 'note'
}
