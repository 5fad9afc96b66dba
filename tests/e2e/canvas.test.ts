import type { CDPSession } from 'playwright-core'
import { afterEach, expect, test } from 'vitest'
import { readRestingLogBytes } from '../support/log-bytes.ts'
import { waitFor } from '../support/wait-for.ts'
import { openArtist, readServerScene, untilEqual, type Artist } from './artist.ts'
import { findViolations } from './find-violations.ts'
import { prepareBrowser } from './prepare-browser.ts'

const house = prepareBrowser(() => ({ flags: ['--static-dir', 'apps/demo/dist'] }))
const artists: Artist[] = []
afterEach(async () => {
  const faults = artists.flatMap((artist) => artist.faults)
  await Promise.all(artists.splice(0).map((artist) => artist.close()))
  if (faults.length > 0) throw new Error(`a page did not handle: ${faults.join('; ')}`)
})

/** A phone as Chromium plays one. */
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

async function enter(room: string, options: Parameters<typeof openArtist>[3] = {}): Promise<Artist> {
  const artist = await openArtist(house.browser, house.server, room, options)
  artists.push(artist)
  // The view is where it is from the first press on: it does not jump to what others draw.
  await artist.byTestId('tool-hand').click()
  await artist.byTestId('tool-select').click()
  return artist
}

type Place = readonly [x: number, y: number]

async function drag({ page }: Artist, from: Place, to: Place): Promise<void> {
  await page.mouse.move(...from)
  await page.mouse.down()
  await page.mouse.move(...to, { steps: 8 })
  await page.mouse.up()
}

/** Waits for so many elements. */
const untilDrawn = (artist: Artist, count: number) =>
  waitFor(`there are ${count} elements`, async () => {
    const scene = await artist.scene()
    return Object.keys(scene).length === count ? scene : undefined
  })

async function drawWithEveryTool(artist: Artist, y: number): Promise<void> {
  const { page, byTestId } = artist
  for (const [index, tool] of ['rectangle', 'ellipse', 'line', 'freehand'].entries()) {
    await byTestId(`tool-${tool}`).click()
    const x = 120 + index * 110
    await drag(artist, [x, y], [x + 70, y + 50])
  }
  await byTestId('tool-text').click()
  await page.mouse.click(570, y)
  await byTestId('text-editor').fill('two\nlines')
  await page.keyboard.press('Control+Enter')
  await byTestId('tool-note').click()
  await page.mouse.click(780, y + 40)
  await byTestId('text-editor').fill('A note has room for many words, and grows where they would not fit on what it had at first')
  await page.keyboard.press('Escape')
}

const kindsOf = (scene: object) =>
  Object.values(scene)
    .map((element: { kind: string }) => element.kind)
    .toSorted()

test('[EE50] two people draw with every tool at once: both and the server end up with the same', async () => {
  const [ada, grace] = await Promise.all([enter('tools'), enter('tools')])
  await Promise.all([drawWithEveryTool(ada, 150), drawWithEveryTool(grace, 380)])
  const scene = await untilEqual(house.server, 'tools', [ada, grace], 12)
  const kinds = ['ellipse', 'freehand', 'line', 'note', 'rectangle', 'text']
  expect(kindsOf(scene)).toEqual(kinds.flatMap((kind) => [kind, kind]))
  expect(Object.values(scene)).toContainEqual(expect.objectContaining({ kind: 'note', width: 180, height: expect.any(Number) }))
})

/** Moves the pointer round for so long at least, as fast as the browser takes it. */
async function wander({ page }: Artist, [x, y]: Place, durationMs: number): Promise<void> {
  const endsAt = Date.now() + durationMs
  // However slow the machine: more movements than a handful of transactions could be.
  for (let moves = 1; moves <= 40 || Date.now() < endsAt; moves++)
    await page.mouse.move(x + 90 * Math.sin(moves / 9), y + 60 * Math.cos(moves / 7))
}

/** Waits until what somebody else moves is painted; what one carries oneself has a picture of its own. */
const untilSeenMoving = ({ page }: Artist) =>
  waitFor('the other’s drag is seen', () =>
    page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('[data-testid="moving-elements"]')
      const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
      return pixels?.some((value) => value > 0) === true
    }),
  )

