import 'fake-indexeddb/auto'
import { IndexeddbPersistence } from 'y-indexeddb'
import { expect, onTestFinished, test } from 'vitest'
import { Doc } from 'yjs'
import { createClient } from './create-client.ts'

/** Nobody listens there: these tests are about what stays on the device. */
const nowhere = 'http://127.0.0.1:9'

async function writeWithYIndexedDb(databaseName: string, text: string): Promise<void> {
  const doc = new Doc()
  const persistence = new IndexeddbPersistence(databaseName, doc)
  await persistence.whenSynced
  doc.getText('text').insert(0, text)
  await persistence.destroy()
}

test('[O26] what an app kept with y-indexeddb becomes a document that is due for upload, once', async () => {
  await writeWithYIndexedDb('old notes', 'from before')
  const client = createClient({ url: nowhere, app: 'import' })
  onTestFinished(() => client.close())
  expect(await client.documents.importYIndexedDb('old notes', 'notes')).toBe('imported')
  expect(await client.documents.importYIndexedDb('old notes', 'notes')).toBe('alreadyImported')
  expect(await client.documents.importYIndexedDb('no such database')).toBe('nothing')
  const notes = await client.documents.open('notes')
  expect([notes.doc.getText('text').toJSON(), notes.state.hasUnstored]).toEqual(['from before', true])
})

test('[O27] with plain y-indexeddb an app finds the documents that it has under their names', async () => {
  await writeWithYIndexedDb('plan', 'kept')
  const client = createClient({ url: nowhere, app: 'plain', persistence: 'y-indexeddb' })
  onTestFinished(() => client.close())
  const plan = await client.documents.open('plan')
  expect([plan.doc.getText('text').toJSON(), plan.state.isOnDevice]).toEqual(['kept', false])
  await expect(plan.receipt().device).rejects.toThrow()
})
