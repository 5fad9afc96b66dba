import { describe, expect, onTestFinished, test } from 'vitest'
import type { OpenDocument } from '../documents/open-document.ts'
import { createMemoryDocumentStore } from '../store/memory-document-store.ts'
import { FakeDocumentServer } from '../testing/fake-document-server.ts'
import { createSlowStore } from '../testing/slow-store.ts'
import { rest, TestDevice, until, type TestTab } from '../testing/test-device.ts'

/** Two tabs with one document open in both. */
async function openTwice(server: FakeDocumentServer): Promise<{
  readonly device: TestDevice
  readonly tabs: readonly [TestTab, TestTab]
  readonly documents: readonly [OpenDocument, OpenDocument]
}> {
  const device = new TestDevice(server)
  const tabs = [device.openTab(), device.openTab()] as const
  onTestFinished(async () => {
    for (const { client } of tabs) await client.close()
  })
  const documents = [await tabs[0].client.documents.open('a'), await tabs[1].client.documents.open('a')] as const
  return { device, tabs, documents }
}

const textOf = ({ doc }: Pick<OpenDocument, 'doc'>): string => doc.getText('t').toJSON()
const type = ({ doc }: OpenDocument, text: string): void => doc.getText('t').insert(doc.getText('t').length, text)
const unreachable = (): FakeDocumentServer => Object.assign(new FakeDocumentServer(), { isReachable: false })

