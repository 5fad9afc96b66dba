import { expect, test } from 'vitest'
import { readServerRecords } from '../support/server-records.ts'
import { waitFor } from '../support/wait-for.ts'
import { prepareStockRoom } from './prepare-stock-room.ts'
import { openStockTab, type ShownStock, type StockKeeper } from './stock-keeper.ts'

const room = prepareStockRoom()
const { enter, enterSyncing } = room

const withoutTimes = ({ products, movements, recipes }: ShownStock) => ({
  products,
  // Their order is by creation time, which is the devices' word; what counts is that every device lists them alike.
  movements,
  recipes,
})

/** Waits until all of them are up to date and show the same, and gives it back. */
async function untilAlike(...people: readonly StockKeeper[]): Promise<ShownStock> {
  return await waitFor(
    'everybody shows the same rows, nothing pending',
    async () => {
      const statuses = await Promise.all(people.map((person) => person.status()))
      const shown = await Promise.all(people.map((person) => person.shown()))
      const [first] = shown
      const texts = new Set(shown.map((stock) => JSON.stringify(withoutTimes(stock))))
      const isSettled = statuses.every((status) => status === 'upToDate') && texts.size === 1
      return isSettled && first && isNothingPending(first) ? first : undefined
    },
    { withinMs: 30_000 },
  )
}

const isNothingPending = ({ products, movements }: ShownStock): boolean =>
  [...products, ...movements].every(({ isPending }) => !isPending)

const rowsOf = ({ products }: ShownStock) =>
  products.map(({ name, price, inStock, target }) => [name, price, inStock, target].join(' · '))
const linesOf = ({ movements }: ShownStock) => movements.map(({ text }) => text).toSorted()

test('[EE7] two people change the same stock offline: both end up with the same rows, every movement once, and the losing edits told', async () => {
  const [ada, grace] = await Promise.all([enterSyncing(), enterSyncing()])
  await ada.addProduct('Salt', '3.00', '10')
  await ada.addProduct('Oil', '9.00', '5')
  await untilAlike(ada, grace)

  await Promise.all([ada.toggleOffline(), grace.toggleOffline()])
  await Promise.all([ada.untilStatus('offline'), grace.untilStatus('offline')])
  // Different fields, the same field, a delete against an edit, and movements on both sides.
  await ada.edit('Salt', 'target', '40')
  await ada.edit('Salt', 'price', '3.20')
  await ada.book('Salt', '-2', 'by Ada')
  await ada.edit('Oil', 'price', '9.50')
  await grace.edit('Salt', 'price', '3.50')
  await grace.edit('Salt', 'name', 'Sea salt')
  await grace.book('Sea salt', '+7', 'by Grace')
  await grace.remove('Oil')
  expect(rowsOf(await ada.shown())).toEqual(['Oil · €9.50 · 5 · 5', 'Salt · €3.20 · 8 · 40'])
  expect(rowsOf(await grace.shown())).toEqual(['Sea salt · €3.50 · 17 · 10'])

  await grace.toggleOffline()
  await grace.untilStatus('upToDate')
  await ada.toggleOffline()
  const shown = await untilAlike(ada, grace)
  expect(rowsOf(shown)).toEqual(['Sea salt · €3.50 · 15 · 40'])
  expect(linesOf(shown)).toEqual([
    '+10 Sea salt Opening stock',
    '+5 Oil Opening stock',
    '+7 Sea salt by Grace',
    '−2 Sea salt by Ada',
  ])
  expect((await readServerRecords(room.server)).filter(({ entityType }) => entityType === 'stockMovement').length).toBe(4)

  // Ada is told of both: her price lost to a later one, and what she edited is gone.
  const items = ada.byTestId('attention-item')
  await waitFor('Ada is told', async () => (await items.count()) === 2)
  const overruled = items.filter({ hasText: "Conflict on Sea salt: the server's price was kept" })
  expect(await overruled.locator('[data-testid="mine"]').allTextContents()).toEqual(['€3.20'])
  expect(await overruled.locator('[data-testid="theirs"]').allTextContents()).toEqual(['€3.50'])
  const gone = items.filter({ hasText: 'Oil was deleted by somebody else: your change was not taken' })
  expect(await gone.locator('[data-testid="mine"]').allTextContents()).toEqual(['€9.50'])
  expect(await ada.byTestId('attention-toast').count()).toBe(2)
  expect(await grace.byTestId('attention-item').count()).toBe(0)

  // Neither is lost: one is taken after all, the other comes back with its edit.
  await overruled.locator('[data-testid="attention-retry"]').click()
  await gone.locator('[data-testid="attention-retry"]').click()
  await waitFor('nothing needs Ada any more', async () => (await items.count()) === 0)
  const settled = await waitFor('both have what Ada decided', async () => {
    const alike = await untilAlike(ada, grace)
    return alike.products.length === 2 ? alike : undefined
  })
  expect(rowsOf(settled)).toEqual(['Oil · €9.50 · 5 · 5', 'Sea salt · €3.20 · 15 · 40'])
})

