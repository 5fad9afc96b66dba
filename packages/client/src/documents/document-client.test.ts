import { onTestFinished, describe, expect, test } from 'vitest'
import { applyUpdate, Doc } from 'yjs'
import { createMemoryDocumentStore } from '../store/memory-document-store.ts'
import { FakeDocumentServer } from '../testing/fake-document-server.ts'
import { createSlowStore } from '../testing/slow-store.ts'
import { rest, TestDevice, until, type TestTab } from '../testing/test-device.ts'
import type { OpenDocument } from './open-document.ts'

function openTab(device: TestDevice, more?: Parameters<TestDevice['openTab']>[0]): TestTab {
  const tab = device.openTab(more)
  onTestFinished(() => tab.client.close())
  return tab
}

const type = (document: OpenDocument, text: string): void => {
  const shared = document.doc.getText('t')
  shared.insert(shared.length, text)
}
const textOf = (doc: Doc): string => doc.getText('t').toJSON()
const textOn = (server: FakeDocumentServer, name: string): string => textOf(server.room(name).doc)
const statusIs = (document: OpenDocument, status: string) => () => document.state.status === status

function textOfUpdate(update: Uint8Array | undefined): string {
  const doc = new Doc()
  if (update !== undefined) applyUpdate(doc, update)
  return textOf(doc)
}

describe('opening', () => {
  test('[O1] a document is loaded before it is handed out, with a client id of its own', async () => {
    const device = new TestDevice(new FakeDocumentServer())
    const first = openTab(device)
    const before = await first.client.documents.open('a/b')
    type(before, 'kept')
    await before.receipt().device
    const { clientID } = before.doc
    await first.client.close()
    const after = await openTab(device).client.documents.open('a/b')
    expect(textOf(after.doc)).toBe('kept')
    expect(after.doc.clientID).not.toBe(clientID)
  })

  test('[O2] one name opened twice is one doc, and lives until the last handle is closed', async () => {
    const { client } = openTab(new TestDevice(new FakeDocumentServer()))
    const [one, two] = await Promise.all([client.documents.open('a'), client.documents.open('a')])
    expect(one.doc).toBe(two.doc)
    await one.close()
    await one.close()
    expect(two.doc.isDestroyed).toBe(false)
    await two.close()
    expect(two.doc.isDestroyed).toBe(true)
    const again = await client.documents.open('a')
    expect(again.doc).not.toBe(two.doc)
  })

  test('[O2] a name is not read again while its last edits are still being written', async () => {
    const device = new TestDevice(new FakeDocumentServer())
    const slow = createSlowStore(createMemoryDocumentStore({ clock: device.time, disk: device.disk }))
    const { client } = openTab(device, { store: slow.store })
    client.setOnline(false)
    const before = await client.documents.open('a')
    slow.hold()
    type(before, 'last words')
    const closing = before.close()
    const opening = client.documents.open('a')
    await rest()
    slow.release()
    await closing
    expect(textOf((await opening).doc)).toBe('last words')
  })

  test('[O3] a copy that cannot be read is an error, never a blank document, and can be tried again (P9)', async () => {
    const device = new TestDevice(new FakeDocumentServer())
    device.disk.updatesByName.set('a', [{ name: 'a', seq: 2, fromSeq: 2, update: Uint8Array.of(0, 0) }])
    const { client } = openTab(device)
    await expect(client.documents.open('a')).rejects.toThrow('has content but no entry')
    device.disk.updatesByName.delete('a')
    expect((await client.documents.open('a')).doc.isDestroyed).toBe(false)
  })

  test.each(['', '.', '..', 'a\u0000b', 'x'.repeat(257)])('[O4] the name %j is refused', async (name) => {
    const { client } = openTab(new TestDevice(new FakeDocumentServer()))
    await expect(client.documents.open(name)).rejects.toThrow('a document')
  })
})

