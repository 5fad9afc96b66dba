import type { ClientBinding, DocumentSummary, LoadedDocument, LogRow, StoredSnapshot } from '../relay/document-store.ts'

/** A document of the memory store: one name, whatever its life. */
export interface MemoryDocument {
  readonly name: string
  life: number
  generation: string
  isDeleted: boolean
  createdAt: number
  updatedAt: number
  snapshot: StoredSnapshot | undefined
  /** Rows after the snapshot. */
  rows: LogRow[]
  userByClient: Map<number, string>
}

export function emptyLife(name: string, life: number, generation: string, at: number): MemoryDocument {
  return {
    name,
    life,
    generation,
    isDeleted: false,
    createdAt: at,
    updatedAt: at,
    snapshot: undefined,
    rows: [],
    userByClient: new Map(),
  }
}

export function lastSeqOf(document: MemoryDocument): number {
  return (document.snapshot?.seq ?? 0) + document.rows.length
}

export function loadedFrom(document: MemoryDocument | undefined): LoadedDocument {
  if (document === undefined) return { type: 'absent' }
  if (document.isDeleted) return { type: 'deleted', generation: document.generation }
  const bindings: ClientBinding[] = [...document.userByClient].map(([client, user]) => ({ client, user }))
  return {
    type: 'live',
    generation: document.generation,
    seq: lastSeqOf(document),
    snapshot: document.snapshot,
    tail: document.rows.map((row) => row.update),
    bindings: bindings.toSorted((one, other) => one.client - other.client),
  }
}

export function summaryOf(document: MemoryDocument): DocumentSummary {
  const tailBytes = document.rows.reduce((sum, row) => sum + row.update.byteLength, 0)
  return {
    name: document.name,
    generation: document.generation,
    isDeleted: document.isDeleted,
    storedBytes: (document.snapshot?.update.byteLength ?? 0) + tailBytes,
    updateCount: lastSeqOf(document),
    createdAt: document.createdAt,
    updatedAt: document.updatedAt,
  }
}
