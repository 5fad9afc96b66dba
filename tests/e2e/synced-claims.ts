import type { StockKeeper } from './stock-keeper.ts'

declare global {
  interface Window {
    syncedClaims?: Set<string>
  }
}

/**
 * Watches, frame by frame, what the status claims: while it says `upToDate`, every row that was on the page a frame before (so that the
 * status has had the time to say otherwise) is claimed to be on the server, with what it then said.
 */
export async function watchSyncedClaims({ page }: StockKeeper): Promise<void> {
  await page.evaluate(() => {
    const claims = new Set<string>()
    let before: readonly string[] = []
    const look = (): void => {
      const status = document.querySelector('[data-testid="sync-chip"]')?.getAttribute('data-status')
      if (status === 'upToDate') for (const id of before) claims.add(id)
      const rows = document.querySelectorAll<HTMLElement>('[data-testid="product"], [data-testid="movement"]')
      before = [...rows].flatMap(({ dataset }) => dataset['id'] ?? [])
      requestAnimationFrame(look)
    }
    window.syncedClaims = claims
    look()
  })
}

/** Ids of rows that the status has ever claimed to be on the server. */
export function readSyncedClaims({ page }: StockKeeper): Promise<readonly string[]> {
  return page.evaluate(() => [...(window.syncedClaims ?? [])])
}
