import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { readServerRecords } from '../support/server-records.ts'
import { waitFor } from '../support/wait-for.ts'
import { prepareStockRoom } from './prepare-stock-room.ts'
import { openStockTab, stockServer, type StockKeeper } from './stock-keeper.ts'
import { controlWorker } from './worker-control.ts'

const delivered = 'Your changes have been synced!'
const openOnly = 'This browser syncs only while the app is open. Use Sync now before you close it.'

const room = prepareStockRoom()

/** A person whose worker is in place, and who syncs. */
async function enterSyncing(): Promise<StockKeeper> {
  const keeper = await room.enterSyncing()
  await keeper.page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
  return keeper
}

/** A request of the app's own, which is no record. */
async function sendForm(): Promise<readonly unknown[]> {
  const response = await fetch('/api/v1/documents', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'form' }),
  })
  const { queued, message } = await response.json()
  return [response.status, queued, message]
}

/** As Safari and Firefox have it. */
function forgetBackgroundSync(): void {
  // An empty page has no such thing.
  if (!('ServiceWorkerRegistration' in globalThis)) return
  for (const name of ['sync', 'periodicSync']) Reflect.deleteProperty(ServiceWorkerRegistration.prototype, name)
}

const isShown = (page: Page, text: string): Promise<boolean> => page.getByText(text).first().isVisible()

test('[EE20] what was done offline is delivered by the service worker alone, in order and once, and told when the page opens again', async () => {
  const keeper = await enterSyncing()
  const { context, page } = keeper
  const worker = await controlWorker(context, room.server)
  await context.setOffline(true)
  await keeper.untilStatus('offline')
  await keeper.addProduct('Salt', '3.00', '10')
  await keeper.edit('Salt', 'target', '40')
  await keeper.book('Salt', '-2', 'by Ada')
  await keeper.addRecipe('Borscht', 'Beets.')
  await keeper.addProduct('Oil', '9.00', '5')
  expect(await page.evaluate(sendForm)).toEqual([202, true, 'Saved offline. Will sync when online.'])
  await page.close()
  expect(await readServerRecords(room.server)).toEqual([])

  await context.setOffline(false)
  await worker.dispatchSync()
  const rows = await waitFor('the worker has delivered everything', async () => {
    const all = await readServerRecords(room.server)
    return all.length === 6 && all
  })
  const placeOf = (name: string): number =>
    rows.find(({ fields }) => [fields['name'], fields['note'], fields['title']].includes(name))?.seq ?? NaN
  expect(placeOf('Salt')).toBeLessThan(placeOf('by Ada'))
  expect(rows.map(({ entityType }) => entityType).toSorted()).toEqual([
    'product',
    'product',
    'recipe',
    'stockMovement',
    'stockMovement',
    'stockMovement',
  ])
  expect(rows.find(({ fields }) => fields['name'] === 'Salt')?.fields).toMatchObject({ quantity: 40 })
  expect(new Set(rows.map(({ recordId }) => recordId)).size).toBe(6)
  await waitFor('the form arrived', async () => (await fetch(`${room.server.url}/api/v1/documents/form`)).ok)

  const again = await openStockTab(context, room.server)
  await waitFor('it is told', () => isShown(again.page, delivered))
  await again.untilStatus('upToDate')
  expect(again.faults).toEqual([])
  // Once.
  await again.reload()
  await again.untilStatus('upToDate')
  expect(await isShown(again.page, delivered)).toBe(false)
})

test('[EE21] after the first visit the app opens without a network, with what was there', async () => {
  const keeper = await enterSyncing()
  await keeper.addProduct('Salt', '3.00', '10')
  await keeper.untilStatus('upToDate')
  await room.server.stop()
  const again = await openStockTab(keeper.context, room.server)
  await again.product('Salt').waitFor()
  await keeper.page.close()
  await again.addProduct('Oil', '9.00', '5')
  await again.reload()
  await again.product('Oil').waitFor()
  await room.server.start()
  await again.untilStatus('upToDate')
  expect((await readServerRecords(room.server)).length).toBe(4)
  expect(again.faults).toEqual([])
})

test('[EE21] Chromium finds nothing in the way of installing it', async () => {
  const { context, page } = await enterSyncing()
  const session = await context.newCDPSession(page)
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
  // Every context of these tests is a private window.
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito'])
})

test('[EE22] in a browser without Background Sync that is said once, and "Sync now" delivers', async () => {
  const keeper = await room.enter()
  await keeper.context.addInitScript(forgetBackgroundSync)
  await keeper.reload()
  expect(await isShown(keeper.page, openOnly)).toBe(false)
  await keeper.toggleSync()
  await waitFor('it is said', () => isShown(keeper.page, openOnly))
  await keeper.untilStatus('upToDate')
  await room.server.stop()
  await keeper.addProduct('Salt', '3.00', '10')
  await keeper.untilStatus('offline')
  await room.server.start()
  await keeper.byTestId('sync-now').click()
  await keeper.untilStatus('upToDate')
  expect((await readServerRecords(room.server)).length).toBe(2)
  await keeper.reload()
  await keeper.untilStatus('upToDate')
  expect(await isShown(keeper.page, openOnly)).toBe(false)
})

