import { defaultBackgroundSyncSettings, type BackgroundSyncSettings } from '@rejoin/core'
import { expect, onTestFinished, test } from 'vitest'
import { createMemoryRecordDatabase, RecordDisk } from '../record-database/memory-record-database.ts'
import { FakeBrowser, FakeSignals } from '../testing/fake-browser.ts'
import { FakeConnectivity } from '../testing/fake-connectivity.ts'
import { rest } from '../testing/sync-device.ts'
import { backgroundConditions } from './background-conditions.ts'
import { SettingsKeeper } from './settings-keeper.ts'

function setUp() {
  const [disk, browser] = [new RecordDisk(), new FakeBrowser()]
  const openTab = () => {
    const database = createMemoryRecordDatabase({ disk })
    const [signals, channel] = [new FakeSignals(), browser.openChannel()]
    const keeper = new SettingsKeeper({ database, channel, signals })
    onTestFinished(async () => {
      keeper.close()
      await database.close()
    })
    return { database, keeper, signals, channel }
  }
  return { browser, openTab }
}

const changed = (changes: Partial<BackgroundSyncSettings>): BackgroundSyncSettings => ({
  ...defaultBackgroundSyncSettings,
  ...changes,
})

test('[SG1] settings are the defaults until they are changed, and kept over a reload', async () => {
  const { openTab } = setUp()
  const { keeper } = openTab()
  expect(keeper.get()).toEqual(defaultBackgroundSyncSettings)
  expect(await keeper.update({ syncOnlyWhenCharging: true })).toEqual(changed({ syncOnlyWhenCharging: true }))
  await keeper.update({ syncIntervalMinutes: 30 })
  const reloaded = openTab().keeper
  await reloaded.ready
  expect(reloaded.get()).toEqual(changed({ syncOnlyWhenCharging: true, syncIntervalMinutes: 30 }))
})

test('[SG2] a change counts at once, in all tabs, and is told where it changes something', async () => {
  const { openTab } = setUp()
  const [here, there] = [openTab(), openTab()]
  await rest()
  const told: string[] = []
  here.keeper.subscribe(() => told.push('here'))
  there.keeper.subscribe(() => told.push('there'))
  await here.keeper.update({ enabled: false })
  expect([here.keeper.get().enabled, told]).toEqual([false, ['here']])
  await rest()
  expect([there.keeper.get(), told]).toEqual([changed({ enabled: false }), ['here', 'there']])
  await there.keeper.update({ enabled: false })
  await rest()
  expect(told).toEqual(['here', 'there'])
})

test('[SG2] two tabs that change different settings at once lose none', async () => {
  const { openTab } = setUp()
  const [here, there] = [openTab(), openTab()]
  await Promise.all([here.keeper.update({ enabled: false }), there.keeper.update({ minimumBatteryLevel: 50 })])
  await rest()
  const both = changed({ enabled: false, minimumBatteryLevel: 50 })
  expect([here.keeper.get(), there.keeper.get()]).toEqual([both, both])
})

test('[SG2] a tab that was frozen reads them again', async () => {
  const { browser, openTab } = setUp()
  const [here, there] = [openTab(), openTab()]
  await rest()
  browser.setFrozen(there.channel, true)
  await here.keeper.update({ enabled: false })
  await rest()
  expect(there.keeper.get().enabled).toBe(true)
  browser.setFrozen(there.channel, false)
  there.signals.send('restored')
  await rest()
  expect(there.keeper.get().enabled).toBe(false)
})

test.each<[string, object]>([
  ['a percentage beyond a hundred', { minimumBatteryLevel: 101 }],
  ['a setting that does not exist', { url: 'https://elsewhere.test' }],
  ['a text', { enabled: 'no' }],
])('[SG3] %s is refused, and nothing is changed', async (_what, changes) => {
  const { keeper } = setUp().openTab()
  const outcome: unknown = Reflect.apply(keeper.update.bind(keeper), undefined, [{ syncIntervalMinutes: 7, ...changes }])
  await expect(outcome).rejects.toThrow(TypeError)
  expect(keeper.get()).toEqual(defaultBackgroundSyncSettings)
})