test('[EE8] a recipe that met a newer version keeps its whole text on the device, in the server’s place only if the person says so', async () => {
  const [ada, grace] = await Promise.all([enterSyncing(), enterSyncing()])
  await ada.addRecipe('Borscht', 'Beetroots.')
  await waitFor('Grace has the recipe', async () => (await grace.byTestId('recipe').count()) === 1)
  await ada.toggleOffline()
  await ada.untilStatus('offline')
  await ada.editRecipe('Borscht', 'Beetroots, by Ada.')
  await grace.editRecipe('Borscht', 'Beetroots, by Grace.')
  await grace.untilStatus('upToDate')
  await ada.toggleOffline()

  const item = ada.byTestId('attention-item')
  await item.waitFor()
  expect(await item.locator('h3').textContent()).toBe("Conflict on Borscht: the server's version was kept")
  expect(await item.locator('[data-testid="mine"]').textContent()).toBe('Beetroots, by Ada.')
  expect(await item.locator('[data-testid="theirs"]').textContent()).toBe('Beetroots, by Grace.')
  await ada.byTestId('recipe').filter({ hasText: 'by Grace' }).waitFor()

  // The notice goes with a word; the matter stays.
  await ada.byTestId('toast-dismiss').click()
  await ada.byTestId('attention-toast').waitFor({ state: 'detached' })
  await item.locator('[data-testid="attention-edit"]').click()
  await ada.byTestId('resend-body').fill('Beetroots, by both.')
  await ada.byTestId('resend').click()
  await item.waitFor({ state: 'detached' })
  await grace.byTestId('recipe').filter({ hasText: 'Beetroots, by both.' }).waitFor()
  await ada.untilStatus('upToDate')
})

test('[EE9] what was made while no server could be reached survives a reload, and arrives once', async () => {
  const ada = await enterSyncing()
  await ada.addProduct('Salt', '3.00', '10')
  await ada.untilStatus('upToDate')
  // The page itself still loads, as it would from a cache; the sync server is out of reach.
  await ada.context.route('**/api/**', (route) => route.abort())
  await ada.context.routeWebSocket('**/changes*', (socket) => socket.close())
  await ada.reload()
  await ada.edit('Salt', 'price', '3.50')
  await ada.book('Salt', '-3', 'unseen')
  await ada.addProduct('Oil', '9', '0')
  const before = await ada.shown()
  expect(rowsOf(before)).toEqual(['Oil · €9.00 · 0 · 0', 'Salt · €3.50 · 7 · 10'])
  expect(before.products.map(({ isPending }) => isPending)).toEqual([true, true])
  await ada.reload()
  await waitFor('the rows are as before', async () => JSON.stringify(await ada.shown()) === JSON.stringify(before))
  expect(await ada.status()).not.toBe('upToDate')
  expect((await readServerRecords(room.server)).length).toBe(2)

  await ada.context.unrouteAll()
  await ada.reload()
  await ada.untilStatus('upToDate')
  const grace = await enterSyncing()
  const shown = await untilAlike(ada, grace)
  expect(rowsOf(shown)).toEqual(rowsOf(before))
  expect(linesOf(shown)).toEqual(linesOf(before))
})

