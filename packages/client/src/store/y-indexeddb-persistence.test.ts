import 'fake-indexeddb/auto'
import { describe, test } from 'vitest'
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs'
import { basicDocumentStoreCases, runDocumentStoreContract } from '../testing/index.ts'
import type { BasicDocumentStore } from './document-store.ts'
import { createYIndexedDbPersistence } from './y-indexeddb-persistence.ts'

/** A store over attached docs: what a page does that opens a document for each call. */
function createAttachedStore(prefix: string): BasicDocumentStore {
  const persistence = createYIndexedDbPersistence({ databaseNameOf: (name) => `${prefix}/${name}` })
  const running = new Set<Promise<unknown>>()
  const withDoc = async <T>(name: string, use: (doc: Doc) => T): Promise<T> => {
    const doc = new Doc()
    const attached = persistence.attach(name, doc)
    await attached.whenLoaded
    const result = use(doc)
    await attached.destroy()
    return result
  }
  const track = <T>(work: Promise<T>): Promise<T> => {
    running.add(work)
    return work
  }
  return {
    load: async (name) => {
      const update = await track(withDoc(name, encodeStateAsUpdate))
      return update.byteLength <= 2 ? undefined : { generation: undefined, updates: [update], lastSeq: 0, dirtySeqs: [] }
    },
    append: (name, updates) => track(withDoc(name, (doc) => updates.map(({ update }, index) => (applyUpdate(doc, update), index)))),
    close: async () => {
      await Promise.all(running)
    },
  }
}

let placeCount = 0

describe('plain y-indexeddb keeps the basic contract', () => {
  runDocumentStoreContract(test, basicDocumentStoreCases, () => {
    const prefix = `place${placeCount++}`
    return { open: async () => createAttachedStore(prefix) }
  })
})
