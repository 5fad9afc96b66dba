import type { Page } from 'playwright-core'

/** What a toast said, and for how long it stood there, in ms of the page. */
export interface SeenToast {
  readonly kind: string
  readonly text: string
  readonly from: number
  /** `undefined` while it is there. */
  readonly until: number | undefined
}

declare global {
  interface Window {
    seenToasts?: { kind: string; text: string; from: number; until: number | undefined }[]
  }
}

/** Writes down every toast about syncing and every change of its words, as the document changes. */
export async function watchToasts(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: { kind: string; text: string; from: number; until: number | undefined }[] = []
    const look = (): void => {
      const now = performance.now()
      const shown = [...document.querySelectorAll<HTMLElement>('[data-testid="sync-toast"]')].map((toast) => ({
        kind: toast.dataset['kind'] ?? '',
        text: toast.textContent,
      }))
      for (const toast of seen.filter(({ until }) => until === undefined)) {
        if (!shown.some(({ text }) => text === toast.text)) toast.until = now
      }
      for (const { kind, text } of shown) {
        if (!seen.some((toast) => toast.until === undefined && toast.text === text))
          seen.push({ kind, text, from: now, until: undefined })
      }
    }
    window.seenToasts = seen
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true })
    look()
  })
}

export function readToasts(page: Page): Promise<readonly SeenToast[]> {
  return page.evaluate(() => window.seenToasts ?? [])
}
