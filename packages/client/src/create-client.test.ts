import 'fake-indexeddb/auto'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Client, ClientOptions } from './client.ts'
import { createClient } from './create-client.ts'

/** Switched off at once: these tests are about the device. */
function start(options: Omit<ClientOptions, 'url'>): Client {
  const client = createClient({ url: 'http://127.0.0.1:1', ...options })
  client.setOnline(false)
  onTestFinished(() => client.close())
  return client
}

const person = (user: string): Pick<ClientOptions, 'auth'> => ({ auth: { tenant: 't', user, getToken: async () => 'token' } })

async function write(client: Client, text: string): Promise<void> {
  const document = await client.documents.open('a')
  document.doc.getText('t').insert(0, text)
  await document.close()
  await client.close()
}

async function read(client: Client): Promise<string> {
  return (await client.documents.open('a')).doc.getText('t').toJSON()
}

describe('where a browser keeps documents', () => {
  test('[O20] IndexedDB: a receipt of the device, and everything there after a reload', async () => {
    const client = start({ app: 'managed' })
    const document = await client.documents.open('a')
    document.doc.getText('t').insert(0, 'kept')
    await document.receipt().device
    expect(document.state).toEqual({ status: 'offline', isOnDevice: true, hasUnstored: true, reason: 'Syncing is switched off.' })
    await client.close()
    const again = start({ app: 'managed' })
    expect(await read(again)).toBe('kept')
    expect(again.syncStatus).toMatchObject({ status: 'offline', dirtyDocuments: 1 })
  })

  test('[O21] one database a person and an app: nobody finds what another wrote (P7)', async () => {
    await write(start({ app: 'shared', ...person('ann') }), 'ann’s')
    expect(await read(start({ app: 'shared', ...person('bob') }))).toBe('')
    expect(await read(start({ app: 'other', ...person('ann') }))).toBe('')
    expect(await read(start({ app: 'shared', ...person('ann') }))).toBe('ann’s')
  })

  test('[O22] plain y-indexeddb keeps documents and promises nothing about the device', async () => {
    const options = { app: 'plain', persistence: 'y-indexeddb' } as const
    const client = start(options)
    const document = await client.documents.open('a')
    document.doc.getText('t').insert(0, 'kept')
    await expect(document.receipt().device).rejects.toThrow('y-indexeddb does not tell')
    expect(document.state).toMatchObject({ status: 'offline', isOnDevice: false, hasUnstored: true })
    await client.close()
    const again = await start(options).documents.open('a')
    expect(again.doc.getText('t').toJSON()).toBe('kept')
    expect(again.state).toMatchObject({ isOnDevice: false, hasUnstored: true })
  })
})
