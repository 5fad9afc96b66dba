import { Dexie } from 'dexie'
import type { IndexedDbHost } from './store-connection.ts'
import { StoreError } from './store-error.ts'

/** A database that is not open yet, and that resolves a write only when the device has it. */
export function createDexie(databaseName: string, host: IndexedDbHost): Dexie {
  const dexie = new Dexie(databaseName, {
    autoOpen: false,
    cache: 'disabled',
    // Without `strict` a resolved write may still be only in the operating system's memory, and a power cut takes it.
    chromeTransactionDurability: 'strict',
    ...(host.indexedDB !== undefined && { indexedDB: host.indexedDB }),
    ...(host.keyRange !== undefined && { IDBKeyRange: host.keyRange }),
  })
  refuseToReopen(dexie)
  return dexie
}

/** Dexie opens a lost connection again by itself, and would not notice that the database is another one by now; our own reopening looks. */
function refuseToReopen(dexie: Dexie): void {
  let hasOpened = false
  const isSticky = true
  dexie.on(
    'ready',
    () => {
      if (hasOpened) throw new StoreError('connectionLost', 'the browser cut the connection to the local database')
      hasOpened = true
    },
    isSticky,
  )
}
