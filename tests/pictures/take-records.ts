import type { RunningServer } from '../support/start-server.ts'
import { openStockTab, stockWindow, type StockKeeper } from '../e2e/stock-keeper.ts'
import type { Browser } from 'playwright-core'
import type { Look, Photographer } from './photographer.ts'

/** Two devices price the same product: the first one's gives way. */
async function makeConflict(here: StockKeeper, there: StockKeeper): Promise<void> {
  await here.untilStatus('upToDate')
  await there.product('Sea salt').waitFor()
  await here.toggleOffline()
  await here.untilStatus('offline')
  await here.edit('Sea salt', 'price', '3.40')
  await here.book('Olive oil', '-2', 'Lunch')
  await there.edit('Sea salt', 'price', '3.60')
  await there.book('Olive oil', '+6', 'From the market')
  await there.untilStatus('upToDate')
  await here.toggleOffline()
  await here.byTestId('attention-item').waitFor()
  await here.untilStatus('upToDate')
}

/** The stock room with a conflict, and the sync panel of a device that works offline. */
export async function takeRecords(
  { browser, server }: { readonly browser: Browser; readonly server: () => Promise<RunningServer> },
  photographer: Photographer,
  looks: readonly Look[],
): Promise<void> {
  for (const look of looks) {
    // Fresh for each look: what one leaves behind must not be in the next one's picture.
    await using own = await server()
    const there = await openStockTab(await browser.newContext(stockWindow), own)
    const here = await openStockTab(await photographer.newContext(look), own)
    await there.toggleSync()
    await here.toggleSync()
    await here.byTestId('add-examples').click()
    await here.product('Sea salt').waitFor()
    await makeConflict(here, there)
    await here.byTestId('stock-room').evaluate((room) => room.scrollTo({ top: 0 }))
    await photographer.take(here.page, 'stock-room', look)
    await here.toggleOffline()
    await here.untilStatus('offline')
    await here.edit('Wildflower honey', 'price', '8.20')
    await here.book('Buckwheat flour', '-3', 'Crêpes')
    await here.page.goto(`${own.url}/#/sync`)
    await here.byTestId('outbox-entry').first().waitFor()
    await photographer.take(here.page, 'sync-panel', look)
    await Promise.all([here.close(), there.close()])
  }
}