describe('saving', () => {
  test('[O5] an edit is on the device, then on the server, and the status says which', async () => {
    const server = new FakeDocumentServer()
    const { client, advance } = openTab(new TestDevice(server))
    const document = await client.documents.open('a')
    await until(statusIs(document, 'stored'))
    server.isStoring = false
    type(document, 'x')
    expect(document.state).toEqual({ status: 'saving', isOnDevice: false, hasUnstored: true, reason: undefined })
    await document.receipt().device
    expect(document.state).toEqual({ status: 'saving', isOnDevice: true, hasUnstored: true, reason: undefined })
    expect(client.syncStatus).toEqual({ status: 'saving', dirtyDocuments: 1, setAsideCopies: 0 })
    server.isStoring = true
    server.close(1012)
    const { stored } = document.receipt()
    await until(() => document.state.status === 'offline')
    expect(document.state.reason).toBe('The server is restarting.')
    advance(500)
    await stored
    expect(document.state).toEqual({ status: 'stored', isOnDevice: true, hasUnstored: false, reason: undefined })
    expect(textOn(server, 'a')).toBe('x')
    await until(() => client.syncStatus.status === 'stored')
  })

  test('[O6] two devices see each other, and what is typed while connecting is not lost', async () => {
    const server = new FakeDocumentServer()
    const [one, two] = await Promise.all([0, 1].map(() => openTab(new TestDevice(server)).client.documents.open('a')))
    if (one === undefined || two === undefined) throw new Error('both are open')
    for (let index = 0; index < 20; index++) {
      type(one, 'a')
      await Promise.resolve()
      type(two, 'b')
    }
    await until(() => textOf(one.doc).length === 40 && textOf(one.doc) === textOf(two.doc))
    await Promise.all([one.receipt().stored, two.receipt().stored])
    expect(textOn(server, 'a')).toBe(textOf(one.doc))
  })

  test('[O7] offline edits survive a reload and upload at the next start, with nobody opening the document', async () => {
    const server = new FakeDocumentServer()
    server.isReachable = false
    const device = new TestDevice(server)
    const first = openTab(device)
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const document = await first.client.documents.open(name)
      type(document, name)
      await document.receipt().device
    }
    await first.client.close()
    server.isReachable = true
    const second = openTab(device)
    await until(() => second.client.syncStatus.status === 'stored')
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => textOn(server, name))).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(await createMemoryDocumentStore({ clock: device.time, disk: device.disk }).listDirty()).toEqual([])
  })

  test('[O8] receipts of a document that is closed first are rejected; the edit is stored all the same', async () => {
    const server = new FakeDocumentServer()
    server.isStoring = false
    const { client, advance } = openTab(new TestDevice(server))
    const document = await client.documents.open('a')
    type(document, 'x')
    const { stored } = document.receipt()
    await document.close()
    await expect(stored).rejects.toThrow('closed')
    expect(client.syncStatus.dirtyDocuments).toBe(1)
    await rest()
    server.isStoring = true
    server.close(1012)
    await rest()
    advance(1_000)
    await until(() => client.syncStatus.status === 'stored')
    expect(textOn(server, 'a')).toBe('x')
  })

  test('[O9] at no moment does the status say stored while an edit is not (P4)', async () => {
    const server = new FakeDocumentServer()
    const { client } = openTab(new TestDevice(server))
    const document = await client.documents.open('a')
    const lies: string[] = []
    let typed = ''
    const look = (): void => {
      if (client.syncStatus.status === 'stored' && textOn(server, 'a') !== typed) lies.push(typed)
    }
    client.subscribe(look)
    for (const [index, letter] of 'abcdef'.split('').entries()) {
      if (index === 2) client.setOnline(false)
      if (index === 4) client.setOnline(true)
      typed += letter
      type(document, letter)
      look()
      await rest()
      look()
    }
    client.setOnline(false)
    typed += '!'
    type(document, '!')
    const closing = document.close()
    look()
    await closing
    look()
    client.setOnline(true)
    look()
    await until(() => client.syncStatus.status === 'stored')
    expect(lies).toEqual([])
    expect(textOn(server, 'a')).toBe('abcdef!')
  })
})

