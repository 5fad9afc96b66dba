import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { waitFor } from '../../support/wait-for.ts'
import { openPage } from './open-page.ts'

const run = promisify(execFile)

/** Two people write in one editor and see each other's cursor; a stock client reads what they wrote. */
export async function checkEditor(browser: Browser, folder: string): Promise<void> {
  const url = 'http://localhost:5173'
  const [ada, ben] = await Promise.all([openPage(browser, url), openPage(browser, url)])
  for (const page of [ada, ben]) await page.getByText('stored').waitFor()
  await ada.locator('.cm-content').click()
  await ada.keyboard.type('Hello from Ada. ')
  await ben.locator('.cm-content').getByText('Hello from Ada.').waitFor()
  await ben.locator('.cm-ySelectionInfo').first().waitFor({ state: 'attached' })
  await ben.locator('.cm-content').click()
  await ben.keyboard.press('Control+End')
  await ben.keyboard.type('And Ben.')
  await ada.locator('.cm-content').getByText('And Ben.').waitFor()
  await ada.getByText('stored').waitFor()
  const printed = await waitFor('a stock client reads it', async () => (await run('node', ['stock.ts'], { cwd: folder })).stdout)
  if (printed.trim() !== 'Hello from Ada. And Ben.') throw new Error(`the stock client reads ${JSON.stringify(printed)}`)
}
