import { expect, test } from 'vitest'
import type { DeviceCommand } from '@rejoin/core'
import { createSeededRandom } from '@rejoin/core/testing'
import type { DeviceHost } from '../devices/device-host.ts'
import { ReportingChoice } from '../devices/reporting-choice.ts'
import { createMemoryRecordDatabase } from '../record-database/memory-record-database.ts'
import { SettingsKeeper } from '../settings/settings-keeper.ts'
import { FakeSignals } from '../testing/fake-browser.ts'
import { FakeDeviceServer } from '../testing/reporting-device.ts'
import { rest } from '../testing/sync-device.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { WorkerDevice } from '../testing/worker-device.ts'
import type { SyncWorkerHost } from './sync-worker.ts'

const command = (number: number, kind: 'start' | 'pause' | 'resume'): DeviceCommand => ({
  kind,
  number,
  issuedAt: '2026-11-21T10:00:00.000Z',
})

/** A device with two changes that wait, its page closed. */
async function setUp({ isReporting = true } = {}) {
  const device = new WorkerDevice()
  const fleet = new FakeDeviceServer()
  const deviceHost: DeviceHost = { createServer: () => fleet.asServer(), name: 'Chrome on Linux', isCompressed: true }
  const database = createMemoryRecordDatabase({ disk: device.disk })
  const choice = new ReportingChoice(database, createSeededRandom(3))
  if (isReporting) await choice.change({ isEnabled: true })
  const { records, close } = openTestRecords({ disk: device.disk, time: device.time, server: device.server, seed: 1 })
  await records.product.create({ name: 'Tea' })
  await records.product.create({ name: 'Salt' })
  await close()
  const settings = new SettingsKeeper({ database, channel: undefined, signals: new FakeSignals() })
  await settings.ready
  const ask = (...commands: readonly DeviceCommand[]): void => {
    fleet.answer = { type: 'answered', body: { commands: [...commands] }, roundTripMs: 1 }
  }
  const told = async () => {
    settings.close()
    const again = new SettingsKeeper({ database, channel: undefined, signals: new FakeSignals() })
    await again.ready
    return { isEnabled: again.get().enabled, appliedThrough: (await choice.change()).appliedThrough }
  }
  const sync = (more: Partial<SyncWorkerHost> = {}) => device.sync({ deviceHost, ...more })
  return { device, fleet, database, choice, settings, ask, told, sync }
}

test('[FL1] what the worker was telling while the person changed their mind, on a page, is forgotten too', async () => {
  const { fleet, choice, sync } = await setUp()
  const { deviceId } = await choice.change()
  const { promise, resolve } = Promise.withResolvers<Awaited<typeof fleet.answer>>()
  fleet.answer = promise
  const event = sync()
  while (fleet.reports.length === 0) await rest()
  await choice.change({ isEnabled: false })
  resolve({ type: 'answered', body: { commands: [] }, roundTripMs: 1 })
  expect(await event).toBe('resolved')
  expect(fleet.forgotten).toEqual([deviceId])
})

test('[FL1] a server that a page could not ask to forget the device is asked by the worker', async () => {
  const { fleet, choice, sync } = await setUp()
  const { deviceId } = await choice.change({ isEnabled: false, isForgetDue: true })
  expect(await sync()).toBe('resolved')
  expect([fleet.forgotten, fleet.reports, (await choice.change()).isForgetDue]).toEqual([[deviceId], [], false])
})

test('[FL15] the worker tells of the device after it delivered, and does what was asked meanwhile', async () => {
  const { device, fleet, ask, told, sync } = await setUp()
  ask(command(1, 'start'), command(2, 'pause'))
  expect(await sync()).toBe('resolved')
  expect(device.server.judged.length).toBe(2)
  expect(fleet.reports).toMatchObject([
    { name: 'Chrome on Linux', queueSize: 0, runs: [{ items: 2, isSuccessful: true }], settings: { enabled: true } },
  ])
  expect(await told()).toEqual({ isEnabled: false, appliedThrough: 2 })
})

test('[FL15] a paused device delivers nothing and hears that it may go on; “start” waits for a page', async () => {
  const { device, fleet, settings, ask, told, sync } = await setUp()
  await settings.update({ enabled: false })
  ask(command(1, 'resume'), command(2, 'start'), command(3, 'pause'))
  await sync()
  expect([device.server.judged.length, fleet.reports[0]?.queueSize]).toEqual([0, 2])
  expect(await told()).toEqual({ isEnabled: true, appliedThrough: 1 })
  ask()
  await sync()
  expect([device.server.judged.length, fleet.reports.at(-1)?.acknowledgedThrough]).toEqual([2, 1])
})

test('[FL15] without the person’s consent the worker tells nothing, and a server that cannot be had costs the delivery nothing', async () => {
  const silent = await setUp({ isReporting: false })
  expect(await silent.sync()).toBe('resolved')
  expect([silent.device.server.judged.length, silent.fleet.reports]).toEqual([2, []])
  const deaf = await setUp()
  deaf.fleet.answer = { type: 'unreachable', message: 'no answer' }
  expect(await deaf.sync()).toBe('resolved')
  expect([deaf.device.server.judged.length, deaf.fleet.reports.length]).toEqual([2, 1])
})

test('[FL15] a device that the browser made forget which one it is gets an id that does not repeat itself, not one of the engine’s dice', async () => {
  const { fleet, database, settings, sync } = await setUp()
  await settings.update({ enabled: false })
  await database.transaction('write', ({ meta }) => meta.bulkDelete(['device']))
  const random = {
    next: () => {
      throw new Error('these dice are for waits')
    },
  }
  await sync({ random })
  expect(fleet.reports).toMatchObject([{ name: 'Chrome on Linux', queueSize: 2 }])
})
