import { IndexeddbPersistence } from 'y-indexeddb'
import type { Doc } from 'yjs'
import { checkUpdates } from './fold-updates.ts'
import { readYIndexedDb } from './read-y-indexeddb.ts'
import { StoreError } from './store-error.ts'

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

export interface YIndexedDbPersistenceOptions {
  /** Default: the document's name, as y-indexeddb apps usually have it. */
  readonly databaseNameOf?: (name: string) => string
}

/** Plain y-indexeddb, one database a document, in the page's own IndexedDB. */
export function createYIndexedDbPersistence({
  databaseNameOf = (name) => name,
}: YIndexedDbPersistenceOptions = {}): DocumentPersistence {
  return {
    attach: (name, doc) => {
      const databaseName = databaseNameOf(name)
      const { promise: whenLoaded, resolve, reject } = Promise.withResolvers<void>()
      let isDestroyed = false
      let persistence: IndexeddbPersistence | undefined
      const load = async (): Promise<void> => {
        await checkReadable(databaseName)
        if (isDestroyed) return
        persistence = new IndexeddbPersistence(databaseName, doc)
        await persistence.whenSynced
      }
      load().then(resolve, reject)
      return {
        whenLoaded,
        destroy: async () => {
          isDestroyed = true
          reject(new StoreError('closed', `${name} was closed while it was loading`))
          await persistence?.destroy()
        },
      }
    },
  }
}

/** y-indexeddb never settles where the database cannot be opened or holds a damaged row, so both are found out before it starts. */
async function checkReadable(databaseName: string): Promise<void> {
  const updates = await readYIndexedDb(databaseName)
  if (updates !== undefined) checkUpdates(updates)
}
