import { z } from 'zod'
import { StoreError } from './store-error.ts'
import { toStoreError } from './store-failure.ts'

const updatesStore = 'updates'
const rowsSchema = z.array(z.custom<Uint8Array>((row) => row instanceof Uint8Array))

/** Reads all updates of a y-indexeddb database; `undefined` where there is none (and none is made). Rejects with a `StoreError`, never giving a part. */
export async function readYIndexedDb(
  databaseName: string,
  indexedDB: IDBFactory | undefined = globalThis.indexedDB,
): Promise<readonly Uint8Array[] | undefined> {
  try {
    const database = await openExisting(databaseName, indexedDB)
    if (database === undefined) return undefined
    try {
      if (!database.objectStoreNames.contains(updatesStore)) return undefined
      const rows = rowsSchema.safeParse(await readAll(database))
      if (!rows.success)
        throw new StoreError('corrupt', `the y-indexeddb database ${databaseName} holds something other than updates`)
      return rows.data
    } finally {
      database.close()
    }
  } catch (error) {
    throw toStoreError(error)
  }
}

function openExisting(databaseName: string, indexedDB: IDBFactory | undefined): Promise<IDBDatabase | undefined> {
  if (indexedDB === undefined) return Promise.reject(new StoreError('unavailable', 'this browser has no IndexedDB here'))
  const { promise, resolve, reject } = Promise.withResolvers<IDBDatabase | undefined>()
  const request = indexedDB.open(databaseName)
  let isNew = false
  request.addEventListener('upgradeneeded', () => {
    // Opening would make the database; aborting unmakes it.
    isNew = true
    request.transaction?.abort()
  })
  request.addEventListener('error', (event) => {
    event.preventDefault()
    if (isNew) resolve(undefined)
    else reject(request.error ?? new StoreError('unavailable', `the y-indexeddb database ${databaseName} cannot be opened`))
  })
  request.addEventListener('success', () => resolve(request.result))
  return promise
}

function readAll(database: IDBDatabase): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const transaction = database.transaction(updatesStore, 'readonly')
  const request = transaction.objectStore(updatesStore).getAll()
  transaction.addEventListener('complete', () => resolve(request.result))
  transaction.addEventListener('abort', () => reject(transaction.error ?? new DOMException('reading was aborted', 'AbortError')))
  return promise
}
