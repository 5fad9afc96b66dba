import type { Artist } from './artist.ts'

declare global {
  interface Window {
    storedClaims?: Set<string>
  }
}

/**
 * Watches, frame by frame, what the status chip claims: while it says `stored`, everything that was in the document a frame before
 * (so that the chip has had the time to say otherwise) is claimed to be on the server.
 */
export async function watchStoredClaims({ page }: Artist): Promise<void> {
  await page.evaluate(() => {
    const claims = new Set<string>()
    let idsBefore: readonly string[] = []
    const look = (): void => {
      const status = document.querySelector('[data-testid="status-chip"]')?.getAttribute('data-status')
      if (status === 'stored') for (const id of idsBefore) claims.add(id)
      idsBefore = [...(window.rejoinDemo?.doc?.getMap('elements').keys() ?? [])]
      requestAnimationFrame(look)
    }
    window.storedClaims = claims
    look()
  })
}

/** Ids of elements that the chip has ever claimed to be stored. */
export function readStoredClaims({ page }: Artist): Promise<readonly string[]> {
  return page.evaluate(() => [...(window.storedClaims ?? [])])
}

/** Waits until the chip has claimed that this element is stored. */
export async function untilClaimed({ page }: Artist, id: string): Promise<void> {
  await page.waitForFunction((claimed) => window.storedClaims?.has(claimed) === true, id)
}