test('[EE10] before a person agrees, everything works and nothing leaves the device; then all of it arrives, once', async () => {
  const ada = await enter()
  const left: string[] = []
  ada.page.on('request', (request) => left.push(`${request.method()} ${request.url()}`))
  ada.page.on('websocket', (socket) => left.push(`WS ${socket.url()}`))
  expect(await ada.status()).toBe('paused')
  await ada.addProduct('Salt', '3.00', '10')
  await ada.addProduct('Oil', '9.00', '0')
  await ada.addProduct('Vinegar', '2.00', '4')
  await ada.edit('Salt', 'price', '3.20')
  await ada.book('Salt', '-1', 'sold')
  await ada.remove('Vinegar')
  await ada.addRecipe('Borscht', 'Beetroots.')
  await ada.reload()
  expect(rowsOf(await ada.shown())).toEqual(['Oil · €9.00 · 0 · 0', 'Salt · €3.20 · 9 · 10'])
  // The reload fetched the page, and nothing else.
  expect(left.filter((line) => /\/api\/|\/changes|\/documents|^WS|^POST/.test(line))).toEqual([])
  expect(await readServerRecords(room.server)).toEqual([])

  await ada.toggleSync()
  await ada.untilStatus('upToDate')
  const rows = await readServerRecords(room.server)
  const counts = Object.groupBy(rows, ({ entityType, isDeleted }) => `${entityType}${isDeleted ? ', deleted' : ''}`)
  expect(counts['product']?.map(({ fields }) => fields)).toEqual(
    expect.arrayContaining([
      { name: 'Salt', priceCents: 320, quantity: 10 },
      { name: 'Oil', priceCents: 900, quantity: 0 },
    ]),
  )
  expect(counts['recipe']?.map(({ fields }) => fields)).toEqual([{ title: 'Borscht', body: 'Beetroots.' }])
  expect(new Set(rows.map(({ recordId }) => recordId)).size).toBe(rows.length)

  // Switched off, on and reloaded: nothing is sent twice.
  await ada.toggleSync()
  await ada.untilStatus('paused')
  await ada.reload()
  await ada.toggleSync()
  await ada.untilStatus('upToDate')
  expect(await readServerRecords(room.server)).toEqual(rows)
  const grace = await enterSyncing()
  expect(rowsOf(await untilAlike(ada, grace))).toEqual(['Oil · €9.00 · 0 · 0', 'Salt · €3.20 · 9 · 10'])
})

test('[EE14] the page of a captive portal settles nothing: it is told, and everything waits until the server answers', async () => {
  const ada = await enterSyncing()
  await ada.addProduct('Salt', '3.00', '0')
  await ada.untilStatus('upToDate')
  await ada.context.route('**/api/**', (route) =>
    route.fulfill({ status: 200, contentType: 'text/html', body: '<html><h1>Please sign in</h1></html>' }),
  )
  await ada.edit('Salt', 'price', '3.50')
  await ada.untilStatus('error')
  expect(await ada.byTestId('sync-detail').textContent()).toContain('this network may ask for a sign-in first')
  await waitFor('the edit waits', async () => (await ada.byTestId('count-pending').getAttribute('data-count')) === '1')
  expect((await ada.shown()).products.map(({ price, isPending }) => [price, isPending])).toEqual([['€3.50', true]])
  expect(await ada.byTestId('attention-item').count()).toBe(0)

  await ada.context.unrouteAll()
  await ada.byTestId('sync-now').click()
  await ada.untilStatus('upToDate')
  expect((await readServerRecords(room.server)).map(({ fields }) => fields)).toEqual([
    { name: 'Salt', priceCents: 350, quantity: 0 },
  ])
})

