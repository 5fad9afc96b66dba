import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { readServerRecords } from '../support/server-records.ts'
import { waitFor } from '../support/wait-for.ts'
import { findViolations } from './find-violations.ts'
import { prepareStockRoom } from './prepare-stock-room.ts'
import type { StockKeeper } from './stock-keeper.ts'

const room = prepareStockRoom()

/** Another browser, so another device, that syncs and reports. */
async function enterReporting(): Promise<StockKeeper> {
  const keeper = await room.enterSyncing()
  await goTo(keeper, 'sync')
  await keeper.byTestId('fleet-join').click()
  await keeper.page.locator('[data-testid="fleet-device"][data-own="true"]').waitFor()
  return keeper
}

const goTo = (keeper: StockKeeper, place: 'stock' | 'sync'): Promise<unknown> =>
  keeper.page.evaluate((hash) => {
    location.hash = hash
  }, `#/${place}`)

/** The other device, as it is shown here. */
const other = (keeper: StockKeeper): Locator => keeper.page.locator('[data-testid="fleet-device"][data-own="false"]')

async function untilOther(keeper: StockKeeper, what: string, facts: Readonly<Record<string, string>>): Promise<void> {
  await waitFor(what, async () => {
    const shown = await Promise.all(Object.keys(facts).map((name) => other(keeper).getAttribute(`data-${name}`)))
    return shown.join() === Object.values(facts).join()
  })
}

const productCount = async () =>
  (await readServerRecords(room.server)).filter(({ entityType }) => entityType === 'product').length

const settingsOf = (keeper: StockKeeper) => keeper.page.evaluate(() => window.rejoinDemo?.client.sync.settings.get())

test('[FL2] the server steered from another device: paused, settings changed, resumed', async () => {
  const [desk, phone] = [await enterReporting(), await enterReporting()]
  await untilOther(desk, 'the phone is there', { live: 'true', paused: 'false', queue: '0' })

  await other(desk).locator('[data-testid="fleet-pause"]').click()
  await waitFor('the phone is paused', async () => (await settingsOf(phone))?.enabled === false, { withinMs: 5_000 })
  await untilOther(desk, 'it says so', { paused: 'true', pending: '0' })
  await goTo(phone, 'stock')
  await phone.addProduct('Tea', '3.00', '4')
  await untilOther(desk, 'what was made there waits', { queue: '2' })
  expect(await productCount()).toBe(0)

  await other(desk).locator('[data-testid="fleet-settings"]').click()
  await other(desk).locator('[data-testid="fleet-interval"]').selectOption('30')
  expect(await findViolations(desk.page)).toEqual([])
  await waitFor('the interval is set', async () => (await settingsOf(phone))?.syncIntervalMinutes === 30, { withinMs: 5_000 })

  await other(desk).locator('[data-testid="fleet-pause"]').click()
  await untilOther(desk, 'the phone goes on', { paused: 'false', queue: '0' })
  await phone.untilStatus('upToDate')
  expect(await productCount()).toBe(1)
  expect(await settingsOf(phone)).toMatchObject({ enabled: true, syncIntervalMinutes: 30 })
})

test('[FL2] “Sync now” from another device runs on a paused one', async () => {
  const [desk, phone] = [await enterReporting(), await enterReporting()]
  await other(desk).locator('[data-testid="fleet-pause"]').click()
  await waitFor('the phone is paused', async () => (await settingsOf(phone))?.enabled === false)
  await goTo(phone, 'stock')
  await phone.addProduct('Salt', '1.00', '2')
  await untilOther(desk, 'what was made there waits', { queue: '2', pending: '0' })
  await other(desk).locator('[data-testid="fleet-start"]').click()
  await untilOther(desk, 'it was sent', { queue: '0', paused: 'true' })
  expect(await productCount()).toBe(1)
})

test('[FL3] a device whose page is closed is away, and does what was asked of it when it is opened again', async () => {
  const [desk, phone] = [await enterReporting(), await enterReporting()]
  await untilOther(desk, 'the phone is there', { live: 'true' })
  await phone.page.goto('about:blank')
  await untilOther(desk, 'the phone is away', { live: 'false' })
  await other(desk).locator('[data-testid="fleet-pause"]').click()
  await untilOther(desk, 'it waits', { pending: '1' })
  await phone.page.goto(`${room.server.url}/#/sync`)
  await untilOther(desk, 'the phone did it', { live: 'true', paused: 'true', pending: '0' })
  expect(await settingsOf(phone)).toMatchObject({ enabled: false })
})
