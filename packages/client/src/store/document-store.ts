/** A document as this device has it. */
export interface LocalCopy {
  /** Life of the document on the server that this copy belongs to; `undefined` until a server was met. */
  readonly generation: string | undefined
  /** Yjs V1 updates; applied in order they give the document. */
  readonly updates: readonly Uint8Array[]
  /** Sequence number of the last update; 0 for a document without any. */
  readonly lastSeq: number
  /** Sequence numbers of local updates that no server has acknowledged as stored, ascending. */
  readonly dirtySeqs: readonly number[]
}

export interface UpdateToAppend {
  readonly update: Uint8Array
  /** Made on this device, so it is dirty until a receipt; otherwise it came from the server. */
  readonly isLocal: boolean
}

/** Why a local copy was set aside: its document was deleted or replaced on the server, or its edits were refused. */
export interface SetAsideReason {
  readonly code: string
  /** One sentence for a person. */
  readonly message: string
}

export interface SetAsideCopy {
  readonly id: number
  readonly name: string
  readonly generation: string | undefined
  readonly reason: SetAsideReason
  /** Device time, ms since the epoch; for display. */
  readonly at: number
  readonly sizeBytes: number
}

/** Something a person or the app should know. The store goes on where it can. */
export type StoreTrouble =
  | { readonly type: 'quotaExceeded' }
  | { readonly type: 'blocked' }
  | { readonly type: 'versionChanged' }
  | { readonly type: 'connectionLost' }
  | { readonly type: 'unavailable'; readonly message: string }

/** What every document store offers: keep updates, give them back. Promises reject with a `StoreError`; nothing is lost silently. */
export interface BasicDocumentStore {
  /** `undefined` where this device has no copy. Rejects rather than giving less than everything (P9). */
  load(name: string): Promise<LocalCopy | undefined>
  /** Appends in one transaction, and resolves with the updates' sequence numbers once it is complete. */
  append(name: string, updates: readonly UpdateToAppend[]): Promise<readonly number[]>
  close(): Promise<void>
}

/** The managed store: knows what is dirty, survives trouble, and sets copies aside instead of losing them. */
export interface DocumentStore extends BasicDocumentStore {
  /** These local updates are stored on the server. Repeats and unknown numbers are fine. */
  markStored(name: string, seqs: readonly number[]): Promise<void>
  /** Remembers which life of the document the copy belongs to. */
  setGeneration(name: string, generation: string): Promise<void>
  /** Names of documents with dirty updates, oldest dirt first. */
  listDirty(): Promise<readonly string[]>
  /** Folds the copy's updates into one without losing what is dirty. Safe beside other tabs that append. */
  compact(name: string): Promise<void>
  /** Moves the whole copy out of the way, keeping it exportable; the name is then absent. Resolves to `undefined` where there was none. */
  setAside(name: string, reason: SetAsideReason): Promise<SetAsideCopy | undefined>
  /** Keeps a loose piece of content (refused edits) beside the copies that were set aside. */
  setAsideUpdate(name: string, update: Uint8Array, reason: SetAsideReason): Promise<SetAsideCopy>
  listSetAside(): Promise<readonly SetAsideCopy[]>
  /** The copy as one Yjs V1 update, for export. `undefined` for an unknown id. */
  readSetAside(id: number): Promise<Uint8Array | undefined>
  discardSetAside(id: number): Promise<void>
  /** Tells of trouble as it happens. The returned function stops it. */
  onTrouble(listener: (trouble: StoreTrouble) => void): () => void
}
