import type { BrowserContext, Page } from 'playwright-core'
import { beforeEach, expect, test } from 'vitest'
import { longestTaskOf } from '../support/longest-task.ts'
import { readServerRecords } from '../support/server-records.ts'
import { prepareBundledPage } from './prepare-bundled-page.ts'

const prepared = prepareBundledPage('engine-page.ts')
let page: Page
beforeEach(async () => {
  page = await openPage(await prepared.newContext())
})

async function openPage(context: BrowserContext): Promise<Page> {
  const opened = await context.newPage()
  await opened.goto(prepared.server.url)
  await opened.waitForFunction(() => 'enginePage' in window)
  return opened
}

const enable = (): Promise<void> => page.evaluate(() => window.enginePage.client.sync.enable())
const create = (count: number): Promise<void> => page.evaluate((many) => window.enginePage.create(many), count)
const ownRequests = (): Promise<number> => page.evaluate(() => window.enginePage.ownRequests())

async function untilUpToDate(withinMs = 60_000): Promise<void> {
  await page.waitForFunction(() => window.enginePage.client.sync.state.status === 'upToDate', undefined, { timeout: withinMs })
}

async function serverNames(): Promise<readonly unknown[]> {
  return (await readServerRecords(prepared.server)).map(({ fields }) => fields['name'])
}

test('[EW1] a thousand operations reach the server through the worker; the page asks for nothing itself', async () => {
  await create(1_000)
  await enable()
  await untilUpToDate()
  const names = await serverNames()
  expect({ count: names.length, distinct: new Set(names).size, own: await ownRequests() }).toEqual({
    count: 1_000,
    distinct: 1_000,
    own: 0,
  })
})

test('[EW1] syncing is switched, asked for and looked at as without a worker', async () => {
  await enable()
  await untilUpToDate()
  await page.evaluate(() => window.enginePage.client.setOnline(false))
  await create(3)
  await page.waitForFunction(() => {
    const { status, pending } = window.enginePage.client.sync.state
    return status === 'offline' && pending === 3
  })
  await page.evaluate(() => window.enginePage.client.setOnline(true))
  await untilUpToDate()
  await create(2)
  expect(await page.evaluate(() => window.enginePage.client.sync.syncNow())).toMatchObject({ pending: 0, failed: 0 })
  await page.evaluate(() => window.enginePage.client.sync.disable())
  await create(1)
  await page.waitForFunction(() => window.enginePage.client.sync.state.status === 'paused')
  expect({ onServer: (await serverNames()).length, own: await ownRequests() }).toEqual({ onServer: 5, own: 0 })
  const runs = await page.waitForFunction(() => {
    const all = window.enginePage.client.sync.activity.runs()
    return all.some(({ items }) => items > 0) ? all : undefined
  })
  expect((await runs.jsonValue())?.reduce((sum, { items }) => sum + items, 0)).toBe(5)
})

test('[EW2] a worker that is killed while it sends is replaced by its page; nothing is lost and nothing doubled', async () => {
  await create(3_000)
  await enable()
  await page.waitForFunction(() => window.enginePage.client.sync.state.pending < 3_000)
  await page.evaluate(() => window.enginePage.killWorker())
  await create(10)
  await untilUpToDate()
  const names = await serverNames()
  expect({ count: names.length, distinct: new Set(names).size }).toEqual({ count: 3_010, distinct: 3_000 })
  expect(await ownRequests()).toBeGreaterThan(0)
})

test('[EW2] when a tab closes, the worker of another one goes on', async () => {
  await enable()
  await untilUpToDate()
  const first = page
  page = await openPage(first.context())
  await untilUpToDate()
  await first.close()
  await create(20)
  await page.waitForFunction(() => window.enginePage.client.sync.state.pending === 0)
  await untilUpToDate()
  expect({ count: (await serverNames()).length, own: await ownRequests() }).toEqual({ count: 20, own: 0 })
})

test('[EW3] ten thousand entries drain through the worker without a task of the page over 50 ms', async () => {
  await create(10_000)
  const longestMs = await longestTaskOf(prepared.browser, page, async () => {
    await enable()
    await untilUpToDate(120_000)
  })
  expect(longestMs).toBeLessThan(50)
  expect({ onServer: (await serverNames()).length, own: await ownRequests() }).toEqual({ onServer: 10_000, own: 0 })
})

test('[EW4] ten thousand entries are brought into another order without a task of the page over 50 ms', async () => {
  await create(10_000)
  const when = { field: 'priceCents', operator: 'greaterThan', value: 5_000 } as const
  const rule = { name: 'dear first', entity: 'product', when, points: 20 }
  const longestMs = await longestTaskOf(prepared.browser, page, async () => {
    expect(await page.evaluate((rules) => window.enginePage.client.sync.priorities.update(rules), [rule])).toEqual([])
  })
  expect(longestMs).toBeLessThan(50)
})

test('[EW5] without a worker no task of a run over ten thousand entries exceeds 50 ms', async () => {
  await page.goto(`${prepared.server.url}/?alone`)
  await page.waitForFunction(() => 'enginePage' in window)
  await create(10_000)
  const longestMs = await longestTaskOf(prepared.browser, page, async () => {
    await enable()
    await untilUpToDate(120_000)
  })
  expect(longestMs).toBeLessThan(50)
  expect((await serverNames()).length).toBe(10_000)
  expect(await ownRequests()).toBeGreaterThan(0)
})
