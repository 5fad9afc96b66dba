import 'fake-indexeddb/auto'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RecordsClient } from './client.ts'
import { createClient } from './create-client.ts'
import type { StoreTrouble } from './store/document-store.ts'
import { stockSchema } from './testing/test-records.ts'

function start(): RecordsClient<typeof stockSchema> {
  const client = createClient({ url: 'http://127.0.0.1:1', app: 'upgraded', schema: stockSchema, sync: 'optIn' })
  client.setOnline(false)
  onTestFinished(() => client.close())
  return client
}

function upgrade(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 9_990)
    request.onerror = () => reject(request.error ?? new Error('no reason given'))
    request.onsuccess = () => {
      request.result.close()
      resolve()
    }
  })
}

test('[SP9] a page of an older build on a database that a newer one upgraded says so, and writes nothing', async () => {
  const first = start()
  await first.records.product.create({ name: 'Beet' })
  await first.close()
  const names = (await indexedDB.databases()).flatMap(({ name = '' }) => (name.includes('/records') ? [name] : []))
  expect(names.length).toBe(1)
  await upgrade(names[0] ?? '')
  const client = start()
  const troubles: StoreTrouble[] = []
  client.onTrouble((trouble) => troubles.push(trouble))
  await expect(client.records.product.create({ name: 'Leek' })).rejects.toMatchObject({ code: 'versionChanged' })
  await vi.waitFor(() => expect(troubles).toEqual([{ type: 'versionChanged' }]))
})
