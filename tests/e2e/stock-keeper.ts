import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import type { RunningServer, ServerOptions } from '../support/start-server.ts'
import { waitFor } from '../support/wait-for.ts'

/** What is wide enough for everything. */
export const stockWindow = { viewport: { width: 1_280, height: 900 } } as const

/** The demo with its records. */
export const stockServer: ServerOptions = {
  flags: ['--static-dir', 'apps/demo/dist', '--schema', 'apps/demo/src/schema.ts'],
}

export interface ShownProduct {
  readonly id: string
  readonly name: string
  readonly price: string
  readonly inStock: string
  readonly target: string
  readonly isPending: boolean
}

export interface ShownMovement {
  readonly id: string
  readonly text: string
  readonly isPending: boolean
}

/** The rows on a page, as a person reads them. */
export interface ShownStock {
  readonly products: readonly ShownProduct[]
  readonly movements: readonly ShownMovement[]
  readonly recipes: readonly string[]
}

/** A person with a browser of their own, in the stock room of the demo. */
export interface StockKeeper {
  readonly context: BrowserContext
  readonly page: Page
  /** Errors that the page did not handle. */
  readonly faults: readonly string[]
  byTestId(id: string): Locator
  product(name: string): Locator
  addProduct(name: string, price: string, inStock: string): Promise<void>
  edit(name: string, field: 'name' | 'price' | 'target', text: string): Promise<void>
  book(name: string, quantity: string, note: string): Promise<void>
  addRecipe(title: string, body: string): Promise<void>
  editRecipe(title: string, body: string): Promise<void>
  remove(name: string): Promise<void>
  toggleSync(): Promise<void>
  toggleOffline(): Promise<void>
  shown(): Promise<ShownStock>
  status(): Promise<string | null>
  untilStatus(status: string): Promise<void>
  reload(): Promise<void>
  close(): Promise<void>
}

export async function openStockKeeper(browser: Browser, server: RunningServer): Promise<StockKeeper> {
  return openStockTab(await browser.newContext(stockWindow), server)
}

/** Another tab of the same browser: the same device, the same database. Closing one closes all. */
export async function openStockTab(context: BrowserContext, server: RunningServer): Promise<StockKeeper> {
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  return { context, page, faults, close: () => context.close(), ...(await enterStockRoom(page, server)) }
}

async function enterStockRoom(
  page: Page,
  server: RunningServer,
): Promise<Omit<StockKeeper, 'context' | 'page' | 'faults' | 'close'>> {
  const byTestId = (id: string) => page.locator(`[data-testid="${id}"]`)
  const product = (name: string) => byTestId('product').filter({ has: page.locator(`input[aria-label="Name of ${name}"]`) })
  const recipe = (title: string) => byTestId('recipe').filter({ hasText: title })
  const status = () => byTestId('sync-chip').getAttribute('data-status')
  const opened = () => page.locator('[data-testid="empty-stock"], [data-testid="product"]').first().waitFor()
  await page.goto(`${server.url}/#/stock`)
  await opened()
  return {
    byTestId,
    product,
    addProduct: async (name, price, inStock) => {
      await byTestId('new-product-name').fill(name)
      await byTestId('new-product-price').fill(price)
      await byTestId('new-product-stock').fill(inStock)
      await byTestId('add-product').click()
      await product(name).waitFor()
      await waitFor(`${name} has its opening stock`, async () => (await readInStock(product(name))) === inStock)
    },
    edit: async (name, field, text) => {
      const cell = product(name).locator(`[data-testid="product-${field}"]`)
      await cell.fill(text)
      await cell.press('Enter')
    },
    book: async (name, quantity, note) => {
      await byTestId('movement-product').selectOption({ label: name })
      await byTestId('movement-quantity').fill(quantity)
      await byTestId('movement-note').fill(note)
      await byTestId('add-movement').click()
      await byTestId('movement').filter({ hasText: note }).waitFor()
    },
    addRecipe: async (title, body) => {
      await byTestId('new-recipe').click()
      await byTestId('recipe-title').fill(title)
      await byTestId('recipe-body').fill(body)
      await byTestId('save-recipe').click()
      await recipe(title).waitFor()
    },
    editRecipe: async (title, body) => {
      await recipe(title).locator('[data-testid="edit-recipe"]').click()
      await byTestId('recipe-body').fill(body)
      await byTestId('save-recipe').click()
      await recipe(body).waitFor()
    },
    remove: async (name) => {
      await product(name).locator('[data-testid="delete-product"]').click()
      await product(name).waitFor({ state: 'detached' })
    },
    toggleSync: () => byTestId('sync-switch').click(),
    toggleOffline: () => byTestId('offline-switch').click(),
    shown: () => readShown(page),
    status,
    untilStatus: async (expected) => {
      await waitFor(`the status is ${expected}`, async () => (await status()) === expected, { withinMs: 30_000 })
    },
    reload: async () => {
      await page.reload()
      await opened()
    },
  }
}

async function readInStock(row: Locator): Promise<string | null> {
  return row.locator('[data-testid="in-stock"]').textContent()
}

/** In one go, so that all rows are of the same moment. */
function readShown(page: Page): Promise<ShownStock> {
  return page.evaluate(() => {
    const all = (root: ParentNode, testId: string) => [...root.querySelectorAll<HTMLElement>(`[data-testid="${testId}"]`)]
    const value = (row: HTMLElement, testId: string) =>
      row.querySelector<HTMLInputElement>(`[data-testid="${testId}"]`)?.value ?? ''
    const facts = (row: HTMLElement) => ({ id: row.dataset['id'] ?? '', isPending: row.dataset['pending'] === 'true' })
    return {
      products: all(document, 'product').map((row) => ({
        ...facts(row),
        name: value(row, 'product-name'),
        price: value(row, 'product-price'),
        inStock: row.querySelector('[data-testid="in-stock"]')?.textContent ?? '',
        target: value(row, 'product-target'),
      })),
      movements: all(document, 'movement').map((row) => ({
        ...facts(row),
        text: [...row.querySelectorAll('.quantity, .of, .note')].map((part) => part.textContent).join(' '),
      })),
      recipes: all(document, 'recipe').map((row) => row.querySelector('h3, form')?.textContent ?? ''),
    }
  })
}
