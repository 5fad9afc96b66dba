/** One accepted update, exactly the bytes that were admitted (Yjs V1). */
export interface LogRow {
  readonly update: Uint8Array
  /** Who sent it, stamped by the server; `null` under auth none. */
  readonly user: string | null
  /** Server time, ms since the epoch. */
  readonly at: number
}

/** A Yjs client id that from now on belongs to a user of the tenant, in this document. */
export interface ClientBinding {
  readonly client: number
  readonly user: string
}

/** What became of an operation, for good: written with the rows that carry its effect, or it could take effect twice. Never changed, never deleted. */
export interface KeptVerdict {
  readonly operationId: string
  /** Who sent it; `null` under auth none. */
  readonly user: string | null
  /** Over everything that the operation intends: another intention under the same id is found out by it. */
  readonly intentionHash: string
  /** JSON of whoever judged it; the store makes nothing of it. */
  readonly verdict: string
  /** Server time, ms since the epoch. */
  readonly at: number
}

export interface AppendRequest {
  readonly document: string
  /** The life of the document that the rows were admitted against. */
  readonly generation: string
  /** The last sequence number the writer knows; 0 creates a document that does not exist yet. */
  readonly afterSeq: number
  readonly rows: readonly LogRow[]
  /** Bindings to record in the same transaction. */
  readonly bindings: readonly ClientBinding[]
  /** Verdicts to keep in the same transaction. */
  readonly verdicts?: readonly KeptVerdict[]
}

/** `stale`: the document has moved on (another writer, a deletion, another generation), or an operation has its verdict; nothing was written. */
export type AppendResult = { readonly type: 'committed'; readonly seq: number } | { readonly type: 'stale' }

export interface StoredSnapshot {
  /** Covers every row up to and including this sequence number. */
  readonly seq: number
  /** The state as one Yjs V1 update. */
  readonly update: Uint8Array
  /** What a room that holds this state knows of it (`admission/known-state-bytes.ts`). */
  readonly known: Uint8Array
}

export type LoadedDocument =
  | { readonly type: 'absent' }
  | {
      readonly type: 'live'
      readonly generation: string
      readonly seq: number
      readonly snapshot: StoredSnapshot | undefined
      /** Rows after the snapshot, in order, without gaps. */
      readonly tail: readonly Uint8Array[]
      /** Server times, ms since the epoch: when the snapshot was made (everything in it is older), and of each row of the tail. */
      readonly committedAt: { readonly snapshot: number | undefined; readonly tail: Float64Array }
      readonly bindings: readonly ClientBinding[]
    }
  | { readonly type: 'deleted'; readonly generation: string }

/** Facts about a document for people and operators. Times are ms since the epoch. */
export interface DocumentSummary {
  readonly name: string
  readonly generation: string
  readonly isDeleted: boolean
  /** Snapshot and tail together. */
  readonly storedBytes: number
  readonly updateCount: number
  readonly createdAt: number
  readonly updatedAt: number
}

/**
 * The documents of one tenant. Every promise rejects with an error where the disk, a checksum or a codec fails:
 * a failed load is never an empty document (P9), and a rejected append has written nothing.
 */
export interface TenantDocuments {
  /** Generation that the first write of a name gives it: the same for every caller, until the database starts another epoch. */
  firstGeneration(): string
  load(document: string): Promise<LoadedDocument>
  /** Resolves once the rows are durable (fsync). Appends made together are committed together. */
  append(request: AppendRequest): Promise<AppendResult>
  /** Those of the operations that have one, in this or any earlier life of the document; in no particular order. */
  verdicts(document: string, operationIds: readonly string[]): Promise<readonly KeptVerdict[]>
  /** By name, strictly after `after`, at most `limit`. */
  list(page: {
    readonly after: string
    readonly limit: number
    readonly includeDeleted: boolean
  }): Promise<readonly DocumentSummary[]>
  /** Leaves a tombstone. Resolves to `false` where there is no live document of that name. */
  delete(document: string): Promise<boolean>
  /** Brings a deleted document back with its last content, under another generation; `undefined` where it is not deleted. */
  restore(document: string): Promise<string | undefined>
  /** Starts an empty life of a name that is absent or deleted, under another generation; `undefined` where it is live. */
  create(document: string): Promise<string | undefined>
  /**
   * Folds the log into a snapshot off the main thread and archives the covered rows, in one transaction.
   * `undefined` where there was nothing to fold or the log could not be folded (then it is kept as it is, and the bad row is quarantined).
   */
  compact(document: string): Promise<StoredSnapshot | undefined>
}

/** Durable home of all documents. There is no unscoped call: everything goes through a tenant. */
export interface DocumentStore {
  tenant(tenant: string): TenantDocuments
  /** Resolves when a write and read have just worked. */
  probe(): Promise<void>
  /** Finishes what was begun, then closes. */
  close(): Promise<void>
}
