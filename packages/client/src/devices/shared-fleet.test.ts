import { defaultBackgroundSyncSettings, type Device } from '@rejoin/core'
import { createManualTime } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import type { TransportReply } from '../sync/sync-transport.ts'
import { rest } from '../testing/sync-device.ts'
import { SharedFleet } from './shared-fleet.ts'

const phone: Device = {
  deviceId: 'phone',
  user: null,
  isActive: true,
  isLive: true,
  currentProgress: null,
  connectivity: { isOnline: true, connectionType: 'wifi', connectionQuality: 'good', lastConnected: null },
  queueSize: 0,
  settings: defaultBackgroundSyncSettings,
  lastSeenAt: '2026-11-21T10:00:00.000Z',
  pendingCommands: 0,
}

type Reply = TransportReply<{ readonly devices: readonly Device[] }>
const answered = (devices: readonly Device[]): Reply => ({ type: 'answered', body: { devices }, roundTripMs: 1 })

function open() {
  const time = createManualTime()
  const world = { reply: answered([phone]), askCount: 0, mayAsk: true }
  const fleet = new SharedFleet({
    scheduler: time,
    mayAsk: () => world.mayAsk,
    list: () => {
      world.askCount++
      return Promise.resolve(world.reply)
    },
  })
  const pass = async (ms: number): Promise<void> => {
    time.advance(ms)
    await rest()
  }
  return { time, world, fleet, pass }
}

test('[FL13] devices are asked for while anybody listens, once for all who do, and the answer stays one object', async () => {
  const { time, world, fleet, pass } = open()
  let told = 0
  const stops = [fleet.subscribe(() => told++), fleet.subscribe(() => told++)]
  await pass(0)
  const first = fleet.current
  for (let count = 0; count < 4; count++) await pass(3_000)
  expect([first, fleet.current === first, world.askCount, told]).toEqual([{ devices: [phone], error: undefined }, true, 5, 2])
  for (const stop of stops) stop()
  await pass(60_000)
  expect([world.askCount, time.pendingCount()]).toEqual([5, 0])
})

test('[FL13] nothing is asked while it may not be; what fails is told beside the devices of before', async () => {
  const { world, fleet, pass } = open()
  world.mayAsk = false
  fleet.subscribe(() => undefined)
  await pass(30_000)
  expect([world.askCount, fleet.current]).toEqual([0, { devices: undefined, error: undefined }])
  world.mayAsk = true
  await pass(3_000)
  world.reply = { type: 'unreachable', message: 'no answer' }
  await pass(3_000)
  expect(fleet.current).toEqual({ devices: [phone], error: { code: 'UNREACHABLE', message: 'no answer' } })
  world.reply = answered([])
  await pass(3_000)
  expect(fleet.current).toEqual({ devices: [], error: undefined })
})

test('[FL13] an answer that comes after nobody listens any more is not taken', async () => {
  const { fleet } = open()
  const stop = fleet.subscribe(() => undefined)
  stop()
  await rest()
  expect(fleet.current.devices).toBeUndefined()
})

test('[FL13] after something was asked of a device, the answer is looked for sooner, for a while', async () => {
  const { world, fleet, pass } = open()
  fleet.subscribe(() => undefined)
  await pass(0)
  fleet.hurry()
  await pass(0)
  for (let step = 0; step < 4; step++) await pass(500)
  expect(world.askCount).toBe(6)
  await pass(2_500)
  expect(world.askCount).toBe(6)
  await pass(500)
  expect(world.askCount).toBe(7)
})
