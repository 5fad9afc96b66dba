import type { Browser, Page } from 'playwright-core'

/** A page in a profile of its own, so on another device; its errors are `faults`. */
export async function openPage(browser: Browser, url: string, faults: string[] = []): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  page.setDefaultTimeout(20_000)
  page.on('pageerror', (error) => faults.push(error.message))
  await page.goto(url)
  return page
}