test('[SG4] what is damaged or of another version costs the field, and is mended by the next change of it', async () => {
  const { openTab } = setUp()
  const { database } = openTab()
  const value = { enabled: false, minimumBatteryLevel: 'low', ofANewerVersion: 1 }
  await database.transaction('write', (tables) => tables.meta.put({ key: 'backgroundSync', value }))
  const { keeper } = openTab()
  await keeper.ready
  expect(keeper.get()).toEqual(changed({ enabled: false }))
  expect(await keeper.update({ minimumBatteryLevel: 30 })).toEqual(changed({ enabled: false, minimumBatteryLevel: 30 }))
  await database.transaction('write', (tables) => tables.meta.put({ key: 'backgroundSync', value: 'damaged' }))
  const another = openTab().keeper
  await another.ready
  expect(another.get()).toEqual(defaultBackgroundSyncSettings)
})

test('[SG2] a change that ends after its tab was closed is kept, fails nobody and is told to the other tabs', async () => {
  const { openTab } = setUp()
  const [here, there] = [openTab(), openTab()]
  await rest()
  const first = here.keeper.update({ enabled: false })
  const second = here.keeper.update({ minimumBatteryLevel: 50 })
  here.keeper.close()
  await Promise.all([first, second])
  await here.keeper.update({ syncIntervalMinutes: 30 })
  await rest()
  expect(there.keeper.get()).toEqual(changed({ enabled: false, minimumBatteryLevel: 50 }))
})

test('[SG3] what is named as undefined stays as it is', async () => {
  const { keeper } = setUp().openTab()
  await keeper.update({ enabled: false })
  // As apps that compile without `exactOptionalPropertyTypes` may say it.
  const changes: object = { enabled: undefined, minimumBatteryLevel: 30 }
  expect(await keeper.update(changes)).toEqual(changed({ enabled: false, minimumBatteryLevel: 30 }))
})

test('[SG5] a number of retries counts only where somebody set it', async () => {
  const { keeper } = setUp().openTab()
  await keeper.ready
  expect([keeper.maxRetryAttempts, keeper.get().maxRetryAttempts]).toEqual([undefined, 5])
  await keeper.update({ maxRetryAttempts: 2 })
  expect([keeper.maxRetryAttempts, keeper.get().maxRetryAttempts]).toEqual([2, 2])
})

test('[SG6] a database that cannot be read is no reason to wait for ever: the defaults hold, until it can', async () => {
  const { openTab } = setUp()
  await openTab().keeper.update({ enabled: false })
  const { database, signals } = openTab()
  let isIll = true
  const transaction: typeof database.transaction = (mode, work) =>
    isIll ? Promise.reject(new Error('ill')) : database.transaction(mode, work)
  const keeper = new SettingsKeeper({ database: { ...database, transaction }, channel: undefined, signals })
  onTestFinished(() => keeper.close())
  await keeper.ready
  expect(keeper.get()).toEqual(defaultBackgroundSyncSettings)
  isIll = false
  signals.send('woke')
  await rest()
  expect(keeper.get().enabled).toBe(false)
})

test('[SG7] the engine hears of conditions when they change, and of nothing else', async () => {
  const { keeper } = setUp().openTab()
  const connectivity = new FakeConnectivity()
  const conditions = backgroundConditions(keeper, connectivity)
  await conditions.ready
  const told: (string | undefined)[] = []
  const stop = conditions.subscribe(() => told.push(conditions.current().hold?.code))
  connectivity.become({ batteryLevel: 90, isCharging: false })
  connectivity.become({ batteryLevel: 10 })
  connectivity.become({ batteryLevel: 9 })
  await keeper.update({ enabled: false })
  connectivity.become({ isCharging: true })
  await keeper.update({ enabled: true })
  stop()
  connectivity.become({ isCharging: false })
  expect(told).toEqual(['LOW_BATTERY', 'SWITCHED_OFF', 'SWITCHED_OFF', undefined])
})
