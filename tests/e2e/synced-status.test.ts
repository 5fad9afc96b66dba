import { createSeededRandom } from '@rejoin/core/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../support/open-browser.ts'
import { randomMoment } from '../support/random-moment.ts'
import { readServerRecords } from '../support/server-records.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { waitFor } from '../support/wait-for.ts'
import { openStockKeeper, stockServer, type StockKeeper } from './stock-keeper.ts'
import { readSyncedClaims, watchSyncedClaims } from './synced-claims.ts'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

async function enterWatched(server: RunningServer): Promise<StockKeeper> {
  const keeper = await openStockKeeper(browser, server)
  await watchSyncedClaims(keeper)
  await keeper.toggleSync()
  await keeper.untilStatus('upToDate')
  return keeper
}

/** Kills the server, starts it again while no device may talk to it, and gives back what was claimed to be synced and is not there. */
async function killAndFindLost(server: RunningServer, keepers: readonly StockKeeper[]): Promise<readonly string[]> {
  await server.stop('SIGKILL')
  await Promise.all(keepers.map((keeper) => keeper.toggleOffline()))
  const claims = new Set((await Promise.all(keepers.map(readSyncedClaims))).flat())
  await server.start()
  const stored = new Set((await readServerRecords(server)).map(({ recordId }) => recordId))
  return [...claims].filter((id) => !stored.has(id))
}

test('[EE11] whatever the status ever called up to date is in the restarted server, and what was cut off arrives once', async () => {
  await using server = await startServer(stockServer)
  const random = createSeededRandom(43)
  const keepers = await Promise.all([enterWatched(server), enterWatched(server)])
  const [ada, grace] = keepers
  await ada.addProduct('Salt', '3.00', '0')
  await grace.product('Salt').waitFor()
  const pressesPerCycle = 6
  for (let cycle = 1; cycle <= 4; cycle++) {
    for (let press = 0; press < pressesPerCycle / 2; press++) {
      await ada.product('Salt').locator('[data-testid="put-one"]').click()
      await grace.product('Salt').locator('[data-testid="put-one"]').click()
    }
    // Just after the claim, and at any moment around it.
    await (cycle % 2 === 1 ? Promise.all(keepers.map((keeper) => keeper.untilStatus('upToDate'))) : randomMoment(random, 150))
    expect(await killAndFindLost(server, keepers)).toEqual([])
    await Promise.all(keepers.map((keeper) => keeper.toggleOffline()))
    await Promise.all(keepers.map((keeper) => keeper.untilStatus('upToDate')))
    const expected = String(cycle * pressesPerCycle)
    await waitFor('everybody has every press, once', async () => {
      const shown = await Promise.all(keepers.map((keeper) => keeper.shown()))
      return shown.every(({ products }) => products[0]?.inStock === expected)
    })
  }
  const movements = (await readServerRecords(server)).filter(({ entityType }) => entityType === 'stockMovement')
  expect(movements.length).toBe(4 * pressesPerCycle)
  expect(keepers.flatMap((keeper) => keeper.faults)).toEqual([])
  await Promise.all(keepers.map((keeper) => keeper.close()))
})

test('[EE11] the same watch finds a server that keeps a verdict without its effect', async () => {
  await using server = await startServer({
    ...stockServer,
    entry: 'tests/crash/lying-record-store-process.ts',
    environment: { REJOIN_TEST_LIE: 'hollow' },
  })
  const ada = await enterWatched(server)
  await ada.addProduct('Salt', '3.00', '0')
  await ada.untilStatus('upToDate')
  const id = (await ada.shown()).products[0]?.id
  await waitFor('the page claims the product', async () => (await readSyncedClaims(ada)).some((claimed) => claimed === id))
  expect(await killAndFindLost(server, [ada])).toEqual([id])
  await ada.close()
})
