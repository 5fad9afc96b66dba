import { z } from 'zod'
import { coordinateMax } from '../geometry/round.ts'

const coordinate = z.number().min(-coordinateMax).max(coordinateMax)
const length = z.number().min(0).max(coordinateMax)
/** A name of the palette, or any CSS colour (which another program may have written). */
const colour = z.string().min(1).max(64)

const common = {
  id: z.string().min(1).max(64),
  x: coordinate,
  y: coordinate,
  width: length,
  height: length,
  /** Degrees, clockwise, about the top left corner (`x`, `y`). */
  rotation: z.number().min(-360).max(360).default(0),
  /** Higher is nearer to the viewer; equal ones are ordered by id. */
  order: z.number().default(0),
  stroke: colour.default('ink'),
  fill: colour.default('none'),
  strokeWidth: z.number().min(0).max(100).default(3),
  /** Device time of the last change, ms since the epoch. */
  updatedAt: z.number().default(0),
}

/** Most numbers in `points`: ten thousand points. */
const pointNumbersMax = 20_000
/** `[x0, y0, x1, y1, …]` as shares of width and height, so that a resize leaves them alone. */
const points = z.array(z.number().min(-1).max(2)).min(4).max(pointNumbersMax)

export const textLengthMax = 5_000
export const fontSizeMax = 2_000

const elementSchema = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.literal('rectangle') }),
  z.object({ ...common, kind: z.literal('ellipse') }),
  z.object({ ...common, kind: z.literal('line'), points: points.default([0, 0, 1, 1]) }),
  z.object({ ...common, kind: z.literal('freehand'), points }),
  z.object({
    ...common,
    kind: z.literal('text'),
    text: z.string().max(textLengthMax),
    fontSize: z.number().min(1).max(fontSizeMax).default(24),
  }),
  /** Coloured paper (`fill`) with writing (`stroke`), which is wrapped and made as small as fits. */
  z.object({
    ...common,
    fill: colour.default('yellow'),
    kind: z.literal('note'),
    text: z.string().max(textLengthMax).default(''),
    fontSize: z.number().min(1).max(fontSizeMax).default(20),
  }),
])

export { elementSchema }
export type Element = z.infer<typeof elementSchema>
export type ElementKind = Element['kind']
export type LineElement = Extract<Element, { kind: 'line' }>
export type NoteElement = Extract<Element, { kind: 'note' }>
export type TextElement = Extract<Element, { kind: 'text' }>
/** What is written in: a text of its own, or one on paper. */
export type WrittenElement = TextElement | NoteElement

/** What may change about an element once it exists. */
export const elementPatchSchema = z.object({
  x: coordinate.optional(),
  y: coordinate.optional(),
  width: length.optional(),
  height: length.optional(),
  rotation: z.number().min(-360).max(360).optional(),
  order: z.number().optional(),
  stroke: colour.optional(),
  fill: colour.optional(),
  strokeWidth: z.number().min(0).max(100).optional(),
  points: points.optional(),
  text: z.string().max(textLengthMax).optional(),
  fontSize: z.number().min(1).max(fontSizeMax).optional(),
})
export type ElementPatch = z.infer<typeof elementPatchSchema>
export type PatchById = ReadonlyMap<string, ElementPatch>

function patchCommon(element: Element, patch: ElementPatch) {
  return {
    x: patch.x ?? element.x,
    y: patch.y ?? element.y,
    width: patch.width ?? element.width,
    height: patch.height ?? element.height,
    rotation: patch.rotation ?? element.rotation,
    order: patch.order ?? element.order,
    stroke: patch.stroke ?? element.stroke,
    fill: patch.fill ?? element.fill,
    strokeWidth: patch.strokeWidth ?? element.strokeWidth,
  }
}

/** The element as it would be with the patch; fields that its kind does not have are ignored. */
export function patchElement(element: Element, patch: ElementPatch): Element {
  const common = patchCommon(element, patch)
  switch (element.kind) {
    case 'rectangle':
    case 'ellipse':
      return { ...element, ...common }
    case 'line':
    case 'freehand':
      return { ...element, ...common, points: patch.points ?? element.points }
    case 'text':
    case 'note':
      return { ...element, ...common, text: patch.text ?? element.text, fontSize: patch.fontSize ?? element.fontSize }
  }
}
