import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import * as Y from 'yjs'
import { z } from 'zod'

/** The history of one document as the updates that its author's device sent, one per edit. */
export interface EditingTrace {
  readonly updates: readonly Uint8Array[]
  /** The text after the last update, in the root `text`. */
  readonly endContent: string
  readonly isGenerated: boolean
}

const traceFile = new URL('../../../shared/data/automerge-paper.json.gz', import.meta.url)
const traceSchema = z.object({
  startContent: z.literal(''),
  endContent: z.string(),
  txns: z.array(z.object({ patches: z.array(z.tuple([z.int(), z.int(), z.string()])) })),
})
type Patch = readonly [position: number, deleted: number, inserted: string]

const editsGenerated = 260_000

/**
 * The 260,000 single-character edits of a real paper (josephg/editing-traces, automerge-paper) where that file is at hand,
 * otherwise a generated typing session of the same length. `editsMax` cuts it short.
 */
export function readEditingTrace(editsMax: number): EditingTrace {
  const isGenerated = !existsSync(traceFile)
  const edits = isGenerated ? generateEdits() : readEdits()
  const doc = new Y.Doc()
  const text = doc.getText('text')
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (const patches of edits.slice(0, editsMax)) {
    doc.transact(() => {
      for (const [position, deleted, inserted] of patches) {
        if (deleted > 0) text.delete(position, deleted)
        if (inserted !== '') text.insert(position, inserted)
      }
    })
  }
  return { updates, endContent: text.toJSON(), isGenerated }
}

function readEdits(): readonly (readonly Patch[])[] {
  const trace = traceSchema.parse(JSON.parse(gunzipSync(readFileSync(traceFile)).toString('utf8')))
  return trace.txns.map(({ patches }) => patches)
}

/** A person typing: runs at a cursor, now and then a jump or a few characters taken back (about the trace's share of deletions). */
function generateEdits(): readonly (readonly Patch[])[] {
  const edits: (readonly Patch[])[] = []
  let seed = 1
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  let length = 0
  let cursor = 0
  while (edits.length < editsGenerated) {
    if (random(60) === 0) cursor = random(length + 1)
    if (cursor > 0 && random(10) < 3) {
      cursor -= 1
      length -= 1
      edits.push([[cursor, 1, '']])
    } else {
      edits.push([[cursor, 0, String.fromCharCode(97 + random(26))]])
      cursor += 1
      length += 1
    }
  }
  return edits
}
