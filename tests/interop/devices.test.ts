import 'fake-indexeddb/auto'
import type { ClientAuth } from '@rejoin/client'
import { defaultBackgroundSyncSettings, type Device } from '@rejoin/core'
import { expect, test, vi } from 'vitest'
import { openProducts, person, serveProducts, tea, type ProductClient } from '../support/product-clients.ts'
import { signToken } from '../support/sign-token.ts'
import { waitFor } from '../support/wait-for.ts'

// A server to start, and reports that come every few seconds.
vi.setConfig({ testTimeout: 60_000 })

const settled = (client: ProductClient): Promise<true> =>
  waitFor('it is up to date', () => client.sync.state.status === 'upToDate' || undefined)

/** The device as another one sees it, once it is as wanted. */
async function sees(watcher: ProductClient, deviceId: string, wanted: (device: Device) => boolean): Promise<Device> {
  return waitFor('the other device sees it', async () => {
    const found = (await watcher.devices.list()).find((device) => device.deviceId === deviceId)
    return found !== undefined && wanted(found) && found
  })
}

test('[FL1] a device tells nothing until its person agrees, and is forgotten when they change their mind', async () => {
  const server = await serveProducts()
  const [phone, laptop] = [openProducts(server), openProducts(server)]
  await settled(phone)
  await waitFor('it is known to be off', () => phone.devices.reporting.isEnabled === false || undefined)
  expect(await laptop.devices.list()).toEqual([])
  await phone.devices.reporting.enable({ name: 'Kitchen phone' })
  const deviceId = await phone.devices.ownId()
  expect(await sees(laptop, deviceId, ({ isLive }) => isLive)).toMatchObject({
    name: 'Kitchen phone',
    isActive: true,
    queueSize: 0,
    settings: defaultBackgroundSyncSettings,
    pendingCommands: 0,
  })
  await phone.devices.reporting.disable()
  expect(await laptop.devices.list()).toEqual([])
  await expect(laptop.devices.status(deviceId)).rejects.toMatchObject({ name: 'DeviceError', code: 'NOT_FOUND' })
})

test('[FL2] one device steers another: paused, settings changed, resumed', async () => {
  const server = await serveProducts()
  const [phone, laptop] = [openProducts(server), openProducts(server)]
  await settled(phone)
  await phone.devices.reporting.enable()
  const deviceId = await phone.devices.ownId()
  await sees(laptop, deviceId, ({ isLive }) => isLive)

  const paused = Promise.withResolvers<number>()
  const stop = phone.sync.settings.subscribe(() => paused.resolve(performance.now()))
  const askedAt = performance.now()
  expect(await laptop.devices.pause(deviceId)).toMatchObject({ isLive: true, command: { kind: 'pause', number: 1 } })
  expect((await paused.promise) - askedAt).toBeLessThan(1_000)
  stop()
  expect(phone.sync.settings.get().enabled).toBe(false)
  await phone.records.product.create(tea)
  await sees(laptop, deviceId, (device) => !device.isActive && device.queueSize === 1 && device.pendingCommands === 0)
  expect(await laptop.records.product.query()).toEqual([])

  await laptop.devices.updateSettings(deviceId, { syncIntervalMinutes: 30, minimumBatteryLevel: 50 })
  await sees(laptop, deviceId, ({ settings }) => settings.syncIntervalMinutes === 30)
  expect(phone.sync.settings.get()).toEqual({
    ...defaultBackgroundSyncSettings,
    enabled: false,
    syncIntervalMinutes: 30,
    minimumBatteryLevel: 50,
  })

  await laptop.devices.start(deviceId)
  await waitFor('the held change arrives', async () => (await laptop.records.product.query()).length === 1 || undefined)
  await laptop.devices.resume(deviceId)
  await sees(laptop, deviceId, (device) => device.isActive && device.queueSize === 0)
  await phone.records.product.create({ ...tea, name: 'Green tea' })
  await waitFor('it syncs by itself again', async () => (await laptop.records.product.query()).length === 2 || undefined)
})

