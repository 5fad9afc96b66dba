import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'

export const sizes = {
  wide: { viewport: { width: 1_440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
} as const
export type SizeName = keyof typeof sizes

/** One screen in one of its two lights. */
export interface Look {
  readonly size: SizeName
  readonly colorScheme: 'light' | 'dark'
}

export const looks: readonly Look[] = (['wide', 'phone'] as const).flatMap((size) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ size, colorScheme })),
)

/** WebP: a fifth of the same picture as PNG. */
const quality = 0.85

/** What the demo remembers of a person who is here for the hundredth time. */
export const ada = { name: 'Ada', colour: '#2f6fd6' }

export interface Photographer {
  /** A device of its own with this look; what it remembers is given as the demo keeps it. */
  newContext(look: Look, kept?: Readonly<Record<string, unknown>>): Promise<BrowserContext>
  /** `STATE-SIZE-LIGHT.webp`, once nothing moves on the page any more. */
  take(page: Page, state: string, look: Look): Promise<void>
}

async function toWebp(lab: Page, png: Buffer): Promise<Buffer> {
  const base64 = await lab.evaluate(
    async ([source, share]) => {
      const picture = new Image()
      picture.src = `data:image/png;base64,${source}`
      await picture.decode()
      const canvas = document.createElement('canvas')
      canvas.width = picture.naturalWidth
      canvas.height = picture.naturalHeight
      canvas.getContext('2d')?.drawImage(picture, 0, 0)
      return canvas.toDataURL('image/webp', share).split(',')[1] ?? ''
    },
    [png.toString('base64'), quality] as const,
  )
  return Buffer.from(base64, 'base64')
}

export async function createPhotographer(browser: Browser, folder: string): Promise<Photographer> {
  const lab = await browser.newPage()
  return {
    newContext: async ({ size, colorScheme }, kept = { person: ada, 'hint-seen': true }) => {
      const context = await browser.newContext({ ...sizes[size], colorScheme })
      await context.addInitScript((entries) => {
        for (const [name, value] of entries) {
          const key = `rejoin-demo:${name}`
          if (localStorage.getItem(key) === null) localStorage.setItem(key, JSON.stringify(value))
        }
      }, Object.entries(kept))
      return context
    },
    take: async (page, state, { size, colorScheme }) => {
      await page.waitForFunction(
        () =>
          !document.querySelector('[data-picture="moving"]') &&
          document.getAnimations().every(({ playState }) => playState !== 'running'),
      )
      await writeFile(join(folder, `${state}-${size}-${colorScheme}.webp`), await toWebp(lab, await page.screenshot()))
    },
  }
}
