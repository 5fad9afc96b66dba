import { z } from 'zod'
import type { Element, PatchById } from '../model/element.ts'
import { elementPatchSchema, elementSchema } from '../model/element.ts'

const position = z.object({ x: z.number(), y: z.number() })

/** Most selected ids that others are told about. */
const selectionMax = 200
/** Most moving elements that others see moving; the rest jump when the drag ends. */
const patchesMax = 100

/** Hex only: the colour goes into other people's style sheets. */
export const personSchema = z.object({ name: z.string().trim().min(1).max(32), colour: z.string().regex(/^#[0-9a-f]{6}$/i) })
export type Person = z.infer<typeof personSchema>

const previewSchema = z.object({
  patches: z.array(z.object({ id: z.string().max(64), ...elementPatchSchema.shape })).max(patchesMax),
  draft: elementSchema.nullable(),
})
/** A drag, resize or stroke that is under way: seen by others, in nobody's document yet. */
export type Preview = z.infer<typeof previewSchema>

/** What one tab tells the others about its person. */
export const presenceSchema = z.object({
  person: personSchema,
  cursor: position.nullable().catch(null),
  selection: z.array(z.string().max(64)).max(selectionMax).catch([]),
  preview: previewSchema.nullable().catch(null),
})
export type Presence = z.infer<typeof presenceSchema>

/** Keeps a long stroke below the server's bound for presence (16 KiB), in numbers of about seven characters. */
const draftNumbersMax = 1_400

function boundDraft(draft: Element): Element {
  if (draft.kind !== 'freehand' || draft.points.length <= draftNumbersMax) return draft
  const pairs = draft.points.length / 2
  const step = Math.ceil(pairs / (draftNumbersMax / 2))
  const points = draft.points.filter((_, index) => Math.floor(index / 2) % step === 0 || index >= draft.points.length - 2)
  return { ...draft, points }
}

/** `null` where there is nothing to show. */
export function toPreview(patches: PatchById, draft: Element | undefined): Preview | null {
  if (patches.size === 0 && !draft) return null
  const list = [...patches].slice(0, patchesMax).map(([id, patch]) => ({ id, ...patch }))
  return { patches: list, draft: draft ? boundDraft(draft) : null }
}

export function toSelection(ids: ReadonlySet<string>): string[] {
  return [...ids].slice(0, selectionMax)
}
