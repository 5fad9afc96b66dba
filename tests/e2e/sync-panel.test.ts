import type { RecordRow } from '@rejoin/core'
import { describe, expect, test } from 'vitest'
import { readServerRecords } from '../support/server-records.ts'
import { waitFor } from '../support/wait-for.ts'
import { findViolations } from './find-violations.ts'
import { prepareStockRoom } from './prepare-stock-room.ts'
import { stockWindow, type StockKeeper } from './stock-keeper.ts'
import { interceptSync } from './sync-requests.ts'
import { readToasts, watchToasts } from './toast-log.ts'

const room = prepareStockRoom()

interface Setting {
  readonly colorScheme?: 'light' | 'dark'
  /** Time goes on by itself, and jumps when the test says. */
  readonly hasOwnClock?: boolean
}

async function enterSyncing({ colorScheme = 'light', hasOwnClock = false }: Setting = {}): Promise<StockKeeper> {
  // Without motion, so that nothing is looked at while it fades in.
  const context = await room.newContext({ ...stockWindow, colorScheme, reducedMotion: 'reduce' })
  if (hasOwnClock) await context.clock.install()
  return room.enterSyncing(context)
}

const goTo = async (keeper: StockKeeper, place: 'canvas' | 'stock' | 'sync') => {
  await keeper.byTestId(`go-${place}`).click()
  await keeper.byTestId({ canvas: 'canvas', stock: 'stock-room', sync: 'sync-panel' }[place]).waitFor()
}

const untilOnServer = (what: string, isIt: (row: RecordRow) => boolean) =>
  waitFor(`${what} is on the server`, async () => (await readServerRecords(room.server)).some(isIt))

const textsOf = async (keeper: StockKeeper) => (await readToasts(keeper.page)).map(({ text }) => text)

const untilSaid = (keeper: StockKeeper, text: string) =>
  waitFor(`"${text}" is said`, async () => (await textsOf(keeper)).includes(text))

test('[EP1] kept offline, under way, arrived: the person goes on drawing and typing, the denominator stays, and good news leave after three seconds', async () => {
  const ada = await enterSyncing()
  await watchToasts(ada.page)
  await ada.toggleOffline()
  await ada.untilStatus('offline')
  // Two things, and three that wait for them: two requests.
  await ada.addProduct('Salt', '3.00', '0')
  await ada.addProduct('Oil', '9.00', '0')
  await ada.book('Salt', '+1', 'first')
  await ada.book('Oil', '+2', 'second')
  await ada.book('Oil', '+3', 'third')

  const sizes: number[] = []
  const second = Promise.withResolvers<void>()
  await interceptSync(ada.context, {
    mayGoOn: async ({ length }) => {
      if (length > 0) sizes.push(length)
      if (sizes.length === 2) await second.promise
    },
  })
  await ada.toggleOffline()
  await untilSaid(ada, 'Syncing changes… (2 of 5)')
  await waitFor('the second request is out', () => sizes.length === 2)
  expect(sizes).toEqual([2, 3])

  // While the second request is out: another change, and a drawing.
  await ada.edit('Salt', 'price', '3.50')
  await waitFor('the new price is shown', async () => (await ada.shown()).products.some(({ price }) => price === '€3.50'))
  await goTo(ada, 'canvas')
  await ada.byTestId('tool-rectangle').click()
  await ada.page.mouse.move(300, 300)
  await ada.page.mouse.down()
  await ada.page.mouse.move(360, 340, { steps: 4 })
  await ada.page.mouse.up()
  const isDrawn = () => ada.page.evaluate(() => [...(window.rejoinDemo?.doc?.getMap('elements').keys() ?? [])].length === 1)
  await waitFor('the rectangle is in the document', isDrawn)
  expect((await textsOf(ada)).at(-1)).toBe('Syncing changes… (2 of 5)')

  second.resolve()
  await untilSaid(ada, 'Your changes have been synced!')
  await waitFor('the good news have left', async () => (await readToasts(ada.page)).every(({ until }) => until !== undefined))
  const toasts = await readToasts(ada.page)
  const denominators = toasts.flatMap(({ text }) => / of (\d+)/.exec(text)?.[1] ?? [])
  expect(new Set(denominators)).toEqual(new Set(['5']))
  const [first, last] = [toasts.at(0), toasts.at(-1)]
  expect([first?.text, last?.text]).toEqual(['Saved offline. Will sync when online.', 'Your changes have been synced!'])
  expect(toasts.filter(({ kind }) => kind === 'savedOffline')).toHaveLength(1)
  const stayedMs = (last?.until ?? Infinity) - (last?.from ?? 0)
  expect(stayedMs).toBeGreaterThan(2_900)
  // With its way out, on a busy machine.
  expect(stayedMs).toBeLessThan(6_000)
  expect((await readServerRecords(room.server)).length).toBe(5)
})

