import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { bundlePage, type BundledPage } from '../../support/bundle-page.ts'
import { repositoryRoot, spawnServer } from '../spawn-server.ts'
import type { RunningServer } from '../subject.ts'
import { countRows } from './count-rows.ts'
import { profilePage } from './profile-page.ts'
import type { RecordSubject } from './record-subject.ts'

let bundling: Promise<BundledPage> | undefined

/** Made once, and gone with this process. */
async function bundleRecordsPage(): Promise<BundledPage> {
  const bundled = await bundlePage(new URL('./records-page.ts', import.meta.url))
  process.once('exit', () => rmSync(bundled.folder, { recursive: true, force: true }))
  return bundled
}

/** The built server with the records' schema and the page of the benchmarks. */
export async function startRecordServer(dataDir: string, flags: readonly string[] = []): Promise<RunningServer> {
  bundling ??= bundleRecordsPage()
  const { folder } = await bundling
  const schema = new URL('./stock-schema.ts', import.meta.url).pathname
  return spawnServer({
    entry: process.env['BENCH_REJOIN_ENTRY'] ?? join(repositoryRoot, 'packages/server/dist/main.js'),
    args: [
      ...'--port 0 --rate-limits off --log-level warn'.split(' '),
      '--data-dir',
      dataDir,
      '--schema',
      schema,
      '--static-dir',
      folder,
      ...flags,
    ],
    pathOf: (document) => `/documents/${document}`,
  })
}

/** A device: pages of one context share its storage. */
export interface RejoinDevice {
  readonly context: BrowserContext
  /** Opens the app, without a client as yet (`window.stock`). */
  readonly openPage: () => Promise<{ readonly page: Page; readonly devTools: CDPSession }>
}

export async function openRejoinDevice(
  browser: Browser,
  server: RunningServer,
  { talksToOthers = false }: { readonly talksToOthers?: boolean } = {},
): Promise<RejoinDevice> {
  // The server's own pages may talk to it alone.
  const context = await browser.newContext({ bypassCSP: talksToOthers })
  return {
    context,
    openPage: async () => {
      const page = await context.newPage()
      const devTools = await context.newCDPSession(page)
      await page.goto(`http://127.0.0.1:${server.port}`)
      await page.waitForFunction(() => 'stock' in window)
      return { page, devTools }
    },
  }
}

export const rejoinRecords: RecordSubject = {
  name: 'rejoin',
  title: 'Rejoin',
  start: (dataDir) => startRecordServer(dataDir),
  async openDevice(browser, server) {
    const { context, openPage } = await openRejoinDevice(browser, server)
    const { page, devTools } = await openPage()
    await page.evaluate(() => window.stock.open())
    return {
      write: (count) => page.evaluate((products) => window.stock.createProducts(products), count),
      sync: () => profilePage(devTools, 'sync', () => page.evaluate(() => window.stock.sync())),
      countOnServer: () => countRows(server),
      close: () => context.close(),
    }
  },
}