test('[EE51] two drags of five seconds at once are seen while they last, and add less than a kilobyte each to the log', async () => {
  const [ada, grace] = await Promise.all([enter('drags'), enter('drags')])
  await ada.byTestId('tool-rectangle').click()
  await drag(ada, [300, 200], [400, 260])
  await grace.byTestId('tool-ellipse').click()
  await drag(grace, [600, 200], [700, 260])
  const before = await untilEqual(house.server, 'drags', [ada, grace], 2)
  await Promise.all([ada.untilStatus('stored'), grace.untilStatus('stored')])

  const starts: readonly (readonly [Artist, Place])[] = [
    [ada, [350, 230]],
    [grace, [650, 230]],
  ]
  for (const [{ page }, place] of starts) {
    await page.mouse.move(...place)
    await page.mouse.down()
  }
  const bytesBefore = await readRestingLogBytes(house.server)
  await Promise.all(starts.map(([artist, [x, y]]) => wander(artist, [x, y + 150], 5_000)))
  await Promise.all([ada, grace].map(untilSeenMoving))
  // It travels as presence only: nothing is written while a drag lasts.
  expect(await readRestingLogBytes(house.server)).toBe(bytesBefore)
  expect(await grace.scene()).toEqual(before)
  await Promise.all(starts.map(([{ page }]) => page.mouse.up()))

  const after = await waitFor('both are where they were dragged', async () => {
    const scene = await untilEqual(house.server, 'drags', [ada, grace], 2)
    return Object.entries(scene).every(([id, element]) => JSON.stringify(element) !== JSON.stringify(before[id]))
      ? scene
      : undefined
  })
  await Promise.all([ada.untilStatus('stored'), grace.untilStatus('stored')])
  const added = (await readRestingLogBytes(house.server)) - bytesBefore
  expect(added).toBeGreaterThan(0)
  expect(added / 2).toBeLessThan(1_024)
  expect(Object.keys(after)).toEqual(Object.keys(before))
})

test('[EE52] what is dragged offline and coloured elsewhere meanwhile is both afterwards, and undo takes back the drag alone', async () => {
  const [ada, grace] = await Promise.all([enter('offline'), enter('offline')])
  await ada.byTestId('tool-rectangle').click()
  await drag(ada, [300, 200], [400, 260])
  const first = await untilEqual(house.server, 'offline', [ada, grace], 1)
  const [id = ''] = Object.keys(first)
  const drawn = first[id]

  await ada.toggleOffline()
  await ada.untilStatus('offline')
  await drag(ada, [350, 230], [350, 380])
  await grace.page.mouse.click(350, 230)
  await grace.byTestId('style-stroke').click()
  await grace.byTestId('stroke-red').click()
  await grace.byTestId('tool-note').click()
  await drag(grace, [600, 200], [760, 340])
  await grace.byTestId('text-editor').fill('made meanwhile')
  await grace.page.keyboard.press('Escape')
  await ada.toggleOffline()

  const both = await untilEqual(house.server, 'offline', [ada, grace], 2)
  expect(both[id]).toMatchObject({ stroke: 'red', y: expect.closeTo(Number(Object(drawn)['y']) + 150, 1) })
  await ada.undo()
  await waitFor('the drag is taken back everywhere', async () => {
    const scene = await untilEqual(house.server, 'offline', [ada, grace], 2)
    return Object(scene[id])['y'] === Object(drawn)['y'] && Object(scene[id])['stroke'] === 'red'
  })
})

test('[EE53] several things are resized, copied with Alt, and pasted in another room; damaged text is told and adds nothing', async () => {
  const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] }
  const ada = await enter('here', clipboard)
  const { page, byTestId } = ada
  await byTestId('tool-rectangle').click()
  await drag(ada, [200, 200], [260, 240])
  await byTestId('tool-ellipse').click()
  await drag(ada, [320, 200], [380, 240])
  await drag(ada, [180, 180], [400, 300])
  const corner = page.locator('.frame-handle').last()
  const { x = 0, y = 0, width = 0, height = 0 } = (await corner.boundingBox()) ?? {}
  await page.keyboard.down('Control')
  await drag(ada, [x + width / 2, y + height / 2], [x + width / 2 + 180, y + height / 2 + 40])
  await page.keyboard.up('Control')
  expect(Object.values(await ada.scene())).toEqual([
    expect.objectContaining({ kind: 'rectangle', width: 120, height: 80 }),
    expect.objectContaining({ kind: 'ellipse', width: 120, height: 80 }),
  ])

  await page.keyboard.down('Alt')
  await drag(ada, [260, 240], [260, 400])
  await page.keyboard.up('Alt')
  await untilDrawn(ada, 4)
  await page.keyboard.press('Control+c')
  const there = await ada.context.newPage()
  await there.goto(`${house.server.url}/#/there`)
  await there.locator('[data-testid="canvas"]').focus()
  await there.keyboard.press('Control+v')
  await waitFor('both copies are on the other board', async () => {
    const pasted = await readServerScene(house.server, 'there')
    return JSON.stringify(kindsOf(pasted)) === '["ellipse","rectangle"]'
  })
  await there.evaluate(() => navigator.clipboard.writeText('{"format":"rejoin-board","version":1,"elements":[{"kind":"note"}]}'))
  await there.keyboard.press('Control+v')
  await there.getByText('Element 1 of what was copied cannot be drawn').waitFor()
  await there.evaluate(() => navigator.clipboard.writeText('words from elsewhere'))
  await there.keyboard.press('Control+v')
  await waitFor('the words are a text', async () => kindsOf(await readServerScene(house.server, 'there')).length === 3)
  await there.keyboard.press('?')
  await there.locator('[data-testid="help-sheet"]').waitFor()
  expect(await findViolations(there)).toEqual([])
})

