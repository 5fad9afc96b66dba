import type { Page } from 'playwright-core'
import type { RunningServer } from '../support/start-server.ts'
import { enterAsExtra, type Extra } from './extras.ts'
import { ada, type Look, type Photographer } from './photographer.ts'
import { drawPlanningBoard } from './planning-board.ts'

const grace = { name: 'Grace', colour: '#d6409f' }
const lin = { name: 'Lin', colour: '#2f8f5b' }

interface Stage {
  readonly server: RunningServer
  readonly photographer: Photographer
  readonly look: Look
}

async function openBoard(
  { server, photographer, look }: Stage,
  room: string,
  kept?: Readonly<Record<string, unknown>>,
): Promise<Page> {
  const page = await (await photographer.newContext(look, kept)).newPage()
  await page.goto(`${server.url}/#/${room}`)
  await page.locator('[data-testid="status-chip"][data-status="stored"]').waitFor()
  return page
}

async function takeEmptyBoard(stage: Stage): Promise<void> {
  const page = await openBoard(stage, `empty-${stage.look.size}`, { person: ada })
  await stage.photographer.take(page, 'first-visit', stage.look)
  await page.context().close()
}

/** Two others at work, and what of the page is open for each picture. */
async function takeBusyBoard(stage: Stage, others: readonly [Extra, Extra]): Promise<void> {
  const { photographer, look } = stage
  const page = await openBoard(stage, 'street-kitchen')
  const byTestId = (id: string) => page.locator(`[data-testid="${id}"]`)
  await byTestId('peer-cursor').nth(1).waitFor()
  await photographer.take(page, 'canvas', look)
  await byTestId('board-menu').click()
  await byTestId('menu-files').click()
  await photographer.take(page, 'export', look)
  await page.keyboard.press('Escape')
  await byTestId('toggle-map').click()
  await byTestId('self').click()
  await page.locator('[data-testid="follow"][data-name="Grace"]').click()
  others[1].say({ following: await page.evaluate(() => window.rejoinDemo?.doc?.clientID ?? null) })
  await byTestId('followers').waitFor({ state: 'attached' })
  await byTestId('follow-frame').waitFor()
  await photographer.take(page, 'following', look)
  await page.context().close()
}

async function takeWalk(stage: Stage): Promise<void> {
  const { server, photographer, look } = stage
  const room = `walk-${look.size}-${look.colorScheme}`
  const page = await openBoard(stage, room)
  const byTestId = (id: string) => page.locator(`[data-testid="${id}"]`)
  await byTestId('try-it').click()
  await byTestId('try-draw').click()
  await using other = await enterAsExtra(server.documentsUrl, room, grace)
  other.say({ cursor: { x: 180, y: 120 } })
  await page.locator('[data-testid="try-offline"][data-next="true"]').waitFor()
  await byTestId('offline-switch').click()
  await page.locator('[data-testid="try-here"][data-next="true"]').waitFor()
  await byTestId('canvas').focus()
  for (let press = 0; press < 4; press++) await page.keyboard.press('Shift+ArrowLeft')
  await page.locator('[data-testid="try-there"][data-next="true"]').waitFor()
  await byTestId('canvas').blur()
  await photographer.take(page, 'walk', look)
  await page.context().close()
}

/** All that is to be seen of the canvas. */
export async function takeCanvas(server: RunningServer, photographer: Photographer, looks: readonly Look[]): Promise<void> {
  await using first = await enterAsExtra(server.documentsUrl, 'street-kitchen', grace)
  await using second = await enterAsExtra(server.documentsUrl, 'street-kitchen', lin)
  drawPlanningBoard(first.doc)
  first.say({ cursor: { x: 742, y: 262 }, selection: ['plan-12'], view: { x: 380, y: 60, width: 620, height: 440 } })
  for (const look of looks) {
    const stage = { server, photographer, look }
    second.say({ cursor: { x: 262, y: 452 }, selection: ['plan-6'], following: null })
    await takeEmptyBoard(stage)
    await takeBusyBoard(stage, [first, second])
    await takeWalk(stage)
  }
}
