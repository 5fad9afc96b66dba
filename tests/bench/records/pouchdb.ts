import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { recordPeersFolder } from '../install-peers.ts'
import { spawnServer } from '../spawn-server.ts'
import type { RecordSubject } from './record-subject.ts'
import { sampleProduct, type SampleProduct } from './sample-records.ts'

interface PouchDatabase {
  bulkDocs(documents: readonly object[]): Promise<readonly object[]>
  readonly replicate: { to(url: string): Promise<{ readonly ok: boolean; readonly docs_written: number }> }
}
declare const PouchDB: new (name: string, options: { readonly adapter: string }) => PouchDatabase
declare global {
  interface Window {
    pouch: PouchDatabase
  }
}

const databasePath = '/databases/products'

/** PouchDB's browser build with its newer adapter, replicating to express-pouchdb in Node. */
export const pouchdb: RecordSubject = {
  name: 'pouchdb',
  title: 'PouchDB',
  start: (dataDir) =>
    spawnServer({ entry: join(recordPeersFolder, 'pouchdb-process.ts'), args: [dataDir], pathOf: () => databasePath }),
  async openDevice(browser, server) {
    const origin = `http://127.0.0.1:${server.port}`
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(origin)
    await page.addScriptTag({ url: '/pouchdb/pouchdb.min.js' })
    await page.addScriptTag({ url: '/pouchdb/pouchdb.indexeddb.min.js' })
    await page.evaluate(() => {
      window.pouch = new PouchDB('products', { adapter: 'indexeddb' })
    })
    return {
      write: (count) =>
        writeTogether(
          page,
          Array.from({ length: count }, (_, index) => sampleProduct(index)),
        ),
      sync: () => replicate(page, `${origin}${databasePath}`),
      countOnServer: async () => {
        const facts: { readonly doc_count: number } = JSON.parse(await (await fetch(`${origin}${databasePath}`)).text())
        return facts.doc_count
      },
      close: () => context.close(),
    }
  },
}

/** Its call for many documents: one by one it takes more than ten times as long. */
function writeTogether(page: Page, products: readonly SampleProduct[]): Promise<number> {
  return page.evaluate(async (documents) => {
    const startedAt = performance.now()
    await window.pouch.bulkDocs(documents.map((document) => ({ _id: crypto.randomUUID(), ...document })))
    return performance.now() - startedAt
  }, products)
}

function replicate(page: Page, url: string): Promise<number> {
  return page.evaluate(async (target) => {
    const startedAt = performance.now()
    const { ok } = await window.pouch.replicate.to(target)
    if (!ok) throw new Error('PouchDB says that it did not replicate everything')
    return performance.now() - startedAt
  }, url)
}
