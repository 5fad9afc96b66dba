import type { Doc } from 'yjs'

/** A `Y.Doc` that keeps itself on this device. */
export interface AttachedDocument {
  /**
   * Resolves when the doc holds everything that this device has; rejects with a `StoreError` where that cannot be read, and then the doc
   * is not attached and is not to be shown as empty.
   */
  readonly whenLoaded: Promise<void>
  /** Detaches the doc and closes its database. What was edited before is still written; nobody can be told whether that worked. */
  destroy(): Promise<void>
}

/**
 * Persistence that binds itself to a `Y.Doc` and writes without telling when, or whether, a write was completed: hence no `device`
 * receipt, no dirty rows and no background upload.
 */
export interface DocumentPersistence {
  /** Loads into the doc (origin: not the caller's) and from then on keeps every update of it. */
  attach(name: string, doc: Doc): AttachedDocument
}
