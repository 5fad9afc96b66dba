import type { Browser } from 'playwright-core'

/** Everything else is in the guide itself: the running server describes its API. */
export async function checkApiPage(browser: Browser): Promise<void> {
  const page = await browser.newPage()
  await page.goto('http://127.0.0.1:8787/api/docs')
  await page.getByText('/api/v1/documents').first().waitFor({ timeout: 20_000 })
}
