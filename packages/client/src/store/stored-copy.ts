import type { LocalCopy } from './document-store.ts'
import { StoreError } from './store-error.ts'
import { dirtyRowSchema, documentRowSchema, parseRow, updateRowSchema } from './stored-rows.ts'
import type { DirtyRow, DocumentRow, UpdateRow } from './stored-rows.ts'

/** Everything stored under a name, as it came out of the database in one read. */
export interface RawCopy {
  readonly document: unknown
  readonly updates: readonly unknown[]
  readonly dirty: readonly unknown[]
}

/** A copy whose rows were checked and found whole. */
export interface StoredCopy {
  readonly document: DocumentRow
  readonly updates: readonly UpdateRow[]
  readonly dirty: readonly DirtyRow[]
}

/** Checks a copy; `undefined` where there is none. Throws `corrupt` for anything that is not whole (P9: never less than everything). */
export function checkCopy(name: string, raw: RawCopy): StoredCopy | undefined {
  const what = `document ${name}`
  const updates = raw.updates.map((row) => parseRow(updateRowSchema, row, what))
  const dirty = raw.dirty.map((row) => parseRow(dirtyRowSchema, row, what))
  const document = raw.document === undefined ? undefined : parseRow(documentRowSchema, raw.document, what)
  if (document === undefined || !document.isPresent) {
    if (updates.length > 0 || dirty.length > 0)
      throw new StoreError('corrupt', `${what} has content but no entry in the local database`)
    return undefined
  }
  if (!coversEverySeq(document, updates)) throw new StoreError('corrupt', `${what} misses updates in the local database`)
  if (dirty.some((row) => row.seq < document.firstSeq || row.seq > document.lastSeq)) {
    throw new StoreError('corrupt', `${what} misses unsent updates in the local database`)
  }
  return { document, updates, dirty }
}

function coversEverySeq(document: DocumentRow, updates: readonly UpdateRow[]): boolean {
  let nextSeq = document.firstSeq
  for (const row of updates) {
    if (row.fromSeq !== nextSeq || row.seq < row.fromSeq) return false
    nextSeq = row.seq + 1
  }
  return nextSeq === document.lastSeq + 1
}

export function toLocalCopy(copy: StoredCopy): LocalCopy {
  return {
    generation: copy.document.generation,
    updates: copy.updates.map((row) => row.update),
    lastSeq: copy.document.lastSeq,
    dirtySeqs: copy.dirty.map((row) => row.seq),
  }
}

/** The entry of a name that has no copy, ready to be filled; what it knew of earlier copies stays. */
export function startCopy(name: string, before: DocumentRow | undefined): DocumentRow {
  const lastSeq = before?.lastSeq ?? 0
  return { name, isPresent: true, firstSeq: lastSeq + 1, lastSeq, rowCount: 0 }
}

/** The entry after its copy was moved away. */
export function endCopy(before: DocumentRow): DocumentRow {
  return { name: before.name, isPresent: false, firstSeq: before.lastSeq + 1, lastSeq: before.lastSeq, rowCount: 0 }
}
