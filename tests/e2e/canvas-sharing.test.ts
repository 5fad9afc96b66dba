import { readFile } from 'node:fs/promises'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterEach, expect, test } from 'vitest'
import { waitFor } from '../support/wait-for.ts'
import { openArtist, readServerScene, untilEqual, type Artist, type Scene } from './artist.ts'
import { findViolations } from './find-violations.ts'
import { prepareStockRoom } from './prepare-stock-room.ts'

const house = prepareStockRoom()
const artists: Artist[] = []
afterEach(async () => {
  const faults = artists.flatMap((artist) => artist.faults)
  await Promise.all(artists.splice(0).map((artist) => artist.close()))
  if (faults.length > 0) throw new Error(`a page did not handle: ${faults.join('; ')}`)
})

async function enter(room: string, options: BrowserContextOptions = {}): Promise<Artist> {
  const artist = await openArtist(house.browser, house.server, room, options)
  artists.push(artist)
  return artist
}

async function openFiles({ byTestId }: Artist): Promise<void> {
  await byTestId('board-menu').click()
  await byTestId('menu-files').click()
}

/** The board, or what is selected of it, as the file that a person gets. */
async function download(artist: Artist, format: 'png' | 'svg' | 'json', isOnPaper = true): Promise<Buffer> {
  await openFiles(artist)
  await artist.byTestId(`export-${format}`).check({ force: true })
  if (format !== 'json') await artist.byTestId('export-paper').setChecked(isOnPaper)
  const [file] = await Promise.all([artist.page.waitForEvent('download'), artist.byTestId('download-board').click()])
  expect(file.suggestedFilename()).toMatch(new RegExp(`\\.${format}$`))
  return await readFile(await file.path())
}

interface Picture {
  readonly width: number
  readonly height: number
  /** In the corner, on the middle of the left edge of what is drawn, and in the middle: red, green, blue, alpha. */
  readonly pixels: readonly (readonly number[])[]
}

/** `inset`: from the picture's edge to what is drawn, in pixels. */
function readPicture(page: Page, png: Buffer, inset: number): Promise<Picture> {
  return page.evaluate(
    async ([bytes, edge]) => {
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]))
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
      const context = canvas.getContext('2d')
      context?.drawImage(bitmap, 0, 0)
      const at = (x: number, y: number) => [...(context?.getImageData(x, y, 1, 1).data ?? [])]
      const { width, height } = bitmap
      return { width, height, pixels: [at(2, 2), at(edge, height / 2), at(width / 2, height / 2)] }
    },
    [[...png], inset] as const,
  )
}

async function write({ page, byTestId }: Artist, text: string, x: number, y: number): Promise<void> {
  await byTestId('tool-text').click()
  await page.mouse.click(x, y)
  await byTestId('text-editor').fill(text)
  await page.keyboard.press('Control+Enter')
}

/** An SVG, as a browser reads it. */
function parseSvg(page: Page, svg: string) {
  return page.evaluate((source) => {
    const root = new DOMParser().parseFromString(source, 'image/svg+xml')
    const all = [...root.querySelectorAll('*')]
    return {
      names: [...new Set(all.map(({ localName }) => localName))].toSorted(),
      handlers: all.flatMap((element) => element.getAttributeNames().filter((name) => name.startsWith('on') || name === 'href')),
      texts: [...root.querySelectorAll('tspan')].map(({ textContent }) => textContent),
    }
  }, svg)
}

/** What elements look like, wherever they are and whatever their ids. */
function looksOf(scene: Scene): unknown[] {
  return Object.values(scene)
    .map((element) => ({ ...(element as Record<string, unknown>), id: '', x: 0, y: 0, order: 0, updatedAt: 0 }))
    .toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1))
}

