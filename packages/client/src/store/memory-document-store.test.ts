import { describe, test } from 'vitest'
import {
  basicDocumentStoreCases,
  durableDocumentStoreCases,
  runDocumentStoreContract,
  type ManagedDocumentStore,
  type StorePlace,
} from '../testing/index.ts'
import { createMemoryDisk, createMemoryDocumentStore } from './memory-document-store.ts'

function createPlace(): StorePlace<ManagedDocumentStore> {
  const disk = createMemoryDisk()
  return { open: async ({ clock }) => createMemoryDocumentStore({ clock, disk }) }
}

describe('the memory store keeps the contract', () => {
  runDocumentStoreContract(test, basicDocumentStoreCases, createPlace)
  runDocumentStoreContract(test, durableDocumentStoreCases, createPlace)
})
