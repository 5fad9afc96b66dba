import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { openBrowser } from '../support/open-browser.ts'
import { startServer, type RunningServer, type ServerOptions } from '../support/start-server.ts'

/** A browser for the tests of a file, and a server for each of them. */
export interface PreparedBrowser {
  readonly browser: Browser
  readonly server: RunningServer
  /** A profile of its own, so another device; closed after the test, which fails where one of its pages did not handle an error. */
  newContext(options?: BrowserContextOptions): Promise<BrowserContext>
  /** Another server for this test. */
  replaceServer(options: ServerOptions): Promise<void>
}

/** `optionsOf` is asked before each test. */
export function prepareBrowser(optionsOf: () => ServerOptions): PreparedBrowser {
  let browser: Browser
  let server: RunningServer
  const contexts: BrowserContext[] = []
  const faults: string[] = []
  beforeAll(async () => {
    browser = await openBrowser()
  })
  beforeEach(async () => {
    server = await startServer(optionsOf())
  })
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()))
    await server[Symbol.asyncDispose]()
    const unhandled = faults.splice(0)
    if (unhandled.length > 0) throw new Error(`a page did not handle: ${unhandled.join('; ')}`)
  })
  afterAll(() => browser.close())
  return {
    get browser() {
      return browser
    },
    get server() {
      return server
    },
    newContext: async (options) => {
      const context = await browser.newContext(options)
      contexts.push(context)
      context.on('weberror', (error) => faults.push(error.error().message))
      return context
    },
    replaceServer: async (options) => {
      await server[Symbol.asyncDispose]()
      server = await startServer(options)
    },
  }
}
