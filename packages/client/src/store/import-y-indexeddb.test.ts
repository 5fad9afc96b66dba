import 'fake-indexeddb/auto'
import { createManualTime } from '@rejoin/core/testing'
import { IndexeddbPersistence } from 'y-indexeddb'
import { expect, test } from 'vitest'
import { Doc } from 'yjs'
import { textOf, typedUpdates } from '../testing/index.ts'
import { importYIndexedDb } from './import-y-indexeddb.ts'
import { createIndexedDbDocumentStore } from './indexed-db-document-store.ts'
import { readYIndexedDb } from './read-y-indexeddb.ts'

/** What an app with y-indexeddb leaves behind. */
async function keepWithYIndexedDb(databaseName: string, text: string): Promise<void> {
  const doc = new Doc()
  const persistence = new IndexeddbPersistence(databaseName, doc)
  await persistence.whenSynced
  for (const character of text) doc.getText('text').insert(doc.getText('text').length, character)
  await persistence.destroy()
}

async function keepRow(databaseName: string, row: unknown): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const request = indexedDB.open(databaseName)
  request.addEventListener('success', () => {
    const transaction = request.result.transaction('updates', 'readwrite')
    transaction.objectStore('updates').add(row)
    transaction.addEventListener('complete', () => {
      request.result.close()
      resolve()
    })
  })
  return promise
}

test('[D20] an existing database is taken over once, as local updates, and stays as it is', async () => {
  await keepWithYIndexedDb('old notes', 'from before')
  const before = await readYIndexedDb('old notes')
  const store = createIndexedDbDocumentStore({ databaseName: 'import once', clock: createManualTime() })
  expect(await importYIndexedDb('old notes', store, { documentName: 'notes' })).toBe('imported')
  await keepWithYIndexedDb('old notes', 'after, ')
  await store.close()
  const reloaded = createIndexedDbDocumentStore({ databaseName: 'import once', clock: createManualTime() })
  expect(await importYIndexedDb('old notes', reloaded, { documentName: 'notes' })).toBe('alreadyImported')
  const copy = await reloaded.load('notes')
  expect([textOf(copy?.updates ?? []), copy?.dirtySeqs, await reloaded.listDirty()]).toEqual(['from before', [1], ['notes']])
  expect((await readYIndexedDb('old notes'))?.slice(0, before?.length)).toEqual(before)
})

test('[D20] two tabs importing at once take it over once', async () => {
  await keepWithYIndexedDb('old draft', 'draft')
  const tabs = [1, 2].map(() => createIndexedDbDocumentStore({ databaseName: 'import twice', clock: createManualTime() }))
  const outcomes = await Promise.all(tabs.map((tab) => importYIndexedDb('old draft', tab)))
  expect(outcomes.toSorted()).toEqual(['alreadyImported', 'imported'])
  expect((await tabs[0]?.load('old draft'))?.lastSeq).toBe(1)
})

test('[D20] where there is nothing, nothing is made', async () => {
  const store = createIndexedDbDocumentStore({ databaseName: 'import nothing', clock: createManualTime() })
  expect(await importYIndexedDb('never there', store)).toBe('nothing')
  expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain('never there')
  await keepWithYIndexedDb('opened only', '')
  expect(await importYIndexedDb('opened only', store)).toBe('nothing')
  expect(await store.load('opened only')).toBeUndefined()
})

test('[D20] updates that wait for missing ones are taken over as they are', async () => {
  await keepWithYIndexedDb('gap', '')
  const [first, second] = typedUpdates(['one ', 'two'])
  await keepRow('gap', second)
  const store = createIndexedDbDocumentStore({ databaseName: 'import gap', clock: createManualTime() })
  expect(await importYIndexedDb('gap', store)).toBe('imported')
  const copy = await store.load('gap')
  expect(textOf([...(copy?.updates ?? []), ...(first === undefined ? [] : [first])])).toBe('one two')
})

for (const [title, row] of [
  ['something other than bytes', 'text'],
  ['bytes that Yjs cannot read', new Uint8Array([9, 9, 9])],
] as const) {
  test(`[D20] a database with ${title} is not imported in part`, async () => {
    const databaseName = `damaged by ${title}`
    await keepWithYIndexedDb(databaseName, 'good part')
    await keepRow(databaseName, row)
    const store = createIndexedDbDocumentStore({ databaseName: `import of ${databaseName}`, clock: createManualTime() })
    await expect(importYIndexedDb(databaseName, store)).rejects.toMatchObject({ code: 'corrupt' })
    expect([await store.load(databaseName), await store.isImported(`y-indexeddb:${databaseName}`)]).toEqual([undefined, false])
  })
}
