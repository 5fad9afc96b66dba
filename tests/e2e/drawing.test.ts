import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../support/open-browser.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { openArtist, readServerScene, untilEqual, type Artist } from './artist.ts'

let server: RunningServer
let browser: Browser
const artists: Artist[] = []
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer({ flags: ['--static-dir', 'apps/demo/dist'] }), openBrowser()])
})
afterEach(async () => {
  const faults = artists.flatMap((artist) => artist.faults)
  await Promise.all(artists.splice(0).map((artist) => artist.close()))
  if (faults.length > 0) throw new Error(`a page did not handle: ${faults.join('; ')}`)
})
afterAll(async () => {
  await browser.close()
  await server[Symbol.asyncDispose]()
})

async function enter(room: string): Promise<Artist> {
  const artist = await openArtist(browser, server, room)
  artists.push(artist)
  return artist
}

test('[EE1] two people draw at once: both and the server end up with the same', async () => {
  const [ada, grace] = await Promise.all([enter('at-once'), enter('at-once')])
  for (let index = 0; index < 4; index++) {
    await Promise.all([ada.drawRectangle(120 + index * 60, 150), grace.drawRectangle(120 + index * 60, 400)])
  }
  const drawn = await untilEqual(server, 'at-once', [ada, grace], 8)
  expect(Object.values(drawn)).toEqual(Array.from({ length: 8 }, () => expect.objectContaining({ kind: 'rectangle' })))
  await Promise.all([ada.untilStatus('stored'), grace.untilStatus('stored')])
})

test('[EE2] edits made offline survive a reload of the tab, and arrive after the return', async () => {
  const [ada, grace] = await Promise.all([enter('offline'), enter('offline')])
  await ada.drawRectangle(150, 150)
  await untilEqual(server, 'offline', [ada, grace], 1)

  await ada.toggleOffline()
  await ada.untilStatus('offline')
  const offline = [await ada.drawRectangle(250, 150), await ada.drawRectangle(350, 150)]
  await grace.drawRectangle(150, 400)
  expect(Object.keys(await grace.scene()).length).toBe(2)
  expect(Object.keys(await readServerScene(server, 'offline'))).not.toContain(offline[0])
  await ada.page.waitForSelector('[data-testid="status-chip"][data-on-device="true"]')
  await ada.reload()

  const scene = await untilEqual(server, 'offline', [ada, grace], 4)
  expect(Object.keys(scene)).toEqual(expect.arrayContaining(offline))
  await ada.untilStatus('stored')
})

test('[EE3] undo takes back one’s own edit and leaves the other’s', async () => {
  const [ada, grace] = await Promise.all([enter('undo'), enter('undo')])
  const first = await ada.drawRectangle(150, 150)
  const second = await ada.drawRectangle(300, 150)
  const other = await grace.drawRectangle(150, 400)
  await untilEqual(server, 'undo', [ada, grace], 3)
  await ada.undo()
  const scene = await untilEqual(server, 'undo', [ada, grace], 2)
  expect(new Set(Object.keys(scene))).toEqual(new Set([first, other]))
  expect(Object.keys(scene)).not.toContain(second)
})

test('[EE4] somebody who joins later sees everything', async () => {
  const ada = await enter('late')
  for (let index = 0; index < 5; index++) await ada.drawRectangle(120 + index * 60, 200)
  await ada.untilStatus('stored')
  const late = await enter('late')
  await untilEqual(server, 'late', [ada, late], 5)
  expect(await late.scene()).toEqual(await ada.scene())
})
