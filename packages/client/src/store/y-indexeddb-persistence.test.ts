import 'fake-indexeddb/auto'
import { describe, expect, test } from 'vitest'
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs'
import { basicDocumentStoreCases, runDocumentStoreContract } from '../testing/index.ts'
import type { BasicDocumentStore } from './document-store.ts'
import { WorkQueue } from './work-queue.ts'
import { createYIndexedDbPersistence } from './y-indexeddb-persistence.ts'

/** A store over attached docs: a page that opens the document anew for each call. */
function createAttachedStore(prefix: string): BasicDocumentStore {
  const persistence = createYIndexedDbPersistence({ databaseNameOf: (name) => `${prefix}/${name}` })
  const queue = new WorkQueue()
  const withDoc = <T>(name: string, use: (doc: Doc) => T): Promise<T> =>
    queue.run(async () => {
      const doc = new Doc()
      const attached = persistence.attach(name, doc)
      await attached.whenLoaded
      const result = use(doc)
      await attached.destroy()
      return result
    })
  return {
    load: async (name) => {
      const update = await withDoc(name, encodeStateAsUpdate)
      return update.byteLength <= 2 ? undefined : { generation: undefined, updates: [update], lastSeq: 0, dirtySeqs: [] }
    },
    append: (name, updates) =>
      withDoc(name, (doc) => {
        for (const { update } of updates) applyUpdate(doc, update)
        return updates.map((_, index) => index + 1)
      }),
    close: () => queue.run(async () => undefined),
  }
}

let placeCount = 0

describe('plain y-indexeddb keeps the basic contract', () => {
  runDocumentStoreContract(test, basicDocumentStoreCases, () => {
    const prefix = `place${placeCount++}`
    return { open: async () => createAttachedStore(prefix) }
  })
})

async function keepRow(databaseName: string, row: unknown): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const request = indexedDB.open(databaseName)
  request.addEventListener('upgradeneeded', () => {
    request.result.createObjectStore('updates', { autoIncrement: true }).add(row)
    request.result.createObjectStore('custom')
  })
  request.addEventListener('success', () => {
    request.result.close()
    resolve()
  })
  return promise
}

describe('where plain y-indexeddb would stay silent', () => {
  test('[D21] a damaged database rejects, and the doc is not taken for empty', async () => {
    await keepRow('damaged', new Uint8Array([9, 9, 9]))
    const attached = createYIndexedDbPersistence().attach('damaged', new Doc())
    await expect(attached.whenLoaded).rejects.toMatchObject({ code: 'corrupt' })
    await attached.destroy()
  })

  test('[D21] closing while it loads rejects instead of never settling', async () => {
    const attached = createYIndexedDbPersistence().attach('closed early', new Doc())
    await attached.destroy()
    await expect(attached.whenLoaded).rejects.toMatchObject({ code: 'closed' })
  })
})
