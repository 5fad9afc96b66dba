import axe from 'axe-core'
import type { Page } from 'playwright-core'

declare global {
  interface Window {
    axe?: typeof axe
  }
}

/** What axe-core has against a page as it is, one line for each element. */
export async function findViolations(page: Page): Promise<readonly string[]> {
  // As the browser's own: the page's content policy says nothing of it.
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = (await window.axe?.run(document, { resultTypes: ['violations'] })) ?? { violations: undefined }
    if (violations === undefined) throw new Error('axe-core is not there')
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} — ${failureSummary ?? ''}`),
    )
  })
}