test('[EE22] there a page that goes leaves what waits to its worker, which has some seconds then', async () => {
  const keeper = await room.enter()
  await keeper.context.addInitScript(forgetBackgroundSync)
  await keeper.reload()
  await keeper.toggleSync()
  await keeper.untilStatus('upToDate')
  await keeper.page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
  // Of the page alone: its worker has a network.
  const session = await keeper.context.newCDPSession(keeper.page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', {
    offline: true,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: -1,
  })
  await keeper.untilStatus('offline')
  await keeper.addProduct('Salt', '3.00', '10')
  expect(await readServerRecords(room.server)).toEqual([])
  await keeper.page.goto('about:blank')
  await waitFor('the worker has delivered', async () => (await readServerRecords(room.server)).length === 2)
})

test('[EE23] of 25 changes an event delivers ten, and says truly how far it is', async () => {
  const keeper = await enterSyncing()
  const { context, page } = keeper
  const worker = await controlWorker(context, room.server)
  await room.server.stop()
  await page.evaluate(async () => {
    const { product } = window.rejoinDemo?.client.records ?? {}
    for (let at = 1; at <= 25; at++) await product?.create({ name: `Product ${at}`, priceCents: 100 })
  })
  await keeper.untilStatus('offline')
  await page.close()
  await room.server.start()

  const counts: number[] = []
  for (let event = 1; event <= 3; event++) {
    const refusedBefore = worker.refusals.length
    await worker.dispatchSync()
    const expected = Math.min(25, event * 10)
    await waitFor(`event ${event} has delivered`, async () => (await readServerRecords(room.server)).length === expected)
    if (event < 3) await waitFor(`event ${event} asks for another`, () => worker.refusals.length > refusedBefore)
    counts.push((await readServerRecords(room.server)).length)
  }
  expect(counts).toEqual([10, 20, 25])
  const again = await openStockTab(context, room.server)
  await waitFor('it is told', () => isShown(again.page, delivered))
  expect(again.faults).toEqual([])
})

test('[EE24] a new build is told of, waits until the pages of the old one are closed, and takes no work with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rejoin-build-'))
  const built = stockServer.flags?.[1] ?? ''
  await cp(built, folder, { recursive: true })
  await room.replaceServer({ flags: ['--static-dir', folder, ...(stockServer.flags?.slice(2) ?? [])] })
  const keeper = await enterSyncing()
  await keeper.addProduct('Salt', '3.00', '10')
  const isNew = (page: Page): Promise<boolean> => page.evaluate(() => document.documentElement.dataset['build'] === 'new')
  // A front page with another text has another revision in the worker's list.
  await rewrite(join(folder, 'index.html'), (text) => text.replace('<html', '<html data-build="new"'))
  await rewrite(join(folder, 'service-worker.js'), (text) =>
    text.replace(/"revision":"\w+"(,"url":"index\.html")/, '"revision":"new"$1'),
  )

  await keeper.reload()
  await waitFor('it is told', () => isShown(keeper.page, 'A new version of this page is here.'))
  await keeper.addProduct('Oil', '9.00', '5')
  await keeper.reload()
  expect(await isNew(keeper.page)).toBe(false)
  const worker = await controlWorker(keeper.context, room.server)
  const old = await waitFor('the old worker is seen', () => worker.activeVersion)
  await keeper.page.close()
  // The browser lets the old one go a moment after its last page.
  await waitFor('the new worker has taken over', () => worker.activeVersion !== old)
  const again = await openStockTab(keeper.context, room.server)
  expect(await isNew(again.page)).toBe(true)
  await Promise.all([again.product('Salt').waitFor(), again.product('Oil').waitFor()])
  await rm(folder, { recursive: true })
})

test('[EE26] a periodic event brings news to a device whose app is closed', async () => {
  const [ada, grace] = [await enterSyncing(), await enterSyncing()]
  const worker = await controlWorker(ada.context, room.server)
  await ada.page.close()
  await grace.addProduct('Salt', '3.00', '10')
  await grace.untilStatus('upToDate')
  await worker.dispatchPeriodicSync()
  await waitFor('the device has the rows', async () => {
    const script = ada.context.serviceWorkers().find((each) => each.url().startsWith(room.server.url))
    return (await script?.evaluate(countRows)) === 2
  })
  await room.server.stop()
  const again = await openStockTab(ada.context, room.server)
  await again.product('Salt').waitFor()
})

/** Of the server's rows, how many this browser has. */
async function countRows(): Promise<number> {
  const found = await indexedDB.databases()
  const name = found.map((each) => each.name ?? '').find((each) => each.includes('/records'))
  if (name === undefined) return 0
  const { promise, resolve } = Promise.withResolvers<IDBDatabase>()
  const request = indexedDB.open(name)
  request.addEventListener('success', () => resolve(request.result))
  const database = await promise
  const counting = database.transaction('confirmedA').objectStore('confirmedA').count()
  await new Promise((counted) => counting.addEventListener('success', counted))
  database.close()
  return counting.result
}

async function rewrite(path: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(path, 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`${path} is not what it was`)
  await writeFile(path, after)
}
