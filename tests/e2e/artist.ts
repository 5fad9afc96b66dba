import type { RecordsClient } from '@rejoin/client'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { readServerDocument } from '../support/server-documents.ts'
import type { RunningServer } from '../support/start-server.ts'
import { waitFor } from '../support/wait-for.ts'

declare global {
  interface Window {
    /** The demo shows tests what is open. */
    rejoinDemo?: {
      readonly doc:
        | {
            readonly clientID: number
            getMap(name: string): { toJSON(): Record<string, unknown>; keys(): IterableIterator<string> }
          }
        | undefined
      readonly document:
        | { readonly awareness: { getLocalState(): { readonly selection?: readonly string[] } | null } }
        | undefined
      readonly client: RecordsClient
    }
  }
}

/** Elements of a scene by id, as plain data. */
export type Scene = Readonly<Record<string, unknown>>

/** A person with a browser of their own, in a room of the demo. */
export interface Artist {
  readonly context: BrowserContext
  readonly page: Page
  /** Errors that the page did not handle. */
  readonly faults: readonly string[]
  readonly byTestId: (id: string) => Locator
  /** Drags out a rectangle, as a hand does, and gives back its id. */
  drawRectangle(x: number, y: number): Promise<string>
  scene(): Promise<Scene>
  status(): Promise<string | null>
  /** Presses the demo's own switch. */
  toggleOffline(): Promise<void>
  undo(): Promise<void>
  reload(): Promise<void>
  untilStatus(status: string): Promise<void>
  close(): Promise<void>
}

/** `options`: what is special about their browser. */
export async function openArtist(
  browser: Browser,
  server: RunningServer,
  room: string,
  options: BrowserContextOptions = {},
): Promise<Artist> {
  const context = await browser.newContext({ viewport: { width: 1_000, height: 700 }, ...options })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  await page.goto(`${server.url}/#/${room}`)
  const byTestId = (id: string) => page.locator(`[data-testid="${id}"]`)
  const scene = () => page.evaluate((): Scene => window.rejoinDemo?.doc?.getMap('elements').toJSON() ?? {})
  const status = () => byTestId('status-chip').getAttribute('data-status')
  const selection = () => page.evaluate(() => window.rejoinDemo?.document?.awareness.getLocalState()?.selection ?? [])
  const opened = async () => {
    await byTestId('canvas').waitFor()
    await page.waitForFunction(() => window.rejoinDemo?.doc !== undefined)
  }
  await opened()
  return {
    context,
    page,
    faults,
    byTestId,
    scene,
    status,
    drawRectangle: async (x, y) => {
      const before = new Set(Object.keys(await scene()))
      await byTestId('tool-rectangle').click()
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x + 40, y + 30, { steps: 4 })
      await page.mouse.up()
      // What was drawn is selected; others may draw at the same moment.
      return await waitFor('the rectangle is in the document', async () => {
        const [id] = await selection()
        return id !== undefined && !before.has(id) && id in (await scene()) ? id : undefined
      })
    },
    toggleOffline: () => byTestId('offline-switch').click(),
    undo: () => byTestId('undo').click(),
    reload: async () => {
      await page.reload()
      await opened()
    },
    untilStatus: async (expected) => {
      await waitFor(`the status is ${expected}`, async () => (await status()) === expected)
    },
    close: () => context.close(),
  }
}

/** The scene of a room as the server has it committed. */
export async function readServerScene(server: RunningServer, room: string): Promise<Scene> {
  const stored = await readServerDocument(server, `canvas/${room}`)
  return stored === undefined ? {} : stored.getMap('elements').toJSON()
}

/** Waits until all of them and the server show the same, with so many elements, and says what. */
export async function untilEqual(
  server: RunningServer,
  room: string,
  artists: readonly Artist[],
  elementCount: number,
): Promise<Scene> {
  return await waitFor(
    `${artists.length} people and the server show the same ${elementCount} elements`,
    async () => {
      const stored = await readServerScene(server, room)
      const shown = await Promise.all(artists.map((artist) => artist.scene()))
      const same = sorted(stored)
      return Object.keys(stored).length === elementCount && shown.every((scene) => sorted(scene) === same) ? stored : undefined
    },
    { withinMs: 30_000 },
  )
}

/** JSON with the keys in order, so that equal scenes are equal texts. */
function sorted(scene: unknown): string {
  return JSON.stringify(scene, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : value,
  )
}
