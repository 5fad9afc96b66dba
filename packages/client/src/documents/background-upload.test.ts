import { describe, expect, onTestFinished, test } from 'vitest'
import { FakeDocumentServer } from '../testing/fake-document-server.ts'
import { rest, TestDevice, until, type TestTab } from '../testing/test-device.ts'
import type { HeldDocuments, UploadHold } from './upload-hold.ts'

/** A device that was closed with dirty documents of these names. */
async function leaveDirty(server: FakeDocumentServer, names: readonly string[]): Promise<TestDevice> {
  const device = new TestDevice(server)
  const { client } = device.openTab()
  client.setOnline(false)
  for (const name of names) {
    const document = await client.documents.open(name)
    document.doc.getText('t').insert(0, name)
    await document.receipt().device
  }
  await client.close()
  return device
}

function start(device: TestDevice): TestTab {
  const tab = device.openTab()
  onTestFinished(() => tab.client.close())
  return tab
}

/** A hold that a test lays on and lifts. */
class SwitchedHold implements UploadHold {
  ready = Promise.resolve()
  #held: HeldDocuments | undefined
  readonly #listeners = new Set<() => void>()

  constructor(held?: HeldDocuments) {
    this.#held = held
  }

  current(): HeldDocuments | undefined {
    return this.#held
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  become(held: HeldDocuments | undefined): void {
    this.#held = held
    for (const listener of this.#listeners) listener()
  }
}

const lowBattery = { code: 'LOW_BATTERY', reason: 'The battery is low.' }

function startHeld(device: TestDevice, uploadHold: UploadHold): TestTab {
  const tab = device.openTab({ uploadHold })
  onTestFinished(() => tab.client.close())
  return tab
}

async function editAndClose({ client }: TestTab, name: string): Promise<void> {
  const document = await client.documents.open(name)
  document.doc.getText('t').insert(0, name)
  await document.close()
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `d${index}`)
const textOn = (server: FakeDocumentServer, name: string): string => server.room(name).doc.getText('t').toJSON()

describe('the background upload', () => {
  test('[U1] at most four documents at once', async () => {
    const server = new FakeDocumentServer()
    const device = await leaveDirty(server, numbered(10))
    server.isStoring = false
    const { client, advance } = start(device)
    await until(() => server.sockets.length === 4)
    await rest()
    expect(server.sockets).toHaveLength(4)
    server.isStoring = true
    server.close(1012)
    await rest()
    advance(500)
    await until(() => client.syncStatus.status === 'stored')
    expect(numbered(10).map((name) => textOn(server, name))).toEqual(numbered(10))
    expect(server.sockets.filter(({ readyState }) => readyState === 1)).toEqual([])
  })

  test('[U8] as many at once as the settings of background sync have it', async () => {
    const server = new FakeDocumentServer()
    const device = await leaveDirty(server, numbered(10))
    server.isStoring = false
    const { client } = device.openTab({ uploadsMax: () => 2 })
    onTestFinished(() => client.close())
    await until(() => server.sockets.length === 2)
    await rest()
    expect(server.sockets).toHaveLength(2)
  })

  test('[U2] a server out of reach: kept dirty, tried again later and later, and the status says offline', async () => {
    const server = new FakeDocumentServer()
    const device = await leaveDirty(server, ['a'])
    server.isReachable = false
    const { client, advance } = start(device)
    await until(() => server.sockets.length > 0)
    for (let second = 0; second < 30; second++) {
      advance(1_000)
      await rest()
    }
    expect(client.syncStatus).toEqual({ status: 'offline', dirtyDocuments: 1, setAsideCopies: 0 })
    server.isReachable = true
    for (let second = 0; second < 30 && client.syncStatus.status !== 'stored'; second++) {
      advance(1_000)
      await rest()
    }
    expect(client.syncStatus).toEqual({ status: 'stored', dirtyDocuments: 0, setAsideCopies: 0 })
  })

  test('[U3] what repeating cannot help is left for a person, and is not tried in a loop', async () => {
    const server = new FakeDocumentServer()
    const device = await leaveDirty(server, ['a'])
    server.closeCodeAtJoin = 4403
    const { client, advance, signals } = start(device)
    await until(() => client.syncStatus.status === 'attention')
    for (let minute = 0; minute < 30; minute++) {
      advance(60_000)
      await rest()
    }
    expect(server.sockets).toHaveLength(1)
    expect(client.syncStatus).toEqual({ status: 'attention', dirtyDocuments: 1, setAsideCopies: 0 })
    server.closeCodeAtJoin = undefined
    signals.send('online')
    await until(() => client.syncStatus.status === 'stored')
    expect(textOn(server, 'a')).toBe('a')
  })

  test('[U4] refused edits end among the set-aside copies', async () => {
    const server = new FakeDocumentServer()
    const device = await leaveDirty(server, ['a'])
    server.refuse = () => 'TOO_LARGE'
    const { client } = start(device)
    await until(() => client.syncStatus.setAsideCopies === 1)
    await until(() => client.syncStatus.dirtyDocuments === 0)
    expect(client.syncStatus).toEqual({ status: 'attention', dirtyDocuments: 0, setAsideCopies: 1 })
  })

  test('[U5] one document that cannot be read does not hold up the others', async () => {
    const server = new FakeDocumentServer()
    const device = await leaveDirty(server, ['a', 'b'])
    device.disk.updatesByName.delete('a')
    const { client } = start(device)
    await until(() => client.syncStatus.dirtyDocuments === 1)
    await until(() => client.syncStatus.status === 'attention')
    expect(textOn(server, 'b')).toBe('b')
  })

  test('[U6] a document opened while it is being uploaded is the same document', async () => {
    const server = new FakeDocumentServer()
    const device = await leaveDirty(server, ['a'])
    server.isStoring = false
    const { client } = start(device)
    await until(() => server.sockets.length === 1)
    const document = await client.documents.open('a')
    expect(server.sockets).toHaveLength(1)
    document.doc.getText('t').insert(1, 'b')
    server.isStoring = true
    server.close(1012)
    await rest()
    device.time.advance(500)
    await document.receipt().stored
    await rest()
    expect(document.doc.isDestroyed).toBe(false)
    expect(textOn(server, 'a')).toBe('ab')
  })

  test('[U7] switched off, nothing is uploaded; switched on, at once', async () => {
    const server = new FakeDocumentServer()
    const device = await leaveDirty(server, ['a'])
    const { client } = start(device)
    client.setOnline(false)
    await rest()
    expect(client.syncStatus).toEqual({ status: 'offline', dirtyDocuments: 1, setAsideCopies: 0 })
    expect(textOn(server, 'a')).toBe('')
    client.setOnline(true)
    await until(() => client.syncStatus.status === 'stored')
    expect(textOn(server, 'a')).toBe('a')
  })

  test('[U9] while conditions hold it back nothing is uploaded that nobody has open, and the status says why; what is open goes on', async () => {
    const server = new FakeDocumentServer()
    const device = await leaveDirty(server, ['a', 'b'])
    const hold = new SwitchedHold(lowBattery)
    const tab = startHeld(device, hold)
    await until(() => tab.client.syncStatus.dirtyDocuments === 2)
    await rest()
    expect(tab.client.syncStatus).toEqual({ status: 'saving', dirtyDocuments: 2, setAsideCopies: 0, heldBack: lowBattery })
    expect(server.sockets).toEqual([])
    const open = await tab.client.documents.open('b')
    await open.receipt().stored
    await open.close()
    expect([textOn(server, 'a'), textOn(server, 'b')]).toEqual(['', 'b'])
    tab.signals.send('woke')
    tab.signals.send('offline')
    tab.signals.send('online')
    tab.advance(600_000)
    await rest()
    expect([textOn(server, 'a'), tab.client.syncStatus.heldBack]).toEqual(['', lowBattery])
    hold.become(undefined)
    await until(() => tab.client.syncStatus.status === 'stored')
    expect([textOn(server, 'a'), tab.client.syncStatus]).toEqual([
      'a',
      { status: 'stored', dirtyDocuments: 0, setAsideCopies: 0 },
    ])
  })

  test('[U9] what is on its way when conditions become worse is brought to its end, and the rest waits', async () => {
    const server = new FakeDocumentServer()
    const device = await leaveDirty(server, numbered(10))
    server.isStoring = false
    const hold = new SwitchedHold()
    const { client, advance } = startHeld(device, hold)
    await until(() => server.sockets.length === 4)
    hold.become(lowBattery)
    server.isStoring = true
    server.close(1012)
    await rest()
    advance(500)
    await until(() => client.syncStatus.dirtyDocuments === 6)
    advance(600_000)
    await rest()
    expect(client.syncStatus).toEqual({ status: 'saving', dirtyDocuments: 6, setAsideCopies: 0, heldBack: lowBattery })
  })

  test('[U9] nothing is uploaded before it is known whether it may be', async () => {
    const server = new FakeDocumentServer()
    const device = await leaveDirty(server, ['a'])
    const known = Promise.withResolvers<void>()
    const hold = new SwitchedHold()
    hold.ready = known.promise
    const { client } = startHeld(device, hold)
    await rest()
    expect(server.sockets).toEqual([])
    known.resolve()
    await until(() => client.syncStatus.status === 'stored')
  })

  test('[U10] "Sync now" uploads everything all the same, over failures, until nothing is left; what comes after waits again', async () => {
    const server = new FakeDocumentServer()
    const device = await leaveDirty(server, ['a'])
    const tab = startHeld(device, new SwitchedHold(lowBattery))
    await until(() => tab.client.syncStatus.heldBack !== undefined)
    server.isReachable = false
    tab.client.uploadNow()
    await until(() => server.sockets.length > 0)
    expect(tab.client.syncStatus.heldBack).toBeUndefined()
    for (let second = 0; second < 30; second++) {
      tab.advance(1_000)
      await rest()
    }
    server.isReachable = true
    for (let second = 0; second < 30 && tab.client.syncStatus.status !== 'stored'; second++) {
      tab.advance(1_000)
      await rest()
    }
    expect([textOn(server, 'a'), tab.client.syncStatus.status]).toEqual(['a', 'stored'])
    tab.client.setOnline(false)
    await editAndClose(tab, 'b')
    tab.client.setOnline(true)
    await until(() => tab.client.syncStatus.heldBack !== undefined)
    await rest()
    expect(textOn(server, 'b')).toBe('')
  })
})
