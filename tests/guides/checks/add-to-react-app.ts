import type { Browser, Page } from 'playwright-core'
import { openPage } from './open-page.ts'

const developing = 'http://localhost:5173'
const inProduction = 'http://127.0.0.1:8788'

async function addTask(page: Page, title: string): Promise<void> {
  await page.getByLabel('New task').fill(title)
  await page.getByRole('button', { name: 'Add' }).click()
  await page.getByLabel(title, { exact: true }).waitFor()
}

/** Two people share a list, one of them offline for a while; then the built page from one server. */
export async function checkReactApp(browser: Browser): Promise<void> {
  const [ada, ben] = await Promise.all([openPage(browser, developing), openPage(browser, developing)])
  await addTask(ada, 'Milk')
  await ben.getByLabel('Milk', { exact: true }).waitFor()
  await ada.context().setOffline(true)
  await ada
    .getByText(/offline/i)
    .first()
    .waitFor()
  await addTask(ada, 'Bread')
  await ada.context().setOffline(false)
  await ben.getByLabel('Bread', { exact: true }).click()
  await ada.locator('input[type=checkbox]:checked').waitFor()
  await ben.getByRole('button', { name: 'Delete Milk' }).click()
  await ada.getByLabel('Milk', { exact: true }).waitFor({ state: 'detached' })

  const page = await openPage(browser, inProduction)
  await addTask(page, 'Salt')
  await page
    .getByText(/up to date|synced/i)
    .first()
    .waitFor()
  await (await openPage(browser, inProduction)).getByLabel('Salt', { exact: true }).waitFor()
}
