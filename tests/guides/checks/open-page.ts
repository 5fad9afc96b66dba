import type { Browser, Page } from 'playwright-core'

/** A page in a profile of its own, so on another device. */
export async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  page.setDefaultTimeout(20_000)
  await page.goto(url)
  return page
}