describe('what a server may do', () => {
  test('[O10] refused edits are set aside, exportable, and the status stays honest', async () => {
    const server = new FakeDocumentServer()
    const { client, advance } = openTab(new TestDevice(server))
    const document = await client.documents.open('a')
    await until(statusIs(document, 'stored'))
    server.refuse = () => 'TOO_LARGE'
    type(document, 'too much')
    await expect(document.receipt().stored).rejects.toThrow('refused: TOO_LARGE')
    expect(document.state).toEqual({ status: 'refused', isOnDevice: true, hasUnstored: false, reason: 'refused: TOO_LARGE' })
    advance(1_000)
    await until(() => client.syncStatus.setAsideCopies === 1)
    const [copy] = await client.documents.listSetAside()
    expect(copy).toMatchObject({ name: 'a', reason: { code: 'TOO_LARGE', message: 'refused: TOO_LARGE' } })
    expect(textOfUpdate(await client.documents.exportSetAside(copy?.id ?? 0))).toBe('too much')
    expect(client.syncStatus).toEqual({ status: 'attention', dirtyDocuments: 0, setAsideCopies: 1 })
  })

  test('[O11] a deleted document is set aside whole, and its name opens as another one', async () => {
    const server = new FakeDocumentServer()
    const { client, advance } = openTab(new TestDevice(server))
    const document = await client.documents.open('a')
    type(document, 'old')
    await document.receipt().stored
    server.delete('a', true)
    await until(statusIs(document, 'unavailable'))
    type(document, ' typed afterwards')
    const next = await client.documents.open('a')
    await until(statusIs(next, 'stored'))
    expect([textOf(next.doc), textOn(server, 'a')]).toEqual(['', ''])
    advance(1_000)
    await until(() => client.syncStatus.setAsideCopies === 2)
    const copies = await client.documents.listSetAside()
    const texts = await Promise.all(copies.map(async ({ id }) => textOfUpdate(await client.documents.exportSetAside(id))))
    expect(texts[0]).toBe('old')
    for (const { id } of copies) await client.documents.discardSetAside(id)
    await document.close()
    await until(() => client.syncStatus.status === 'stored')
  })

  test('[O12] a copy of another life is set aside without a byte of it reaching the new one', async () => {
    const server = new FakeDocumentServer()
    const device = new TestDevice(server)
    const first = openTab(device)
    const document = await first.client.documents.open('a')
    await until(statusIs(document, 'stored'))
    first.client.setOnline(false)
    type(document, 'offline')
    await document.receipt().device
    await first.client.close()
    server.delete('a', true)
    const second = openTab(device)
    await until(() => second.client.syncStatus.setAsideCopies === 1)
    expect(textOn(server, 'a')).toBe('')
    expect(second.client.syncStatus).toEqual({ status: 'attention', dirtyDocuments: 0, setAsideCopies: 1 })
  })

  test('[O13] read-only is said, and what is edited all the same is set aside', async () => {
    const server = new FakeDocumentServer()
    server.access = 'read'
    server.refuse = (update) => (update.length > 2 ? 'FORBIDDEN' : undefined)
    const { client, advance } = openTab(new TestDevice(server))
    const document = await client.documents.open('a')
    await until(statusIs(document, 'readOnly'))
    type(document, 'x')
    await until(statusIs(document, 'refused'))
    advance(1_000)
    await until(() => client.syncStatus.setAsideCopies === 1)
    expect(await client.documents.listSetAside()).toMatchObject([{ name: 'a', reason: { code: 'FORBIDDEN' } }])
  })

  test('[O14] forbidden: unavailable with the reason, kept, and not asked for again until the person does', async () => {
    const server = new FakeDocumentServer()
    server.closeCodeAtJoin = 4403
    const { client, advance } = openTab(new TestDevice(server))
    const document = await client.documents.open('a')
    type(document, 'x')
    await until(statusIs(document, 'unavailable'))
    expect(document.state).toMatchObject({ hasUnstored: true, reason: expect.stringContaining('may not open') })
    advance(600_000)
    await rest()
    expect(server.sockets).toHaveLength(1)
    server.closeCodeAtJoin = undefined
    client.setOnline(true)
    await document.receipt().stored
    expect(textOn(server, 'a')).toBe('x')
  })

  test('[O15] no greeting within 10 s: the connection is given up and another one tried', async () => {
    const server = new FakeDocumentServer()
    server.isGreeting = false
    const { client, advance } = openTab(new TestDevice(server))
    const document = await client.documents.open('a')
    await until(() => server.sockets.length === 1)
    advance(9_999)
    await rest()
    expect(server.sockets).toHaveLength(1)
    server.isGreeting = true
    advance(1)
    expect(document.state.reason).toBe('The server did not answer.')
    advance(500)
    await until(statusIs(document, 'stored'))
  })
})

