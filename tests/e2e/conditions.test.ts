import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import { beforeEach, expect, test } from 'vitest'
import { readServerDocument } from '../support/server-documents.ts'
import { readServerRecords } from '../support/server-records.ts'
import { waitFor } from '../support/wait-for.ts'
import { prepareBundledPage } from './prepare-bundled-page.ts'

const prepared = prepareBundledPage('conditions-page.ts')
let context: BrowserContext
let page: Page
let devtools: CDPSession
/** Paths that a page asked for, in order. */
let asked: string[]
beforeEach(async () => {
  context = await prepared.newContext()
  asked = []
  page = await openPage()
  devtools = await context.newCDPSession(page)
})
async function openPage(): Promise<Page> {
  const opened = await context.newPage()
  opened.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await opened.goto(prepared.server.url)
  await opened.waitForFunction(() => window.conditionsClient.sync.state.status === 'upToDate')
  return opened
}

/** As the switch in the settings of a browser. */
const saveData = (dataSaverEnabled: boolean): Promise<unknown> =>
  devtools.send('Emulation.setDataSaverOverride', { dataSaverEnabled })

const create = (name: string, priority: 'HIGH' | 'LOW'): Promise<unknown> =>
  page.evaluate(
    (wanted) =>
      window.conditionsClient.records.product.create({ name: wanted.name, priceCents: 1 }, { priority: wanted.priority }),
    { name, priority },
  )

const syncNow = (): Promise<unknown> => page.evaluate(() => window.conditionsClient.sync.syncNow())

async function serverNames(): Promise<readonly unknown[]> {
  return (await readServerRecords(prepared.server)).map(({ fields }) => fields['name'])
}

test('[HB2] in a browser that is told to save data, what is less important waits', async () => {
  await saveData(true)
  await syncNow()
  await page.waitForFunction(() => window.conditionsClient.connectivity.status.isSavingData === true)
  await create('Can wait', 'LOW')
  await create('Urgent', 'HIGH')
  await page.waitForFunction(() => window.conditionsClient.sync.state.heldBack?.count === 1)
  await waitFor('the urgent one', async () => (await serverNames()).length === 1)
  expect(await serverNames()).toEqual(['Urgent'])
  // The server has it a moment before the page has heard so.
  await page.waitForFunction(() => window.conditionsClient.sync.state.status === 'paused')
  expect(await page.evaluate(() => window.conditionsClient.sync.state)).toMatchObject({
    status: 'paused',
    pending: 1,
    heldBack: { count: 1, code: 'SAVING_DATA' },
  })
  await saveData(false)
  await create('Urgent, too', 'HIGH')
  await page.waitForFunction(() => window.conditionsClient.sync.state.status === 'upToDate')
  expect(await serverNames()).toEqual(['Urgent', 'Urgent, too', 'Can wait'])
})

test('[CN15, HB4, SG2] a setting counts in every tab at once; "Sync now" runs all the same, in whichever it is pressed', async () => {
  const other = await openPage()
  await other.waitForFunction(() => window.conditionsClient.connectivity.status.lastConnected !== null)
  await other.evaluate(() => window.conditionsClient.sync.settings.update({ enabled: false }))
  await page.waitForFunction(() => !window.conditionsClient.sync.settings.get().enabled)
  await create('Held back', 'HIGH')
  for (const tab of [page, other]) {
    await tab.waitForFunction(() => window.conditionsClient.sync.state.heldBack?.code === 'SWITCHED_OFF')
    await tab.waitForFunction(() => window.conditionsClient.sync.state.pending === 1)
  }
  expect(await serverNames()).toEqual([])
  expect(await other.evaluate(() => window.conditionsClient.sync.syncNow())).toMatchObject({ pending: 0 })
  expect(await serverNames()).toEqual(['Held back'])
  await page.reload()
  await page.waitForFunction(() => window.conditionsClient.sync.state.status === 'paused')
  await page.waitForFunction(() => !window.conditionsClient.sync.settings.get().enabled)
  expect(await page.evaluate(() => window.conditionsClient.sync.state.heldBack)).toMatchObject({ code: 'SWITCHED_OFF' })
})

test('[U9, U10] a document that was left with unsent edits waits while background sync is off; "Sync now" uploads it', async () => {
  await page.evaluate(async () => {
    const { sync, documents } = window.conditionsClient
    await sync.settings.update({ enabled: false })
    window.conditionsClient.setOnline(false)
    const plan = await documents.open('plan')
    plan.doc.getText('t').insert(0, 'left')
    await plan.receipt().device
    await plan.close()
    window.conditionsClient.setOnline(true)
  })
  await page.waitForFunction(() => window.conditionsClient.syncStatus.heldBack?.code === 'SWITCHED_OFF')
  // One that is open is nobody's background work.
  await page.evaluate(async () => {
    const open = await window.conditionsClient.documents.open('open')
    open.doc.getText('t').insert(0, 'seen')
    await open.receipt().stored
  })
  expect(await readServerDocument(prepared.server, 'plan')).toBeUndefined()
  await syncNow()
  await page.waitForFunction(() => window.conditionsClient.syncStatus.status === 'stored')
  expect((await readServerDocument(prepared.server, 'plan'))?.getText('t').toJSON()).toBe('left')
})

test('[CN5, CN6] a server that is gone is noticed though the browser has a network, and found again when it is back', async () => {
  expect(await page.evaluate(() => window.conditionsClient.connectivity.status)).toMatchObject({
    isOnline: true,
    connectionQuality: expect.stringMatching('excellent|good'),
    lastConnected: expect.any(Number),
  })
  expect(asked.filter((path) => path.endsWith('/connectivity-test'))).toEqual([])
  await prepared.server.stop('SIGKILL')
  await create('Meanwhile', 'HIGH')
  await page.waitForFunction(() => !window.conditionsClient.connectivity.status.isOnline)
  expect(await page.evaluate(() => [navigator.onLine, window.conditionsClient.connectivity.status.connectionQuality])).toEqual([
    true,
    'offline',
  ])
  await prepared.server.start()
  await page.waitForFunction(() => window.conditionsClient.sync.state.status === 'upToDate', undefined, { timeout: 90_000 })
  expect(await page.evaluate(() => window.conditionsClient.connectivity.status.isOnline)).toBe(true)
  expect(await serverNames()).toEqual(['Meanwhile'])
})

test('[CN2] the browser’s offline and online are heard', async () => {
  await context.setOffline(true)
  await page.waitForFunction(() => window.conditionsClient.connectivity.status.connectionQuality === 'offline')
  expect(await page.evaluate(() => window.conditionsClient.connectivity.status.isOnline)).toBe(false)
  await context.setOffline(false)
  await page.waitForFunction(() => window.conditionsClient.connectivity.status.isOnline)
  await page.waitForFunction(() => window.conditionsClient.sync.state.status === 'upToDate')
})