test('[FL3] a device that is away does what was asked of it when it comes back, once', async () => {
  const server = await serveProducts()
  const app = 'fleet away'
  const [phone, laptop] = [openProducts(server, { app }), openProducts(server)]
  await settled(phone)
  await phone.devices.reporting.enable()
  const deviceId = await phone.devices.ownId()
  await sees(laptop, deviceId, ({ isLive }) => isLive)
  await phone.close()
  await sees(laptop, deviceId, ({ isLive }) => !isLive)
  await laptop.devices.pause(deviceId)
  await laptop.devices.updateSettings(deviceId, { syncIntervalMinutes: 10 })
  expect(await laptop.devices.updateSettings(deviceId, { maxRetryAttempts: 7 })).toMatchObject({
    isLive: false,
    command: { number: 3, settings: { maxRetryAttempts: 7 } },
  })
  const again = openProducts(server, { app })
  await sees(laptop, deviceId, ({ pendingCommands, settings }) => pendingCommands === 0 && !settings.enabled)
  expect(again.sync.settings.get()).toMatchObject({ enabled: false, syncIntervalMinutes: 10, maxRetryAttempts: 7 })
  await again.sync.settings.update({ enabled: true })
  await sees(laptop, deviceId, ({ settings }) => settings.enabled)
})

test('[FL4] runs are told, each once, and metrics say what they cost', async () => {
  const server = await serveProducts()
  const [phone, laptop] = [openProducts(server), openProducts(server)]
  await phone.devices.reporting.enable()
  const deviceId = await phone.devices.ownId()
  for (const name of ['Tea', 'Salt', 'Rice']) {
    await phone.records.product.create({ ...tea, name })
    await settled(phone)
  }
  const runs = phone.sync.activity.runs()
  const metrics = await waitFor('all are told', async () => {
    const told = await laptop.devices.metrics(deviceId)
    return told.historical.length === runs.length && told
  })
  const items = metrics.historical.reduce((sum, run) => sum + run.items, 0)
  expect([items, metrics.averagePerformance.successRate]).toEqual([3, 1])
  expect(metrics.current).toEqual(metrics.historical.at(-1))
  expect(metrics.historical.map(({ startedAt }) => Date.parse(startedAt))).toEqual(
    runs.map(({ startedAt }) => Math.floor(startedAt)),
  )
})

test('[FL5] another person’s devices are not seen and not steered; an administrator’s are all of the tenant’s', async () => {
  const server = await serveProducts('jwt')
  const [ann, bob] = [openProducts(server, { auth: person('ann') }), openProducts(server, { auth: person('bob') })]
  await settled(ann)
  await ann.devices.reporting.enable()
  const deviceId = await ann.devices.ownId()
  const getToken = () => signToken({ user: 'root', tenant: 'acme', role: 'admin' })
  const root = openProducts(server, { auth: { tenant: 'acme', user: 'root', getToken } })
  await sees(root, deviceId, ({ user, isLive }) => user === 'ann' && isLive)
  expect(await bob.devices.list()).toEqual([])
  await expect(bob.devices.pause(deviceId)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await root.devices.pause({ deviceId, user: 'ann' })
  await waitFor('it is paused', () => !ann.sync.settings.get().enabled || undefined)
})

test('[FL12] a token that has ended is renewed once, and nobody notices; a refusal has the server’s code', async () => {
  const server = await serveProducts('jwt')
  const asked: boolean[] = []
  const getToken: ClientAuth['getToken'] = (options) => {
    asked.push(options?.isRefused ?? false)
    return signToken({ user: 'ann', tenant: 'acme', lifeSeconds: options?.isRefused === true ? 600 : -120 })
  }
  const ann = openProducts(server, { auth: { tenant: 'acme', user: 'ann', getToken } })
  ann.setOnline(false)
  asked.splice(0)
  expect(await ann.devices.list()).toEqual([])
  expect(asked).toEqual([false, true])
  await expect(ann.devices.metrics('nobodys')).rejects.toMatchObject({ name: 'DeviceError', code: 'NOT_FOUND' })
  await server.stop('SIGKILL')
  await expect(ann.devices.list()).rejects.toMatchObject({ name: 'DeviceError', code: 'UNREACHABLE' })
})
