import { createManualTime } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import { backgroundConditions } from '../settings/background-conditions.ts'
import { SettingsKeeper } from '../settings/settings-keeper.ts'
import { FakeConnectivity } from '../testing/fake-connectivity.ts'
import { rest, SyncDevice, type SyncTab } from '../testing/sync-device.ts'
import { createMemoryRecordDatabase } from '../record-database/memory-record-database.ts'
import { FakeSignals } from '../testing/fake-browser.ts'
import { QuietStart } from './quiet-start.ts'
import { browserQuietMoments, type QuietWindowLike } from './quiet-moments.ts'
import type { RecordSyncParts } from './record-sync-parts.ts'

const beet = { name: 'Beet' }

/** A device whose connection and settings a test switches; all its tabs have both. */
function setUp() {
  const device = new SyncDevice()
  const connectivity = new FakeConnectivity()
  const openTab = (more: Partial<RecordSyncParts> = {}) => {
    const database = createMemoryRecordDatabase({ disk: device.disk })
    const settings = new SettingsKeeper({ database, channel: device.browser.openChannel(), signals: new FakeSignals() })
    const tab = device.openTab({ conditions: backgroundConditions(settings, connectivity), ...more })
    return { tab, settings }
  }
  return { device, connectivity, openTab }
}

const names = (device: SyncDevice): string[] =>
  device.server.rows().map(({ fields }) => JSON.stringify(fields['name'] ?? 'movement').slice(1, -1))

async function writeAll({ local }: SyncTab): Promise<void> {
  await local.records.product.create({ name: 'low' }, { priority: 'LOW' })
  await local.records.product.create({ name: 'normal' })
  await local.records.product.create({ name: 'high' }, { priority: 'HIGH' })
}

test('[HB2] over a metered connection what is less important waits, until there is another one', async () => {
  const { device, connectivity, openTab } = setUp()
  const { tab } = openTab()
  await rest()
  connectivity.become({ connectionType: 'cellular' })
  await writeAll(tab)
  await device.advance(60_000)
  expect(names(device).toSorted()).toEqual(['high', 'normal'])
  expect(tab.sync.state).toMatchObject({ status: 'paused', pending: 1, heldBack: { count: 1, code: 'METERED' } })
  connectivity.become({ connectionType: 'wifi' })
  await rest()
  expect([names(device).length, tab.status, 'heldBack' in tab.sync.state]).toEqual([3, 'upToDate', false])
})

test('[HB2] what is urgent takes along what it depends on, and a group goes whole', async () => {
  const { device, connectivity, openTab } = setUp()
  const { tab } = openTab()
  await rest()
  connectivity.become({ batteryLevel: 5, isCharging: false })
  const { product, stockMovement } = tab.local.records
  const { id } = await product.create({ name: 'low' }, { priority: 'LOW' })
  await product.create({ name: 'other' }, { priority: 'LOW' })
  await stockMovement.create({ productId: id, quantity: 1 }, { priority: 'HIGH' })
  await Promise.all([
    product.create({ name: 'together' }, { priority: 'LOW', groupId: 'one' }),
    product.create({ name: 'urgently' }, { priority: 'HIGH', groupId: 'one' }),
  ])
  await rest()
  expect(names(device).toSorted()).toEqual(['low', 'movement', 'together', 'urgently'])
  expect(tab.sync.state.heldBack).toMatchObject({ count: 1, code: 'LOW_BATTERY' })
})

test('[HB4] "Sync now" in another tab, enabling and a retry send what is held back', async () => {
  const { device, connectivity, openTab } = setUp()
  const [drains, looksOn] = [openTab().tab, openTab().tab]
  await rest()
  connectivity.become({ isSavingData: true })
  await writeAll(drains)
  await rest()
  expect(looksOn.sync.state).toMatchObject({ status: 'paused', heldBack: { count: 1 } })
  await looksOn.sync.syncNow()
  await rest()
  expect([names(device).length, drains.status, looksOn.status]).toEqual([3, 'upToDate', 'upToDate'])
  await drains.local.records.product.create({ name: 'another' }, { priority: 'LOW' })
  await device.advance(1_000)
  expect(names(device).length).toBe(3)
  looksOn.sync.ask()
  await rest()
  expect(names(device).length).toBe(4)
  await drains.local.records.product.create({ name: 'last' }, { priority: 'LOW' })
  await looksOn.sync.setEnabled(true)
  await rest()
  expect([names(device).length, drains.status]).toEqual([5, 'upToDate'])
})