test('[EE15] two tabs are one device: both write, one sends, and where it is closed the other goes on; nothing arrives twice', async () => {
  const first = await enterSyncing()
  await first.addProduct('Salt', '3.00', '0')
  const second = await openStockTab(first.context, room.server)
  const press = (tab: StockKeeper, testId: string) => tab.product('Salt').locator(`[data-testid="${testId}"]`).click()
  for (let count = 1; count <= 5; count++) await Promise.all([press(first, 'put-one'), press(second, 'put-one')])
  // A press is on the device once it is shown; a tab that is closed before has not taken it.
  await waitFor('the presses of both', async () => (await first.shown()).products[0]?.inStock === '10')
  await first.page.close()
  for (let count = 1; count <= 5; count++) await press(second, 'put-one')
  await waitFor('the tab that is left has it all', async () => (await second.shown()).products[0]?.inStock === '15')
  await second.untilStatus('upToDate')
  const movements = (await readServerRecords(room.server)).filter(({ entityType }) => entityType === 'stockMovement')
  expect(movements.map(({ fields }) => fields['quantity'])).toEqual(Array.from({ length: 15 }, () => 1))
  expect(second.faults).toEqual([])
})

test('[EE13] a product is added, changed, counted and deleted without a pointer', async () => {
  const ada = await enter()
  const { keyboard } = ada.page
  await ada.byTestId('new-product-name').focus()
  await keyboard.type('Salt')
  await keyboard.press('Tab')
  await keyboard.type('3,20')
  await keyboard.press('Tab')
  await keyboard.type('4')
  await keyboard.press('Enter')
  await ada.product('Salt').waitFor()
  const cell = (id: string) => ada.product('Salt').locator(`[data-testid="${id}"]`)

  // Escape leaves the old price, Enter takes the new one.
  await cell('product-price').focus()
  await keyboard.type('9.99')
  await keyboard.press('Escape')
  expect(await cell('product-price').inputValue()).toBe('€3.20')
  await cell('product-price').focus()
  await keyboard.type('3.5')
  await keyboard.press('Enter')
  await waitFor('the new price is shown', async () => (await cell('product-price').inputValue()) === '€3.50')

  await cell('put-one').focus()
  await keyboard.press('Enter')
  await keyboard.press('Space')
  await waitFor('six are in stock', async () => (await ada.shown()).products[0]?.inStock === '6')
  await cell('delete-product').focus()
  await keyboard.press('Enter')
  // The notice may be there before the list is drawn without the product: taken back only then, its return can be seen.
  await ada.product('Salt').waitFor({ state: 'detached' })
  await ada.byTestId('flash-undo').focus()
  await keyboard.press('Enter')
  await ada.product('Salt').waitFor()
  expect(rowsOf(await ada.shown())).toEqual(['Salt · €3.50 · 6 · 4'])
})

test('[EE13] on a phone nothing sticks out, and the way back leads to the room', async () => {
  const ada = await enter()
  await ada.page.setViewportSize({ width: 390, height: 844 })
  await ada.byTestId('add-examples').click()
  await ada.product('Sea salt').waitFor()
  const widths = await ada.page.evaluate(() => {
    const room = document.querySelector('[data-testid="stock-room"]')
    return room && { scroll: room.scrollWidth, client: room.clientWidth }
  })
  expect(widths?.scroll).toBe(widths?.client)
  await ada.byTestId('go-canvas').click()
  await ada.byTestId('canvas').waitFor()
  const room = new URL(ada.page.url()).hash
  await ada.byTestId('go-stock').click()
  await ada.product('Sea salt').waitFor()
  expect(await ada.byTestId('go-canvas').getAttribute('href')).toBe(room)
})
