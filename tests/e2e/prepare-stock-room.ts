import type { BrowserContext } from 'playwright-core'
import { prepareBrowser, type PreparedBrowser } from './prepare-browser.ts'
import { openStockTab, stockServer, stockWindow, type StockKeeper } from './stock-keeper.ts'

/** The demo with its records, for people with a browser each. */
export interface PreparedStockRoom extends PreparedBrowser {
  /** A person in the stock room; `context`: their browser, where it is a special one. */
  readonly enter: (context?: BrowserContext) => Promise<StockKeeper>
  /** One who syncs, and is up to date. */
  readonly enterSyncing: (context?: BrowserContext) => Promise<StockKeeper>
}

export function prepareStockRoom(): PreparedStockRoom {
  const prepared = prepareBrowser(() => stockServer)
  const enter = async (context?: BrowserContext): Promise<StockKeeper> =>
    openStockTab(context ?? (await prepared.newContext(stockWindow)), prepared.server)
  // Not spread: its server is another one in each test.
  return Object.assign(prepared, {
    enter,
    enterSyncing: async (context?: BrowserContext) => {
      const keeper = await enter(context)
      await keeper.toggleSync()
      await keeper.untilStatus('upToDate')
      return keeper
    },
  })
}
