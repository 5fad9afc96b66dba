import { createSeededRandom } from '@rejoin/core/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../support/open-browser.ts'
import { randomMoment } from '../support/random-moment.ts'
import { startServer, type RunningServer, type ServerOptions } from '../support/start-server.ts'
import { openArtist, readServerScene, untilEqual, type Artist } from './artist.ts'
import { readStoredClaims, untilClaimed, watchStoredClaims } from './stored-claims.ts'

const room = 'killed'
const options: ServerOptions = { flags: ['--static-dir', 'apps/demo/dist'] }

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

async function enterWatched(server: RunningServer): Promise<Artist> {
  const artist = await openArtist(browser, server, room)
  await watchStoredClaims(artist)
  return artist
}

/** Kills the server, starts it again while no device may talk to it, and gives back what was claimed to be stored and is not there. */
async function killAndFindLost(server: RunningServer, artists: readonly Artist[]): Promise<readonly string[]> {
  await server.stop('SIGKILL')
  await Promise.all(artists.map((artist) => artist.toggleOffline()))
  const claims = new Set((await Promise.all(artists.map(readStoredClaims))).flat())
  await server.start()
  const stored = await readServerScene(server, room)
  return [...claims].filter((id) => !(id in stored))
}

test('[EE5] whatever the status ever called stored is in the restarted server, before any device comes back', async () => {
  await using server = await startServer(options)
  const random = createSeededRandom(41)
  const artists = await Promise.all([enterWatched(server), enterWatched(server)])
  const [ada, grace] = artists
  for (let cycle = 1; cycle <= 3; cycle++) {
    await grace.drawRectangle(100 + cycle * 60, 400)
    const id = await ada.drawRectangle(100 + cycle * 60, 150)
    // Just after the claim, and at any moment around it.
    await (cycle % 2 === 1 ? untilClaimed(ada, id) : randomMoment(random, 200))
    expect(await killAndFindLost(server, artists)).toEqual([])
    await Promise.all(artists.map((artist) => artist.toggleOffline()))
    await untilEqual(server, room, artists, cycle * 2)
    await Promise.all(artists.map((artist) => artist.untilStatus('stored')))
  }
  expect(artists.flatMap((artist) => artist.faults)).toEqual([])
  await Promise.all(artists.map((artist) => artist.close()))
})

test('[EE5] the same watch finds a server that says stored before it is', async () => {
  await using server = await startServer({ ...options, entry: 'tests/crash/lying-store-process.ts' })
  const ada = await enterWatched(server)
  const lost: string[] = []
  for (let cycle = 1; cycle <= 5 && lost.length === 0; cycle++) {
    await untilClaimed(ada, await ada.drawRectangle(100 + cycle * 60, 150))
    lost.push(...(await killAndFindLost(server, [ada])))
    await ada.toggleOffline()
    await ada.untilStatus('stored')
  }
  expect(lost.length).toBeGreaterThan(0)
  await ada.close()
})