test('[EP2] a conflict, a refusal, a failure and an expired sign-in in one queue: each is told as what it is, and nothing else waits for them', async () => {
  const [ada, grace] = [await enterSyncing({ hasOwnClock: true }), await enterSyncing()]
  for (const name of ['Salt', 'Oil', 'Vinegar']) await ada.addProduct(name, '3.00', '0')
  await ada.addRecipe('Borscht', 'Beetroots.')
  await grace.byTestId('recipe').filter({ hasText: 'Borscht' }).waitFor()
  await goTo(ada, 'sync')
  await ada.byTestId('setting-maxRetryAttempts').fill('2')
  await ada.byTestId('setting-maxRetryAttempts').press('Enter')
  await goTo(ada, 'stock')
  await watchToasts(ada.page)

  await ada.toggleOffline()
  await ada.untilStatus('offline')
  await ada.editRecipe('Borscht', 'Beetroots, by Ada.')
  await ada.edit('Salt', 'name', 'Sea salt')
  await ada.edit('Oil', 'price', '4.00')
  await ada.edit('Vinegar', 'price', '5.00')
  await grace.editRecipe('Borscht', 'Beetroots, by Grace.')
  await untilOnServer('the other text', ({ fields }) => fields['body'] === 'Beetroots, by Grace.')

  let requests = 0
  let failures = 0
  let isServerWell = false
  await interceptSync(ada.context, {
    refuse: () => (++requests === 1 ? 401 : undefined),
    answer: ({ payload }) => {
      if (payload['name'] === 'Sea salt') return { status: 'rejected', code: 'VALIDATION_ERROR', message: 'this name is taken' }
      if (payload['priceCents'] !== 400 || isServerWell) return undefined
      failures++
      return { status: 'rejected', code: 'INTERNAL', message: 'the database is away' }
    },
  })
  await ada.toggleOffline()
  const toast = (text: string) => ada.byTestId('attention-toast').filter({ hasText: text })
  await toast("Conflict on Borscht: the server's version was kept. Please review.").waitFor()
  await toast('Sync failed for Change product Sea salt').waitFor()
  await untilOnServer(
    'what has nothing to do with it',
    ({ fields }) => fields['name'] === 'Vinegar' && fields['priceCents'] === 500,
  )

  // Tried again at once, then within a minute, then no more.
  await goTo(ada, 'sync')
  const waiting = ada.byTestId('outbox-entry').filter({ hasText: 'Tried 2 times. Sent again' })
  await waitFor('the second answer has been taken in', async () => failures === 3 || (await waiting.count()) === 1)
  await ada.page.clock.fastForward('01:01')
  const failed = toast('Sync failed for Change product Oil')
  await failed.waitFor()
  expect(failures).toBe(3)
  expect(await failed.locator('button').allTextContents()).toEqual(['Retry now', 'Dismiss'])
  expect(await ada.page.locator('dialog, [role="dialog"], [aria-modal]').count()).toBe(0)
  expect(await textsOf(ada)).not.toContain('Your changes have been synced!')

  // Dismissed is not settled; tried again, it arrives.
  await toast('Sea salt').locator('[data-testid="toast-dismiss"]').click()
  await toast('Sea salt').waitFor({ state: 'detached' })
  expect(await ada.byTestId('attention-item').count()).toBe(3)
  isServerWell = true
  await failed.locator('[data-testid="toast-retry"]').click()
  await untilOnServer('the change that failed', ({ fields }) => fields['name'] === 'Oil' && fields['priceCents'] === 400)
  await ada.untilStatus('upToDate')
  await waitFor('two matters are left', async () => (await ada.byTestId('attention-item').count()) === 2)
})

test('[EP4] the panel is worked by keyboard alone, fits a phone, and what was set is kept', async () => {
  const ada = await enterSyncing()
  await goTo(ada, 'sync')
  const { keyboard } = ada.page
  await ada.byTestId('tab-queue').focus()
  await keyboard.press('ArrowRight')
  await ada.byTestId('priority-lots').waitFor()
  await keyboard.press('ArrowRight')
  // From the tab into its view.
  await keyboard.press('Tab')
  await keyboard.press('Control+A')
  await keyboard.insertText('[{ "name": "Far away", "entity": "planet", "points": 10 }]')
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  expect(await ada.byTestId('priority-problems').textContent()).toContain('Rule 1 "Far away": there is no entity "planet"')
  await ada.byTestId('setting-useMeteredConnection').focus()
  await keyboard.press('Space')
  await ada.byTestId('setting-syncIntervalMinutes').focus()
  await keyboard.press('Control+A')
  await keyboard.insertText('30')
  await keyboard.press('Enter')

  await ada.page.setViewportSize({ width: 390, height: 844 })
  const widths = await ada.byTestId('sync-panel').evaluate(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])
  expect(widths[0]).toBe(widths[1])
  expect(await findViolations(ada.page)).toEqual([])
  await ada.page.reload()
  await waitFor('both settings are as they were left', async () => {
    const interval = await ada.byTestId('setting-syncIntervalMinutes').inputValue()
    return interval === '30' && (await ada.byTestId('setting-useMeteredConnection').isChecked())
  })
})

describe('accessibility', () => {
  test.each(['light', 'dark'] as const)(
    '[EP3] axe-core finds nothing on the panel, in the stock room and over the canvas, %s',
    async (colorScheme) => {
      const [ada, grace] = [await enterSyncing({ colorScheme }), await enterSyncing()]
      await ada.byTestId('add-examples').click()
      await ada.product('Sea salt').waitFor()
      await grace.product('Sea salt').waitFor()
      await ada.toggleOffline()
      await ada.untilStatus('offline')
      await ada.edit('Sea salt', 'price', '7.77')
      expect(await findViolations(ada.page)).toEqual([])
      await goTo(ada, 'sync')
      expect(await findViolations(ada.page)).toEqual([])
      await ada.byTestId('tab-rules').click()
      expect(await findViolations(ada.page)).toEqual([])
      await ada.byTestId('tab-priority').click()
      await grace.edit('Sea salt', 'price', '8.88')
      await untilOnServer('the later price', ({ fields }) => fields['priceCents'] === 888)
      await ada.toggleOffline()
      await ada.byTestId('attention-toast').waitFor()
      expect(await findViolations(ada.page)).toEqual([])
      await goTo(ada, 'stock')
      await ada.byTestId('attention-edit').click()
      expect(await findViolations(ada.page)).toEqual([])
      await goTo(ada, 'canvas')
      expect(await findViolations(ada.page)).toEqual([])
    },
  )
})