test('[EE54] what somebody deletes while another writes in it stays deleted, and the words can be kept, whatever else is told meanwhile', async () => {
  const [ada, grace] = await Promise.all([enter('writing'), enter('writing')])
  await ada.byTestId('tool-note').click()
  await ada.page.mouse.click(500, 300)
  await ada.byTestId('text-editor').fill('first words')
  await ada.page.keyboard.press('Escape')
  await untilEqual(house.server, 'writing', [ada, grace], 1)
  await ada.page.mouse.dblclick(500, 300)
  await ada.byTestId('text-editor').fill('first words and more')
  await grace.page.keyboard.press('Control+a')
  await grace.page.keyboard.press('Delete')
  await untilEqual(house.server, 'writing', [ada, grace], 0)
  await ada.page.keyboard.press('Escape')
  await untilEqual(house.server, 'writing', [ada, grace], 0)
  await ada.byTestId('board-menu').click()
  await ada.byTestId('menu-files').click()
  await ada.byTestId('import-file').setInputFiles({ name: 'no.json', mimeType: 'application/json', buffer: Buffer.from('{}') })
  await ada.page.getByText('This file holds no board').waitFor()
  await ada.page.keyboard.press('Escape')
  await ada.page.getByRole('button', { name: 'Keep what I wrote' }).click()
  const kept = await untilEqual(house.server, 'writing', [ada, grace], 1)
  expect(Object.values(kept)).toEqual([expect.objectContaining({ kind: 'note', text: 'first words and more', width: 180 })])
})

const touch = (session: CDPSession, type: 'touchStart' | 'touchMove' | 'touchEnd', places: readonly Place[]) =>
  session.send('Input.dispatchTouchEvent', { type, touchPoints: places.map(([x, y], id) => ({ x, y, id })) })

const pen = (session: CDPSession, type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', [x, y]: Place) =>
  session.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons: 1, clickCount: 1, pointerType: 'pen' })

test('[EE55] on a phone a finger draws, two fingers zoom and leave what is selected, one that rests selects, and beside a pen they do nothing', async () => {
  const ada = await enter('phone', phone)
  const { page, byTestId } = ada
  await byTestId('first-visit-close').tap()
  const session = await ada.context.newCDPSession(page)
  await byTestId('tool-freehand').tap()
  await touch(session, 'touchStart', [[100, 400]])
  for (const x of [130, 170, 220]) await touch(session, 'touchMove', [[x, 420]])
  await touch(session, 'touchEnd', [])
  await untilDrawn(ada, 1)

  await touch(session, 'touchStart', [[150, 500]])
  await touch(session, 'touchStart', [
    [150, 500],
    [200, 500],
  ])
  await touch(session, 'touchMove', [
    [100, 500],
    [250, 500],
  ])
  await touch(session, 'touchEnd', [])
  expect(await byTestId('zoom-level').textContent()).toBe('300 %')
  await byTestId('fit').tap()

  await pen(session, 'mousePressed', [100, 600])
  await touch(session, 'touchStart', [[250, 620]])
  await pen(session, 'mouseMoved', [160, 640])
  await touch(session, 'touchMove', [[200, 560]])
  await touch(session, 'touchEnd', [])
  await pen(session, 'mouseReleased', [200, 640])
  const scene = await untilDrawn(ada, 2)
  expect(kindsOf(scene)).toEqual(['freehand', 'freehand'])

  await byTestId('fit').tap()
  await byTestId('tool-rectangle').tap()
  await byTestId('canvas').tap({ position: { x: 195, y: 640 } })
  await untilDrawn(ada, 3)
  await byTestId('tool-freehand').tap()
  await touch(session, 'touchStart', [[195, 640]])
  await byTestId('selection-frame').waitFor()
  await touch(session, 'touchEnd', [])
  await touch(session, 'touchStart', [[60, 250]])
  await touch(session, 'touchStart', [
    [60, 250],
    [90, 250],
  ])
  await touch(session, 'touchMove', [
    [60, 250],
    [100, 250],
  ])
  await touch(session, 'touchEnd', [])
  expect(await byTestId('selection-frame').count()).toBe(1)
  expect(await byTestId('canvas').getAttribute('data-tool')).toBe('select')
  expect(Object.keys(await ada.scene()).length).toBe(3)
  expect(await findViolations(page)).toEqual([])
})
