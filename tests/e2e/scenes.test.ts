import type { BrowserContext, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { waitFor } from '../support/wait-for.ts'
import { prepareBundledPage } from './prepare-bundled-page.ts'

const prepared = prepareBundledPage('scenes-page.ts')

async function openPage(context: BrowserContext, query = ''): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${prepared.server.url}${query}`)
  await page.waitForFunction(() => 'scenesClient' in window)
  return page
}

test('[EE45] a scene that is not open is changed offline: after a reload the changes are in it for somebody else, each once though answers are lost', async () => {
  const [device, other] = [await prepared.newContext(), await prepared.newContext()]
  const first = await openPage(device)
  await first.waitForFunction(() => window.scenesClient.sync.state.status === 'upToDate')
  await device.setOffline(true)
  await first.evaluate(async () => {
    const box = (id: string) => ({ id, kind: 'box', x: 0, y: 0, width: 10, height: 10 })
    const { scenes } = window.scenesClient
    await scenes.queue('plans/kitchen', [
      { type: 'AddElement', element: box('lamp') },
      { type: 'UpdateElement', id: 'lamp', changes: { x: 5 } },
    ])
    await scenes.queue('plans/kitchen', [{ type: 'AddElement', element: box('table') }])
  })
  await first.waitForFunction(() => window.scenesClient.sync.state.pending === 2)
  await first.close()

  // The server takes the first request, and the page does not hear of it.
  const requested: string[] = []
  await device.route('**/api/v1/scenes/**', async (route) => {
    requested.push(new URL(route.request().url()).pathname)
    const response = await route.fetch()
    if (requested.length === 1) await route.abort('connectionreset')
    else await route.fulfill({ response })
  })
  const viewer = await openPage(other, '?open=plans/kitchen')
  await viewer.waitForFunction(() => window.scene !== undefined)
  await device.setOffline(false)
  const page = await openPage(device)
  await viewer.waitForFunction(() => window.scene?.elements.length === 2)
  await waitFor('it is sent again', () => requested.length >= 3)
  await page.waitForFunction(() => window.scenesClient.sync.state.status === 'upToDate')
  expect(requested).toEqual(Array.from({ length: 3 }, () => '/api/v1/scenes/plans%2Fkitchen/operations'))
  expect(await viewer.evaluate(() => window.scene?.elements.map(({ id, x }) => [id, x]))).toEqual([
    ['lamp', 5],
    ['table', 0],
  ])
  expect(
    await page.evaluate(async () => [await window.scenesClient.outbox.list(), await window.scenesClient.attention.list()]),
  ).toEqual([[], []])
})
