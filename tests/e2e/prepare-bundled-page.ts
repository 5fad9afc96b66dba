import { afterAll, beforeAll } from 'vitest'
import { bundlePage, type BundledPage } from '../support/bundle-page.ts'
import { prepareBrowser, type PreparedBrowser } from './prepare-browser.ts'

/** A page of ours that each test's server serves, beside the records of `engine-schema.ts`; `fileName` stands in this folder. */
export function prepareBundledPage(fileName: string): PreparedBrowser {
  let bundled: BundledPage
  beforeAll(async () => {
    bundled = await bundlePage(new URL(fileName, import.meta.url))
  })
  afterAll(() => bundled[Symbol.asyncDispose]())
  return prepareBrowser(() => ({
    flags: ['--static-dir', bundled.folder, '--schema', 'tests/e2e/engine-schema.ts'],
  }))
}
