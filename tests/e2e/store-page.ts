import {
  basicDocumentStoreCases,
  createIndexedDbDocumentStore,
  createIndexedDbRecordDatabase,
  durableDocumentStoreCases,
  recordDatabaseCases,
} from '@rejoin/client/testing'

/** The contracts of the client's stores, to be run case by case on the IndexedDB of this browser. */
interface StoreContract {
  /** Rejects with what is wrong. */
  run(title: string): Promise<void>
  runRecords(title: string): Promise<void>
}

declare global {
  interface Window {
    storeContract: StoreContract
  }
}

const cases = [...basicDocumentStoreCases, ...durableDocumentStoreCases]

function find<Case extends { readonly title: string }>(all: readonly Case[], title: string): Case {
  const found = all.find((candidate) => candidate.title === title)
  if (found === undefined) throw new Error(`there is no case "${title}"`)
  return found
}

window.storeContract = {
  run: async (title) => {
    const databaseName = `contract ${crypto.randomUUID()}`
    await find(cases, title).run({ open: async ({ clock }) => createIndexedDbDocumentStore({ databaseName, clock }) })
  },
  runRecords: async (title) => {
    const databaseName = `contract ${crypto.randomUUID()}`
    const clock = { now: () => Date.now() }
    await find(recordDatabaseCases, title).run({ open: async () => createIndexedDbRecordDatabase({ databaseName, clock }) })
  },
}
