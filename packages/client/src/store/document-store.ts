/** A document as this device has it. */
export interface LocalCopy {
  /** Life of the document on the server that this copy belongs to; `undefined` until a server was met. */
  readonly generation: string | undefined
  /** Yjs V1 updates; applied in order they give the document. After compaction there are fewer of them than sequence numbers. */
  readonly updates: readonly Uint8Array[]
  /** The last sequence number given out under this name, also to copies that were set aside; 0 if there was none yet. */
  readonly lastSeq: number
  /**
   * Sequence numbers of local updates that no server has acknowledged as stored, ascending.
   * Compaction keeps them: the folded update contains what they stand for, and `markStored` still takes them.
   */
  readonly dirtySeqs: readonly number[]
}

export interface UpdateToAppend {
  /** Not to be changed until the append is settled. */
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

/**
 * Something a person or the app should know. The store goes on where it can.
 * - `quotaExceeded`: the device is full; calls reject until there is room again
 * - `blocked`: an older tab holds the database; calls wait until it lets go
 * - `versionChanged`: a newer tab upgrades or deletes the database; every call rejects until the page is reloaded
 * - `connectionLost`: the browser cut the connection and reopening did not help; a later call tries again
 * - `unavailable`: no IndexedDB, no permission, or its content was deleted behind the app's back
 * - `corrupt`: the copy of this document cannot be read; it can still be set aside
 */
export type StoreTrouble =
  | { readonly type: 'quotaExceeded' }
  | { readonly type: 'blocked' }
  | { readonly type: 'versionChanged' }
  | { readonly type: 'connectionLost' }
  | { readonly type: 'unavailable'; readonly message: string }
  | { readonly type: 'corrupt'; readonly message: string }

/**
 * What every document store offers: keep updates, give them back. Promises reject with a `StoreError`; nothing is lost silently.
 * Calls on one store take effect in the order in which they were made.
 */
export interface BasicDocumentStore {
  /** `undefined` where this device has no copy. Rejects rather than giving less than everything (P9). */
  load(name: string): Promise<LocalCopy | undefined>
  /** Appends in one transaction, and resolves with the updates' sequence numbers once it is complete. A number is never given out twice under one name. */
  append(name: string, updates: readonly UpdateToAppend[]): Promise<readonly number[]>
  /** Finishes what was called before; later calls reject with `closed`. */
  close(): Promise<void>
}

/** The managed store: knows what is dirty, survives trouble, and sets copies aside instead of losing them. */
export interface DocumentStore extends BasicDocumentStore {
  /**
   * With `generation`, rejects with `otherGeneration` where the copy belongs to another life of the document (a frozen tab that comes back
   * must not write the old life's edits into the new one), and gives its generation to a copy that has none.
   */
  append(name: string, updates: readonly UpdateToAppend[], generation?: string): Promise<readonly number[]>
  /** These local updates are stored on the server. Repeats and unknown numbers are fine. */
  markStored(name: string, seqs: readonly number[]): Promise<void>
  /** Remembers which life of the document the copy belongs to, making an empty copy where there is none. Rejects with `otherGeneration` where the copy has another one: set it aside first. */
  setGeneration(name: string, generation: string): Promise<void>
  /** Names of documents with dirty updates, oldest dirt first. */
  listDirty(): Promise<readonly string[]>
  /** Folds the copy's updates into one without losing what is dirty. Safe beside other tabs that append. */
  compact(name: string): Promise<void>
  /** Moves the whole copy out of the way, readable or not, keeping it exportable; the name is then absent. Resolves to `undefined` where there was none. */
  setAside(name: string, reason: SetAsideReason): Promise<SetAsideCopy | undefined>
  /** Keeps a loose piece of content (refused edits) beside the copies that were set aside. */
  setAsideUpdate(name: string, update: Uint8Array, reason: SetAsideReason): Promise<SetAsideCopy>
  listSetAside(): Promise<readonly SetAsideCopy[]>
  /** The copy as one Yjs V1 update, for export. `undefined` for an unknown id; rejects with `corrupt` where it cannot be read. */
  readSetAside(id: number): Promise<Uint8Array | undefined>
  discardSetAside(id: number): Promise<void>
  /** Tells of trouble as it happens. The returned function stops it. */
  onTrouble(listener: (trouble: StoreTrouble) => void): () => void
}

/**
 * - `imported`: the content was appended to the document, as local updates without a receipt
 * - `alreadyImported`: this store took it over before; edits made in the old database since are not looked at
 * - `nothing`: there is no such database, or no content in it
 */
export type YIndexedDbImport = 'imported' | 'alreadyImported' | 'nothing'
