import { z } from 'zod'
import type { Element, PatchById } from '../model/element.ts'
import { elementPatchSchema, elementSchema } from '../model/element.ts'

const position = z.object({ x: z.number(), y: z.number() })

/** Most selected ids, and most moving elements, that are read of somebody. */
const readMax = { selection: 200, patches: 100 }
/** Most that are told: all together stays below the server's 16 KiB. What moves beyond that jumps when the drag ends. */
const toldMax = { selection: 100, patches: 80 }

/** Hex only: the colour goes into other people's style sheets. */
export const personSchema = z.object({ name: z.string().trim().min(1).max(32), colour: z.string().regex(/^#[0-9a-f]{6}$/i) })
export type Person = z.infer<typeof personSchema>

const previewSchema = z.object({
  patches: z.array(z.object({ id: z.string().max(64), ...elementPatchSchema.shape })).max(readMax.patches),
  draft: elementSchema.nullable(),
})
/** A drag, resize or stroke that is under way: seen by others, in nobody's document yet. */
export type Preview = z.infer<typeof previewSchema>

/** The farthest and largest a view can be said to be, in scene units: a camera still gets there. */
const viewMax = 1e9
const viewPlace = z.number().min(-viewMax).max(viewMax)
const viewLength = z.number().positive().max(viewMax)
/** What somebody sees of the scene, from the top left corner. */
const viewSchema = z.object({ x: viewPlace, y: viewPlace, width: viewLength, height: viewLength })

/** What one tab tells the others about its person. */
export const presenceSchema = z.object({
  person: personSchema,
  cursor: position.nullable().catch(null),
  selection: z.array(z.string().max(64)).max(readMax.selection).catch([]),
  preview: previewSchema.nullable().catch(null),
  /** Whose view this person follows, by the id of that tab. */
  following: z.int().nullable().catch(null),
  /** Told only while somebody follows. */
  view: viewSchema.nullable().catch(null),
})
export type Presence = z.infer<typeof presenceSchema>

/** Keeps a long stroke below the server's bound for presence (16 KiB), in numbers of about seven characters. */
const draftNumbersMax = 1_400

/** Of a long text others see the beginning until it is in the document: letters have up to four bytes. */
const previewTextMax = 1_500

const boundText = <T extends { readonly text?: string | undefined }>(written: T): T =>
  written.text === undefined ? written : { ...written, text: written.text.slice(0, previewTextMax) }

function boundDraft(draft: Element): Element {
  if (draft.kind === 'text' || draft.kind === 'note') return boundText(draft)
  if (draft.kind !== 'freehand') return draft
  const pairs = draft.points.length / 2
  const step = Math.ceil(pairs / (draftNumbersMax / 2))
  const points = draft.points.filter((_, index) => Math.floor(index / 2) % step === 0 || index >= draft.points.length - 2)
  // Presence is JSON: what takes four bytes in a document may have thirteen digits there.
  return { ...draft, points: points.map((share) => Math.round(share * 10_000) / 10_000) }
}

/** `null` where there is nothing to show. */
export function toPreview(patches: PatchById, draft: Element | undefined): Preview | null {
  if (patches.size === 0 && !draft) return null
  const list = [...patches].slice(0, toldMax.patches).map(([id, patch]) => ({ id, ...boundText(patch) }))
  return { patches: list, draft: draft ? boundDraft(draft) : null }
}

export function toSelection(ids: ReadonlySet<string>): string[] {
  return [...ids].slice(0, toldMax.selection)
}