describe('tokens', () => {
  test('[O16] every connection has a token of its own, asked for just before it', async () => {
    const server = new FakeDocumentServer()
    let count = 0
    const { client, advance } = openTab(new TestDevice(server), {
      getToken: async () => {
        count++
        return `t${count}`
      },
    })
    const document = await client.documents.open('a')
    await until(statusIs(document, 'stored'))
    server.reauthenticate()
    await until(() => server.sockets.length === 2 && document.state.status === 'stored')
    server.close(4501)
    await until(statusIs(document, 'offline'))
    advance(500)
    await until(statusIs(document, 'stored'))
    expect(server.sockets.map(({ protocols }) => protocols)).toEqual([1, 2, 3].map((number) => ['rejoin', `bearer.t${number}`]))
    const generation = server.room('a').generation
    expect(server.sockets.map(({ url }) => url.search)).toEqual([
      '?client=rejoin&protocol=1',
      `?client=rejoin&protocol=1&generation=${generation}`,
      `?client=rejoin&protocol=1&generation=${generation}`,
    ])
  })

  test('[O17] a token that cannot be had is waited for, with the reason', async () => {
    const server = new FakeDocumentServer()
    let isSignedIn = false
    const getToken = async (): Promise<string> => {
      if (!isSignedIn) throw new Error('signed out')
      return 't'
    }
    const { client, advance } = openTab(new TestDevice(server), { getToken })
    const document = await client.documents.open('a')
    await until(() => document.state.reason === 'The sign-in could not be renewed: signed out')
    expect(server.sockets).toEqual([])
    isSignedIn = true
    advance(500)
    await until(statusIs(document, 'stored'))
  })
})

describe('the network', () => {
  test('[O18] the browser says offline: a cut; online: back at once', async () => {
    const server = new FakeDocumentServer()
    const { client, signals } = openTab(new TestDevice(server))
    const document = await client.documents.open('a')
    await until(statusIs(document, 'stored'))
    signals.send('offline')
    expect(document.state).toMatchObject({ status: 'offline', reason: 'There is no network.' })
    expect(server.sockets[0]?.readyState).toBe(2)
    type(document, 'x')
    signals.send('online')
    await document.receipt().stored
    expect(textOn(server, 'a')).toBe('x')
  })

  test('[O19] coming to the front ends a long wait', async () => {
    const server = new FakeDocumentServer()
    server.isReachable = false
    const { client, signals } = openTab(new TestDevice(server))
    const document = await client.documents.open('a')
    await until(() => document.state.reason === 'There is no connection to the server.')
    server.isReachable = true
    signals.send('woke')
    await until(statusIs(document, 'stored'))
    expect(server.sockets).toHaveLength(2)
  })
})