test('[EE60] a board is saved as a picture and as an SVG that show it, whatever is written on it; as JSON it comes in again elsewhere, in one step; its link is copied', async () => {
  const ada = await enter('files')
  await ada.drawRectangle(300, 300)
  await ada.page.keyboard.press('Escape')
  const [blue, fill] = [
    [53, 119, 224, 255],
    [217, 232, 255, 255],
  ]
  // A rectangle of 40 × 30 with a line of 3, paper of 24 around, in whole units, and two pixels to each.
  const inset = 2 * 26
  const onPaper = await readPicture(ada.page, await download(ada, 'png'), inset)
  expect(onPaper).toEqual({ width: 184, height: 164, pixels: [[246, 246, 243, 255], blue, fill] })
  const alone = await readPicture(ada.page, await download(ada, 'png', false), inset)
  expect(alone).toEqual({ ...onPaper, pixels: [[0, 0, 0, 0], blue, fill] })

  const hostile = '</tspan><script>alert(1)</script> "&amp;" <image href="x" onerror="1"/>'
  await write(ada, hostile, 300, 420)
  await ada.page.keyboard.press('Escape')
  const svg = await parseSvg(ada.page, (await download(ada, 'svg')).toString())
  expect(svg).toEqual({ names: ['g', 'path', 'rect', 'svg', 'text', 'tspan'], handlers: [], texts: [hostile] })

  const json = await download(ada, 'json')
  await ada.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await ada.byTestId('share').click()
  const link = `${house.server.url}/#/files`
  await waitFor('the link is copied', async () => (await ada.page.evaluate(() => navigator.clipboard.readText())) === link)
  const grace = await enter('files-again')
  await grace.drawRectangle(500, 300)
  const bring = async (buffer: Buffer) => {
    await openFiles(grace)
    await grace.byTestId('import-file').setInputFiles({ name: 'board.json', mimeType: 'application/json', buffer })
  }
  await bring(Buffer.from('{"format":"rejoin-board","version":1,"elements":[{"kind":"rectangle"}]}'))
  await grace.byTestId('record-problem').filter({ hasText: 'Nothing was added' }).waitFor()
  expect(Object.keys(await grace.scene()).length).toBe(1)
  await grace.page.keyboard.press('Escape')
  await bring(json)
  const both = await untilEqual(house.server, 'files-again', [grace], 3)
  const exported = await ada.scene()
  expect(Object.keys(both).filter((id) => id in exported)).toEqual([])
  expect(looksOf(both)).toEqual(expect.arrayContaining(looksOf(exported)))
  await grace.undo()
  await untilEqual(house.server, 'files-again', [grace], 1)
})

test('[EE61] a person’s view is followed until one looks elsewhere, and they know of it', async () => {
  const [ada, grace] = await Promise.all([enter('follow'), enter('follow')])
  const cameraOf = ({ byTestId }: Artist) =>
    byTestId('canvas').evaluate(({ style }) => style.backgroundPosition + style.getPropertyValue('--gap'))
  const frame = ada.byTestId('follow-frame')
  const follow = async () => {
    await ada.byTestId('self').click()
    await ada.byTestId('follow').click()
    await frame.waitFor()
    await grace.byTestId('followers').waitFor()
  }
  await follow()
  await grace.page.mouse.move(500, 300)
  await grace.page.mouse.wheel(120, 260)
  await grace.page.keyboard.down('Control')
  await grace.page.mouse.wheel(0, -90)
  await grace.page.keyboard.up('Control')
  await waitFor('Ada sees what Grace sees', async () => {
    const [here, there] = await Promise.all([cameraOf(ada), cameraOf(grace)])
    const [zoom, other] = await Promise.all([ada, grace].map(({ byTestId }) => byTestId('zoom-level').textContent()))
    return here === there && zoom === other && zoom !== '100 %'
  })
  expect(await grace.byTestId('followers').getAttribute('data-count')).toBe('1')

  await ada.byTestId('toggle-map').click()
  const map = await ada.byTestId('minimap').boundingBox()
  if (!map) throw new Error('the map is not shown')
  const ends: readonly (() => Promise<void>)[] = [
    async () => {
      await ada.page.mouse.move(400, 300)
      await ada.page.mouse.wheel(0, 50)
    },
    async () => {
      await ada.page.mouse.move(map.x + map.width / 2, map.y + map.height / 2)
      await ada.page.mouse.down()
      await ada.page.mouse.move(map.x + map.width / 2 + 20, map.y + map.height / 2, { steps: 3 })
      await ada.page.mouse.up()
    },
    () => ada.page.keyboard.press('Escape'),
  ]
  for (const [index, end] of ends.entries()) {
    if (index > 0) await follow()
    await end()
    await frame.waitFor({ state: 'detached' })
    await grace.byTestId('followers').waitFor({ state: 'detached' })
  }
})

/** The steps that are ticked. */
async function ticked(page: Page): Promise<string[]> {
  return await page
    .locator('.try-step[data-done="true"]')
    .evaluateAll((steps) => steps.map(({ dataset }) => dataset['testid']?.slice(4) ?? ''))
}

async function untilTicked(page: Page, ...steps: readonly string[]): Promise<void> {
  await waitFor(`ticked: ${steps.join()}`, async () => JSON.stringify(await ticked(page)) === JSON.stringify(steps))
}

/** Controls of the top bar that something else lies over. */
function findCovered(page: Page): Promise<string[]> {
  return page.locator('.top-bar :is(button, a)').evaluateAll((controls) =>
    controls.flatMap((control) => {
      const { left, right, top, height } = control.getBoundingClientRect()
      const isFree = [left + 6, right - 6].every((x) => control.contains(document.elementFromPoint(x, top + height / 2)))
      return isFree ? [] : [control.getAttribute('data-testid') ?? '']
    }),
  )
}

