import { basicDocumentStoreCases, durableDocumentStoreCases, recordDatabaseCases } from '@rejoin/client/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundlePage, type BundledPage } from '../support/bundle-page.ts'
import { openBrowser } from '../support/open-browser.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'

let bundled: BundledPage
let server: RunningServer
let browser: Browser
let page: Page
beforeAll(async () => {
  bundled = await bundlePage(new URL('store-page.ts', import.meta.url))
  ;[server, browser] = await Promise.all([startServer({ flags: ['--static-dir', bundled.folder] }), openBrowser()])
  page = await browser.newPage()
  await page.goto(server.url)
  await page.waitForFunction(() => 'storeContract' in window)
})
afterAll(async () => {
  await browser.close()
  await server[Symbol.asyncDispose]()
  await bundled[Symbol.asyncDispose]()
})

test.each([...basicDocumentStoreCases, ...durableDocumentStoreCases].map(({ title }) => title))(
  '[EE6] in Chromium: %s',
  async (title) => {
    await expect(page.evaluate((name) => window.storeContract.run(name), title)).resolves.toBeUndefined()
  },
)

test.each(recordDatabaseCases.map(({ title }) => title))('[EE12] in Chromium: %s', async (title) => {
  await expect(page.evaluate((name) => window.storeContract.runRecords(name), title)).resolves.toBeUndefined()
})
