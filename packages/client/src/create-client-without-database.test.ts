import { expect, onTestFinished, test } from 'vitest'
import { createClient } from './create-client.ts'
import { stockSchema } from './testing/test-records.ts'

test('[O23] without IndexedDB a document lives in memory and is never called safe on the device', async () => {
  const client = createClient({ url: 'http://127.0.0.1:1' })
  client.setOnline(false)
  onTestFinished(() => client.close())
  const document = await client.documents.open('a')
  document.doc.getText('t').insert(0, 'x')
  await expect(document.receipt().device).rejects.toThrow('in memory only')
  expect(document.state).toEqual({ status: 'offline', isOnDevice: false, hasUnstored: true, reason: 'Syncing is switched off.' })
})

test('[C1] an address that is not a server’s is refused at once', () => {
  expect(() => createClient({ url: 'ftp://sync.example' })).toThrow('not the address of a server')
})

test('[OB13] a priority rule that is none is refused at once', () => {
  // As it comes from a configuration: points that are no number make no order.
  const settings = { ...Object({ priorityRules: [{ name: 'urgent', points: '10' }] }) }
  expect(() => createClient({ url: 'https://sync.example', schema: stockSchema, settings })).toThrow('at priorityRules[0].points')
})
