import type { YIndexedDbImport } from './document-store.ts'
import { exportUpdates, foldUpdates } from './fold-updates.ts'
import type { ImportTarget } from './import-target.ts'
import { readYIndexedDb } from './read-y-indexeddb.ts'

export interface YIndexedDbImportOptions {
  /** The document that takes the content over. Default: the name of the database, as y-indexeddb apps usually have it. */
  readonly documentName?: string
  readonly indexedDB?: IDBFactory
}

/** Takes over what an app kept with y-indexeddb, once. The old database stays as it is. Rejects with a `StoreError` and imports nothing if it cannot all be read. */
export async function importYIndexedDb(
  databaseName: string,
  store: ImportTarget,
  options: YIndexedDbImportOptions = {},
): Promise<YIndexedDbImport> {
  const source = `y-indexeddb:${databaseName}`
  if (await store.isImported(source)) return 'alreadyImported'
  const updates = await readYIndexedDb(databaseName, options.indexedDB)
  if (updates === undefined) return 'nothing'
  // An old database often holds the same content many times over. What waits for missing updates is taken as it is.
  const folded = foldUpdates(updates)
  const toImport = folded === undefined ? updates : [folded]
  if (isEmptyUpdate(exportUpdates(toImport))) return 'nothing'
  const isFirst = await store.importOnce(source, options.documentName ?? databaseName, toImport)
  return isFirst ? 'imported' : 'alreadyImported'
}

/** No structs and no deletions: y-indexeddb writes such a row whenever it opens a new database. */
function isEmptyUpdate(update: Uint8Array): boolean {
  return update.byteLength === 2 && update[0] === 0 && update[1] === 0
}
