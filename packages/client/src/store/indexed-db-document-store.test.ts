import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { describe, test } from 'vitest'
import {
  basicDocumentStoreCases,
  durableDocumentStoreCases,
  runDocumentStoreContract,
  type ManagedDocumentStore,
  type StorePlace,
} from '../testing/index.ts'
import { createIndexedDbDocumentStore } from './indexed-db-document-store.ts'

function createPlace(): StorePlace<ManagedDocumentStore> {
  const indexedDB = new IDBFactory()
  return {
    open: async ({ clock }) =>
      createIndexedDbDocumentStore({ databaseName: 'contract', indexedDB, keyRange: IDBKeyRange, clock }),
  }
}

describe('the IndexedDB store keeps the contract', () => {
  runDocumentStoreContract(test, basicDocumentStoreCases, createPlace)
  runDocumentStoreContract(test, durableDocumentStoreCases, createPlace)
})
