import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundlePage, type BundledPage } from '../support/bundle-page.ts'
import { openBrowser } from '../support/open-browser.ts'
import { readServerDocument } from '../support/server-documents.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { connectStockClient } from '../support/stock-client.ts'
import { waitFor } from '../support/wait-for.ts'

let bundled: BundledPage
let server: RunningServer
let browser: Browser
beforeAll(async () => {
  bundled = await bundlePage(new URL('stock-page.ts', import.meta.url))
  ;[server, browser] = await Promise.all([startServer({ flags: ['--static-dir', bundled.folder] }), openBrowser()])
})
afterAll(async () => {
  await browser.close()
  await server[Symbol.asyncDispose]()
  await bundled[Symbol.asyncDispose]()
})

async function openPage(room: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await page.goto(server.url)
  await page.waitForFunction(() => 'stockPage' in window)
  await page.evaluate((name) => window.stockPage.join(name), room)
  await page.waitForFunction(() => window.stockPage.isSynced())
  return page
}

const read = (page: Page) => page.evaluate(() => window.stockPage.read())

test('[IO16] two browsers and a Node process with plain y-websocket converge, offline edits included', async () => {
  const [ada, grace] = await Promise.all([openPage('browsers/two'), openPage('browsers/two')])
  using node = connectStockClient(server.documentsUrl, 'browsers/two')
  await node.synced()
  await ada.evaluate(() => window.stockPage.write('ada '))
  await grace.evaluate(() => window.stockPage.write('grace '))
  node.text.insert(0, 'node ')
  await ada.evaluate(() => window.stockPage.disconnect())
  await ada.evaluate(() => window.stockPage.write('offline '))
  await grace.evaluate(() => window.stockPage.write('online '))
  await ada.evaluate(() => window.stockPage.connect())

  const words = ['ada', 'grace', 'node', 'offline', 'online']
  const hasAll = (text: string | undefined) => text !== undefined && words.every((word) => text.includes(word))
  await waitFor('everybody has every word, in the same order', async () => {
    const stored = (await readServerDocument(server, 'browsers/two'))?.getText('text').toJSON()
    return hasAll(stored) && (await read(ada)) === stored && (await read(grace)) === stored && node.text.toJSON() === stored
  })
  expect(await ada.evaluate(() => window.stockPage.encode())).toEqual(await grace.evaluate(() => window.stockPage.encode()))
  await Promise.all([ada.context().close(), grace.context().close()])
})

test('[IO16] two tabs of one browser, which also talk to each other, converge with the server', async () => {
  const first = await openPage('browsers/tabs')
  const second = await first.context().newPage()
  await second.goto(server.url)
  await second.waitForFunction(() => 'stockPage' in window)
  await second.evaluate(() => window.stockPage.join('browsers/tabs'))
  for (let index = 0; index < 20; index++) {
    await first.evaluate((text) => window.stockPage.write(text), `a${index} `)
    await second.evaluate((text) => window.stockPage.write(text), `b${index} `)
  }
  await waitFor('both tabs and the server agree', async () => {
    const stored = (await readServerDocument(server, 'browsers/tabs'))?.getText('text').toJSON()
    return (
      stored?.includes('a19') === true &&
      stored.includes('b19') &&
      (await read(first)) === stored &&
      (await read(second)) === stored
    )
  })
  expect(server.isAlive).toBe(true)
  await first.context().close()
})
