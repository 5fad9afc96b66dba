import { copyFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { bundlePage, type BundledPage } from '../support/bundle-page.ts'
import { openBrowser } from '../support/open-browser.ts'
import { readServerRecords } from '../support/server-records.ts'
import { jwtSecret, signToken } from '../support/sign-token.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { waitFor } from '../support/wait-for.ts'
import { controlWorker } from './worker-control.ts'

let bundled: BundledPage
let server: RunningServer
let browser: Browser
let page: Page
let token: string
beforeAll(async () => {
  bundled = await bundlePage(new URL('signed-in-page.ts', import.meta.url))
  await using worker = await bundlePage(new URL('signed-in-worker.ts', import.meta.url))
  await copyFile(join(worker.folder, 'page.js'), join(bundled.folder, 'worker.js'))
  browser = await openBrowser()
})
beforeEach(async () => {
  token = await signToken({ user: 'ann' })
  await writeFile(join(bundled.folder, 'token.txt'), token)
  server = await startServer({
    flags: ['--auth', 'jwt', '--static-dir', bundled.folder, '--schema', 'tests/e2e/engine-schema.ts'],
    environment: { REJOIN_JWT_SECRET: jwtSecret },
  })
  page = await (await browser.newContext()).newPage()
  await page.goto(server.url)
  await page.waitForFunction(() => 'signedIn' in window)
})
afterEach(async () => {
  await page.context().close()
  await server[Symbol.asyncDispose]()
})
afterAll(async () => {
  await browser.close()
  await bundled[Symbol.asyncDispose]()
})

/** Leaves a product behind, with a server that comes back when the page is closed. */
async function leaveBehind(name: string): Promise<void> {
  await page.waitForFunction(() => window.signedIn.sync.state.status === 'upToDate')
  await server.stop()
  await page.evaluate((text) => window.signedIn.records.product.create({ name: text, priceCents: 1 }), name)
  await page.waitForFunction(() => window.signedIn.sync.state.status === 'offline')
}

const names = async (): Promise<readonly unknown[]> =>
  (await readServerRecords(server, token)).map(({ fields }) => fields['name'])

test('[EE25] the changes of somebody who is signed in are delivered with a token that the service worker gets by itself', async () => {
  const worker = await controlWorker(page.context(), server)
  await leaveBehind('Beet')
  await page.close()
  await server.start()
  await worker.dispatchSync()
  await waitFor('the worker has delivered', async () => (await names()).length === 1)
  expect(await names()).toEqual(['Beet'])
})

test('[EE25] where it gets none they wait for a page, and the browser is asked for nothing more', async () => {
  const context = page.context()
  const worker = await controlWorker(context, server)
  await leaveBehind('Beet')
  await page.close()
  await rm(join(bundled.folder, 'token.txt'))
  await server.start()
  const refusedBefore = worker.refusals.length
  await worker.dispatchSync()
  await waitFor('the worker has asked for a token', () =>
    context.serviceWorkers()[0]?.evaluate(() => Reflect.get(globalThis, 'tokensMissed') === 1),
  )
  expect([await names(), worker.refusals.length]).toEqual([[], refusedBefore])
  await writeFile(join(bundled.folder, 'token.txt'), token)
  page = await context.newPage()
  await page.goto(server.url)
  await waitFor('the page has delivered', async () => (await names()).length === 1)
})

/** Whose cookies the browser has, as this app tells its worker. */
async function signIn(user: string): Promise<void> {
  const session = await caches.open('session')
  await session.put('/user', new Response(user))
}

/** A request of the app's own, which is no record. */
async function sendForm(authorization: string): Promise<readonly unknown[]> {
  const response = await fetch('/api/v1/documents', {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'form' }),
  })
  const { queued } = await response.json()
  return [response.status, queued]
}

test('[EE25] what a person left behind is not sent with the cookies of who signed in after them; it is when they are back', async () => {
  const context = page.context()
  const worker = await controlWorker(context, server)
  const authorization = `Bearer ${token}`
  const isThere = async (): Promise<boolean> =>
    (await fetch(`${server.url}/api/v1/documents/form`, { headers: { authorization } })).ok
  await page.evaluate(signIn, 'ann')
  await leaveBehind('Beet')
  expect(await page.evaluate(sendForm, authorization)).toEqual([202, true])
  await page.evaluate(signIn, 'bob')
  await page.close()
  await server.start()
  await worker.dispatchSync()
  await waitFor('what goes without cookies is delivered', async () => (await names()).length === 1)
  expect(await isThere()).toBe(false)
  await context.serviceWorkers()[0]?.evaluate(signIn, 'ann')
  await worker.dispatchPeriodicSync()
  await waitFor('the form arrives', isThere)
})
