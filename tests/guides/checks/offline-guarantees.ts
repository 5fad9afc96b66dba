import type { Browser } from 'playwright-core'
import { waitFor } from '../../support/wait-for.ts'
import { openPage } from './open-page.ts'

/** What is written offline is on the device after the page was closed, and says so; back online it is on the server. */
export async function checkOfflineNotes(browser: Browser): Promise<void> {
  const url = 'http://localhost:5173'
  const first = await openPage(browser, url)
  await first.getByText('On the server.').waitFor()
  await first.getByLabel('Offline').check()
  await first.getByLabel('Notes').fill('written on the train')
  await first.getByText('On this device only.').waitFor()
  await first.getByText(/The browser (keeps it|may clear it)/).waitFor()

  const again = await first.context().newPage()
  again.setDefaultTimeout(20_000)
  await first.close()
  await again.goto(url)
  await again.getByText('On the server.').waitFor()
  const other = await openPage(browser, url)
  for (const page of [again, other]) {
    const shown = () => page.getByLabel('Notes').inputValue()
    await waitFor('what was written is shown', async () => (await shown()) === 'written on the train')
  }
}