describe('two tabs on one database', () => {
  test('[T1] offline, what one tab wrote is in the other, and is written once', async () => {
    const { device, documents } = await openTwice(unreachable())
    const [one, two] = documents
    type(one, 'x')
    type(two, 'y')
    await until(() => textOf(one).length === 2 && textOf(one) === textOf(two))
    expect(device.disk.updatesByName.get('a')).toHaveLength(2)
    expect(two.state).toMatchObject({ isOnDevice: true, hasUnstored: true })
  })

  test('[T2] a tab hears of an edit only after it is on the device', async () => {
    const { documents } = await openTwice(unreachable())
    const [one, two] = documents
    const kept: boolean[] = []
    two.doc.on('update', () => kept.push(one.state.isOnDevice))
    type(one, 'x')
    await until(() => kept.length === 1)
    expect(kept).toEqual([true])
    expect(textOf(two)).toBe('x')
  })

  test('[T3] a neighbour that cannot reach the server is served by the tab that can, and both say stored', async () => {
    const server = new FakeDocumentServer()
    const { tabs, documents } = await openTwice(server)
    const [one, two] = documents
    tabs[0].client.setOnline(false)
    await until(() => two.state.status === 'stored')
    type(one, 'x')
    await one.receipt().stored
    expect(server.room('a').doc.getText('t').toJSON()).toBe('x')
    expect(one.state).toMatchObject({ status: 'offline', hasUnstored: false })
    await until(() => two.state.status === 'stored')
  })

  test('[T4] a tab is not told stored by its neighbour alone: a connected tab sends the neighbour’s edits itself', async () => {
    const server = new FakeDocumentServer()
    const { documents } = await openTwice(server)
    const [one, two] = documents
    await until(() => one.state.status === 'stored' && two.state.status === 'stored')
    server.isStoring = false
    type(one, 'x')
    await until(() => textOf(two) === 'x')
    expect([one.state.status, two.state.status]).toEqual(['saving', 'saving'])
  })

  test('[T5] what came from the server is not sent back by the tabs', async () => {
    const server = new FakeDocumentServer()
    const { documents } = await openTwice(server)
    const other = await new TestDevice(server).openTab().client.documents.open('a')
    await until(() => documents.every(({ state }) => state.status === 'stored') && other.state.status === 'stored')
    const socketOfTwo = server.sockets[1]
    if (socketOfTwo !== undefined) server.unrelayed.add(socketOfTwo)
    const before = server.framesReceived
    for (let index = 0; index < 10; index++) type(other, 'x')
    await until(() => documents.every((document) => textOf(document).length === 10))
    await rest()
    expect(server.framesReceived - before).toBe(10)
    expect(documents[1].state.status).toBe('stored')
    await other.close()
  })

  test('[T6] a frozen tab that missed news reads them from the database when it hears that it did', async () => {
    const { device, tabs, documents } = await openTwice(unreachable())
    const [one, two] = documents
    type(one, 'a')
    await until(() => textOf(two) === 'a')
    device.browser.setFrozen(tabs[1].channel, true)
    type(one, 'b')
    await one.receipt().device
    device.browser.setFrozen(tabs[1].channel, false)
    await rest()
    expect(textOf(two)).toBe('a')
    tabs[1].signals.send('woke')
    await until(() => textOf(two) === 'ab')
    expect(two.state).toMatchObject({ hasUnstored: true, isOnDevice: true })
  })

  test('[T7] edits found by catching up are sent, and settled here or by the neighbour', async () => {
    const server = new FakeDocumentServer()
    const { device, tabs, documents } = await openTwice(server)
    const [one, two] = documents
    await until(() => one.state.status === 'stored' && two.state.status === 'stored')
    tabs[0].client.setOnline(false)
    device.browser.setFrozen(tabs[1].channel, true)
    type(one, 'b')
    await one.receipt().device
    device.browser.setFrozen(tabs[1].channel, false)
    tabs[1].signals.send('restored')
    await until(() => textOf(two) === 'b' && two.state.status === 'stored')
    expect(server.room('a').doc.getText('t').toJSON()).toBe('b')
    await until(() => !one.state.hasUnstored)
    expect(await createMemoryDocumentStore({ clock: device.time, disk: device.disk }).listDirty()).toEqual([])
  })

  test('[T8] a copy set aside in one tab is gone in all, and nothing more is written under its name', async () => {
    const server = new FakeDocumentServer()
    const { device, tabs, documents } = await openTwice(server)
    const [one, two] = documents
    await until(() => one.state.status === 'stored' && two.state.status === 'stored')
    tabs[1].client.setOnline(false)
    server.delete('a')
    await until(() => two.state.status === 'unavailable')
    type(two, 'too late')
    tabs[1].advance(1_000)
    await until(() => tabs[1].client.syncStatus.setAsideCopies === 2)
    expect(device.disk.updatesByName.get('a') ?? []).toEqual([])
    expect(one.state.status).toBe('unavailable')
  })

  test('[T8] what was on its way to the database when the copy was set aside elsewhere is kept beside it', async () => {
    const server = new FakeDocumentServer()
    const device = new TestDevice(server)
    const slow = createSlowStore(createMemoryDocumentStore({ clock: device.time, disk: device.disk }))
    const [one, two] = [device.openTab(), device.openTab({ store: slow.store })]
    const documents = [await one.client.documents.open('a'), await two.client.documents.open('a')] as const
    await until(() => documents.every(({ state }) => state.status === 'stored'))
    two.client.setOnline(false)
    slow.hold()
    type(documents[1], 'in flight')
    type(documents[1], ' and waiting')
    server.delete('a')
    await until(() => documents[1].state.status === 'unavailable')
    slow.release()
    await rest()
    two.advance(1_000)
    await until(() => two.client.syncStatus.setAsideCopies === 3)
    expect(device.disk.documentByName.get('a')).toMatchObject({ isPresent: false })
    for (const { client } of [one, two]) await client.close()
  })

  test('[T9] what is no message of ours is not taken in', async () => {
    const { device, documents } = await openTwice(unreachable())
    const [, two] = documents
    const stranger = device.browser.openChannel()
    stranger.postMessage({
      sender: 's',
      count: 1,
      news: { type: 'appended', name: 'a', changes: [{ seq: 1, update: 'x', isLocal: true }] },
    })
    stranger.postMessage('nonsense')
    await rest()
    expect(two.state.hasUnstored).toBe(false)
  })

  test('[T10] the background upload runs in one tab at a time', async () => {
    const server = unreachable()
    const device = new TestDevice(server)
    const first = device.openTab()
    const document = await first.client.documents.open('a')
    type(document, 'x')
    await document.receipt().device
    await first.client.close()
    server.isReachable = true
    const tabs = [device.openTab(), device.openTab()]
    await until(() => tabs.every(({ client }) => client.syncStatus.status === 'stored'))
    const joined = server.sockets.filter(({ readyState }) => readyState !== 0).length
    expect(device.browser.lockLog.length).toBeGreaterThanOrEqual(2)
    expect(server.room('a').doc.getText('t').toJSON()).toBe('x')
    expect(joined).toBeGreaterThan(0)
    for (const { client } of tabs) await client.close()
  })
})
