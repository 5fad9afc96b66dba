import { IndexeddbPersistence } from 'y-indexeddb'
import { checkUpdates } from './fold-updates.ts'
import { readYIndexedDb } from './read-y-indexeddb.ts'
import type { DocumentPersistence } from './document-persistence.ts'
import { StoreError } from './store-error.ts'

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
