import type {
  ClientBinding,
  DocumentSummary,
  KeptVerdict,
  LoadedDocument,
  LogRow,
  StoredSnapshot,
} from '../relay/document-store.ts'

/** A document of the memory store: one name, whatever its life. */
export interface MemoryDocument {
  readonly name: string
  life: number
  generation: string
  isDeleted: boolean
  createdAt: number
  updatedAt: number
  snapshot: StoredSnapshot | undefined
  snapshotAt: number | undefined
  /** Rows after the snapshot. */
  rows: LogRow[]
  userByClient: Map<number, string>
  /** By operation id. */
  readonly verdicts: Map<string, KeptVerdict>
}

/** `last`: the life before, whose verdicts go on. */
export function emptyLife(
  name: string,
  start: { readonly life: number; readonly generation: string; readonly at: number; readonly last: MemoryDocument | undefined },
): MemoryDocument {
  return {
    name,
    life: start.life,
    generation: start.generation,
    isDeleted: false,
    createdAt: start.at,
    updatedAt: start.at,
    snapshot: undefined,
    snapshotAt: undefined,
    rows: [],
    userByClient: new Map(),
    verdicts: start.last?.verdicts ?? new Map(),
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
    committedAt: { snapshot: document.snapshotAt, tail: Float64Array.from(document.rows, (row) => row.at) },
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
