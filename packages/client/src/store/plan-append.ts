import type { UpdateToAppend } from './document-store.ts'
import { StoreError } from './store-error.ts'
import { startCopy } from './stored-copy.ts'
import type { DirtyRow, DocumentRow, UpdateRow } from './stored-rows.ts'

/** One caller's append, waiting to be written together with others. */
export interface AppendRequest {
  readonly name: string
  readonly updates: readonly UpdateToAppend[]
  readonly generation: string | undefined
}

/** Numbers for the caller, or why nothing of its call is written. */
export type AppendOutcome = { readonly seqs: readonly number[] } | { readonly refused: StoreError }

/** What a batch of appends writes, and what its callers are told once that is complete. */
export interface AppendPlan {
  readonly documents: readonly DocumentRow[]
  readonly updates: readonly UpdateRow[]
  readonly dirty: readonly DirtyRow[]
  /** In the order of the requests. */
  readonly outcomes: readonly AppendOutcome[]
}

/** Numbers the updates of a batch. `documentByName` holds the present entries and is brought up to date. */
export function planAppend(documentByName: Map<string, DocumentRow>, requests: readonly AppendRequest[], at: number): AppendPlan {
  const updates: UpdateRow[] = []
  const dirty: DirtyRow[] = []
  const changed = new Set<string>()
  const outcomes = requests.map(({ name, updates: toAppend, generation }): AppendOutcome => {
    const before = documentByName.get(name)
    const document = before?.isPresent === true ? before : startCopy(name, before)
    if (generation !== undefined && document.generation !== undefined && document.generation !== generation) {
      return { refused: otherGeneration(name) }
    }
    if (toAppend.length === 0) return { seqs: [] }
    const seqs = toAppend.map(({ update, isLocal }, index) => {
      const seq = document.lastSeq + 1 + index
      updates.push({ name, seq, fromSeq: seq, update: ownBytes(update) })
      if (isLocal) dirty.push({ name, seq, at })
      return seq
    })
    const dirtySince = document.dirtySince ?? (toAppend.some(({ isLocal }) => isLocal) ? at : undefined)
    documentByName.set(name, {
      ...document,
      ...(generation !== undefined && { generation }),
      ...(dirtySince !== undefined && { dirtySince }),
      lastSeq: document.lastSeq + seqs.length,
      rowCount: document.rowCount + seqs.length,
    })
    changed.add(name)
    return { seqs }
  })
  const documents = [...documentByName.values()].filter(({ name }) => changed.has(name))
  return { documents, updates, dirty, outcomes }
}

export function otherGeneration(name: string): StoreError {
  return new StoreError('otherGeneration', `the copy of ${name} on this device belongs to another life of the document`)
}

/** IndexedDB clones the whole buffer behind a view: an update cut out of a 16 MiB frame would be kept as 16 MiB. */
function ownBytes(update: Uint8Array): Uint8Array {
  return update.byteLength === update.buffer.byteLength ? update : update.slice()
}
