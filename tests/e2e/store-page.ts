import { basicDocumentStoreCases, createIndexedDbDocumentStore, durableDocumentStoreCases } from '@rejoin/client/testing'

/** The contract of the client's store, to be run case by case on the IndexedDB of this browser. */
interface StoreContract {
  /** Rejects with what is wrong. */
  run(title: string): Promise<void>
}

declare global {
  interface Window {
    storeContract: StoreContract
  }
}

const cases = [...basicDocumentStoreCases, ...durableDocumentStoreCases]

window.storeContract = {
  run: async (title) => {
    const found = cases.find((candidate) => candidate.title === title)
    if (found === undefined) throw new Error(`there is no case "${title}"`)
    const databaseName = `contract ${crypto.randomUUID()}`
    await found.run({ open: async ({ clock }) => createIndexedDbDocumentStore({ databaseName, clock }) })
  },
}