test('[HB6] settings are known before anything is sent, and count over reloads', async () => {
  const { device, openTab } = setUp()
  const first = openTab()
  await first.settings.update({ enabled: false })
  await first.tab.local.records.product.create(beet)
  await rest()
  await first.tab.close()
  const requests = device.requests.length
  const second = openTab().tab
  await device.advance(300_000)
  expect(device.requests.length).toBe(requests)
  expect(second.sync.state).toMatchObject({ status: 'paused', pending: 1, heldBack: { count: 1, code: 'SWITCHED_OFF' } })
  expect((await second.sync.syncNow()).status).toBe('upToDate')
})

test('[HB8] what the host did not tell of counts before anything is sent: at a change, at a timer, and when somebody asks', async () => {
  const { device, connectivity, openTab } = setUp()
  const { tab } = openTab()
  await rest()
  connectivity.becomeUnheard({ isSavingData: true })
  await writeAll(tab)
  await rest()
  expect(names(device).toSorted()).toEqual(['high', 'normal'])
  expect(tab.sync.state).toMatchObject({ status: 'paused', pending: 1, heldBack: { count: 1, code: 'SAVING_DATA' } })
  connectivity.becomeUnheard({ isSavingData: false })
  await device.advance(300_000)
  expect([names(device).length, tab.status]).toEqual([3, 'upToDate'])
  connectivity.becomeUnheard({ isSavingData: true })
  await tab.sync.syncNow()
  await tab.local.records.product.create({ name: 'low, too' }, { priority: 'LOW' })
  await rest()
  expect([names(device).length, tab.sync.state.heldBack?.code]).toEqual([3, 'SAVING_DATA'])
})

test('[HB5] the charger is plugged in: what waited goes, in any tab that drains', async () => {
  const { device, connectivity, openTab } = setUp()
  const { tab, settings } = openTab()
  connectivity.become({ isCharging: false, batteryLevel: 70 })
  await settings.update({ syncOnlyWhenCharging: true })
  await writeAll(tab)
  await device.advance(120_000)
  expect([names(device), tab.sync.state.heldBack?.code]).toEqual([[], 'NOT_CHARGING'])
  connectivity.become({ isCharging: true })
  await rest()
  expect(names(device)).toEqual(['high', 'normal', 'low'])
})

test('[QS1] background requests begin in a quiet moment of the page; what a person asks for begins at once', async () => {
  const { device, openTab } = setUp()
  const waiting = new Array<() => void>()
  const quietMoments = {
    next: (run: () => void, waitMs: number) => {
      expect(waitMs).toBe(300)
      waiting.push(run)
      return () => void waiting.splice(waiting.indexOf(run), 1)
    },
  }
  const { tab } = openTab({ quietMoments })
  await rest()
  expect([device.requests, waiting.length]).toEqual([[], 1])
  waiting[0]?.()
  await rest()
  await tab.local.records.product.create(beet)
  await device.advance(1_000)
  expect([device.requests, waiting.length, tab.status]).toEqual([['pull'], 1, 'syncing'])
  await tab.sync.syncNow()
  expect([device.requests, waiting.length, tab.status]).toEqual([['pull', 'push 1'], 0, 'upToDate'])
})

test('[QS1] a request that is not wanted any more does not begin', async () => {
  const { device, openTab } = setUp()
  const time = createManualTime()
  const { tab } = openTab({ quietMoments: { next: (run) => time.after(100, run) } })
  await rest()
  tab.signals.send('offline')
  await rest()
  time.advance(100)
  await rest()
  expect(device.requests).toEqual([])
  tab.signals.send('online')
  await rest()
  await tab.close()
  time.advance(1_000)
  expect(device.requests).toEqual([])
})

test('[QS2] a hidden page has nobody to disturb; a browser without quiet moments has none to wait for', () => {
  const begun: string[] = []
  const window: QuietWindowLike & { document: { visibilityState: string } } = {
    document: { visibilityState: 'hidden' },
    requestIdleCallback: (_run, { timeout }) => begun.push(`idle ${timeout}`),
    cancelIdleCallback: () => begun.push('cancelled'),
  }
  const start = new QuietStart(browserQuietMoments(window))
  start.begin({ type: 'pull' }, () => begun.push('hidden'))
  window.document.visibilityState = 'visible'
  start.begin({ type: 'pull' }, () => begun.push('waits'))
  start.begin({ type: 'replay', lane: 'a', isTokenRefused: false }, () => begun.push('waits, too'))
  start.begin({ type: 'count' }, () => begun.push('local'))
  start.hurry()
  new QuietStart(browserQuietMoments({ document: window.document })).begin({ type: 'pull' }, () => begun.push('without'))
  expect(begun).toEqual(['hidden', 'idle 300', 'local', 'cancelled', 'waits', 'waits, too', 'without'])
})