test('[EE62] the walk on the canvas ticks itself off as two devices make a conflict, the second in half a window, and ends when both agree', async () => {
  const ada = await enter('golden-badger-walk')
  await ada.byTestId('first-visit-try').click()
  await untilTicked(ada.page)
  await ada.byTestId('try-draw').click()
  await untilTicked(ada.page, 'shape')
  const grace = await enter('golden-badger-walk', { viewport: { width: 720, height: 900 } })
  await untilTicked(ada.page, 'shape', 'company')
  expect(await findCovered(grace.page)).toEqual([])
  await ada.toggleOffline()
  await untilTicked(ada.page, 'shape', 'company', 'offline')
  const move = async ({ page, byTestId }: Artist, key: string) => {
    await byTestId('canvas').focus()
    await page.keyboard.press('Control+a')
    await page.keyboard.press(key)
  }
  const before = await readServerScene(house.server, 'golden-badger-walk')
  await move(grace, 'Shift+ArrowDown')
  await waitFor(
    'Grace’s move is stored',
    async () => JSON.stringify(await readServerScene(house.server, 'golden-badger-walk')) !== JSON.stringify(before),
  )
  await move(ada, 'Shift+ArrowRight')
  await untilTicked(ada.page, 'shape', 'company', 'offline', 'here')
  await ada.toggleOffline()
  await untilTicked(ada.page, 'shape', 'company', 'offline', 'here', 'there', 'back', 'agree')
  expect(await ada.byTestId('try-outcome').textContent()).toMatch(/both show the same again/)
  await untilEqual(house.server, 'golden-badger-walk', [ada, grace], 1)
})

test('[EE63] the walk in the stock room ends when a person has decided which of two prices stays', async () => {
  const [ada, grace] = await Promise.all([house.enter(), house.enterSyncing()])
  await ada.byTestId('try-it').click()
  await untilTicked(ada.page)
  await ada.toggleSync()
  await untilTicked(ada.page, 'sync')
  await ada.addProduct('Salt', '3.00', '10')
  await untilTicked(ada.page, 'sync', 'product')
  await grace.product('Salt').waitFor()
  await ada.toggleOffline()
  await untilTicked(ada.page, 'sync', 'product', 'offline')
  await ada.edit('Salt', 'price', '3.20')
  await untilTicked(ada.page, 'sync', 'product', 'offline', 'here')
  await grace.edit('Salt', 'price', '3.50')
  await grace.untilStatus('upToDate')
  await waitFor('Grace’s price is stored', async () => (await grace.shown()).products.every(({ isPending }) => !isPending))
  await ada.toggleOffline()
  await untilTicked(ada.page, 'sync', 'product', 'offline', 'here', 'there', 'back')
  await ada.byTestId('attention-item').locator('[data-testid="attention-retry"]').click()
  await untilTicked(ada.page, 'sync', 'product', 'offline', 'here', 'there', 'back', 'settle')
})

/** Controls at the edges of the board that a finger would miss, with their size in CSS px. */
function findSmallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const bars = '.top-bar, .toolbar, .history-controls, .zoom-controls, .board-panel, .people-panel, .try-panel, .first-visit'
    const controls = [...document.querySelectorAll(bars)].flatMap((bar) => [
      ...bar.querySelectorAll('button, a, input:not([hidden])'),
    ])
    return controls.flatMap((control) => {
      const { width, height } = (control.closest('label') ?? control).getBoundingClientRect()
      const isSmall = width > 0 && Math.min(width, height) < 43.5
      return isSmall ? [`${control.getAttribute('data-testid') ?? control.textContent}: ${width} × ${height}`] : []
    })
  })
}

test('[EE64] on a phone everything is large enough for a finger and read out as what it is, in light and in dark; a device keeps its boards', async () => {
  const ada = await enter('pocket', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  const { page, byTestId } = ada
  const found: string[] = []
  const look = async (state: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      // Colours take a moment to change.
      await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'))
      found.push(...(await findViolations(page)).map((violation) => `${state}, ${colorScheme}: ${violation}`))
    }
    found.push(...(await findSmallTargets(page)).map((target) => `${state}: ${target}`))
  }
  await byTestId('toggle-map').click()
  await look('first visit')
  await byTestId('first-visit-try').click()
  await look('walk')
  await byTestId('try-close').click()
  await byTestId('self').click()
  await look('people')
  await openFiles(ada)
  await look('files')
  await byTestId('menu-boards').click()
  await byTestId('rename-room').click()
  await byTestId('room-title').fill('Pocket plans')
  await page.keyboard.press('Enter')
  await look('boards')
  await byTestId('new-room').click()
  await page.waitForFunction(() => !location.hash.includes('pocket'))
  await byTestId('board-menu').click()
  expect(await byTestId('visited-room').evaluateAll((rooms) => rooms.map(({ dataset }) => dataset['room']))).toEqual([
    expect.stringMatching(/^[a-z]+-[a-z]+-/),
    'pocket',
  ])
  await page.getByRole('link', { name: 'Pocket plans' }).click()
  await page.waitForFunction(() => location.hash.includes('pocket'))
  await ada.reload()
  expect([
    await byTestId('room-name').textContent(),
    await byTestId('first-visit').count(),
    await byTestId('minimap').count(),
  ]).toEqual(['Pocket plans', 0, 1])
  expect(found).toEqual([])
})
