import { expect, test } from 'vitest'
import { noteSchemaVersion } from '../outbox/newest-schema.ts'
import { takeBackgroundRun } from '../outbox/background-run.ts'
import { createMemoryRecordDatabase, RecordDisk } from '../record-database/memory-record-database.ts'
import { SettingsKeeper } from '../settings/settings-keeper.ts'
import { StoreError } from '../store/store-error.ts'
import type { SyncTransport } from '../sync/sync-transport.ts'
import { FakeSignals } from '../testing/fake-browser.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { rest } from '../testing/sync-device.ts'
import { databaseName, endOf, WorkerDevice } from '../testing/worker-device.ts'
import { WorkRemainsError, type SyncWorkerHost } from './sync-worker.ts'

/** A page that makes so many products, and is closed. */
async function leaveBehind(device: WorkerDevice, count: number, seed = 1): Promise<void> {
  const { records, close } = openTestRecords({ disk: device.disk, time: device.time, server: device.server, seed })
  for (let at = 1; at <= count; at++) await records.product.create({ name: `Product ${at}` })
  await close()
}

function reopen(device: WorkerDevice) {
  return openTestRecords({ disk: device.disk, time: device.time, server: device.server, seed: 9 })
}

const remains = expect.any(WorkRemainsError)

test('[BG1] what pages left behind is delivered in the order of its lanes, each change once', async () => {
  const device = new WorkerDevice()
  const { records, close } = reopen(device)
  const { id } = await records.product.create({ name: 'Beet' })
  await records.stockMovement.create({ productId: id, quantity: 5 })
  await records.product.update(id, { name: 'Red beet' })
  await records.recipe.create({ title: 'Borscht', body: '' })
  await close()
  expect(await device.sync()).toBe('resolved')
  const places = device.server.judged.map(({ entityType }) => entityType)
  expect(places.toSorted()).toEqual(['product', 'recipe', 'stockMovement'])
  expect(places.indexOf('product')).toBeLessThan(places.indexOf('stockMovement'))
  expect(device.server.row(`product/${id}`)?.fields).toMatchObject({ name: 'Red beet' })
  expect(await reopen(device).outbox.list()).toEqual([])
  expect(await device.sync()).toBe('resolved')
  expect(device.server.judged.length).toBe(3)
})

test('[BG1] other apps and servers, and databases whose work moves elsewhere, are none of its business; other tags are not its events', async () => {
  const device = new WorkerDevice()
  await leaveBehind(device, 1)
  const own = device.scopeByName.get(databaseName)
  if (own === undefined) throw new Error('the device has no database')
  for (const foreign of [{ app: 'other' }, { serverOrigin: 'wss://other.example' }, { movesInto: 'another' }]) {
    device.scopeByName.set(databaseName, { ...own, ...foreign })
    expect(await device.sync()).toBe('resolved')
  }
  device.scopeByName.set(databaseName, own)
  expect(await endOf(device.startWorker().raise('sync', { tag: 'other' }))).toBe('resolved')
  expect([device.requests, device.scope.posted]).toEqual([[], []])
})

test('[BG2] an event delivers ten at most; while more waits it is refused and another one asked for; progress is that of the whole', async () => {
  const device = new WorkerDevice()
  await leaveBehind(device, 25)
  expect([await device.sync(), device.server.judged.length]).toEqual([remains, 10])
  expect([await device.sync(), device.server.judged.length]).toEqual([remains, 20])
  expect([await device.sync(), device.server.judged.length]).toEqual(['resolved', 25])
  expect(device.scope.registered).toEqual(['sync-changes', 'sync-changes'])
  expect(device.scope.posted).toEqual([
    { type: 'SYNC_PROGRESS', current: 10, total: 25 },
    { type: 'SYNC_PROGRESS', current: 20, total: 25 },
    { type: 'SYNC_PROGRESS', current: 25, total: 25 },
    { type: 'SYNC_COMPLETE', total: 25 },
  ])
  expect(new Set(device.server.judged.map(({ operationId }) => operationId)).size).toBe(25)
})

test('[BG2] where two databases wait, the ten are for both', async () => {
  const device = new WorkerDevice()
  await leaveBehind(device, 7)
  device.scopeByName.set('second', {
    ...[...device.scopeByName.values()][0],
    app: 'stock',
    serverOrigin: 'wss://sync.example',
    databaseName: 'second',
  })
  const other = new WorkerDevice()
  await leaveBehind(other, 7, 2)
  const openDatabase = (name: string) => createMemoryRecordDatabase({ disk: name === databaseName ? device.disk : other.disk })
  expect([await device.sync({ openDatabase }), device.server.judged.length]).toEqual([remains, 10])
  expect([await device.sync({ openDatabase }), device.server.judged.length]).toEqual(['resolved', 14])
})

test('[BG3] a lock that a page holds is left to it; where nobody sees that page it may be frozen, so the browser is to call again later', async () => {
  const device = new WorkerDevice()
  device.network = 'down'
  const tab = device.openTab()
  await tab.local.records.product.create({ name: 'Beet' })
  await device.advance(1_000)
  const worker = device.startWorker()
  const event = worker.raise('sync', { tag: 'sync-changes' })
  expect(await endOf(event)).toBe('running')
  await device.advance(5_000)
  expect([await endOf(event), worker.registered]).toEqual([remains, []])
  expect(device.locks.countOf(`${databaseName}/drain`)).toBe(1)
  device.network = 'up'
  await device.advance(120_000)
  expect(device.server.judged.length).toBe(1)
  const later = device.startWorker().raise('sync', { tag: 'sync-changes' })
  await device.advance(5_000)
  expect(await endOf(later)).toBe('resolved')
  await tab.close()
})

test('[BG3] what a page keeps from being delivered is none of its business where nothing is to be delivered', async () => {
  const device = new WorkerDevice()
  device.network = 'down'
  const tab = device.openTab()
  await tab.local.records.product.create({ name: 'Beet' })
  const deliver = async (more: Partial<SyncWorkerHost> = {}) => {
    const event = device.startWorker(more).raise('sync', { tag: 'sync-changes' })
    await device.advance(5_000)
    return endOf(event)
  }
  expect(await deliver({ isEnabledAtFirst: false })).toBe('resolved')
  expect(await deliver()).toEqual(remains)
  const database = createMemoryRecordDatabase({ disk: device.disk })
  const settings = new SettingsKeeper({ database, channel: undefined, signals: new FakeSignals() })
  await settings.update({ enabled: false })
  expect(await deliver()).toBe('resolved')
  await tab.close()
})

test('[BG3] nothing is delivered behind the back of a page that its person cut off; once it is gone, it is', async () => {
  const device = new WorkerDevice()
  const tab = device.openTab()
  tab.sync.setOnline(false)
  await tab.local.records.product.create({ name: 'Beet' })
  const deliver = async () => {
    const event = device.startWorker().raise('sync', { tag: 'sync-changes' })
    await device.advance(10_000)
    return [await endOf(event), device.server.judged.length]
  }
  expect(await deliver()).toEqual(['resolved', 0])
  await tab.close()
  expect(await deliver()).toEqual(['resolved', 1])
})

test('[BG3] while a page is seen, an event for a lock that is held ends at once', async () => {
  const device = new WorkerDevice()
  const tab = device.openTab()
  await device.advance(1_000)
  const worker = device.startWorker()
  worker.isPageVisible = true
  expect(await endOf(worker.raise('sync', { tag: 'sync-changes' }))).toBe('resolved')
  await tab.close()
})

test('[BG3] a page that is being closed lets the lock go a moment later', async () => {
  const device = new WorkerDevice()
  device.network = 'down'
  const tab = device.openTab()
  await tab.local.records.product.create({ name: 'Beet' })
  await device.advance(1_000)
  device.network = 'up'
  const event = device.startWorker().raise('sync', { tag: 'sync-changes' })
  expect(await endOf(event)).toBe('running')
  await tab.close()
  await device.advance(2_000)
  expect([await endOf(event), device.server.judged.length]).toEqual(['resolved', 1])
})

test('[BG3] a worker of which nothing is heard is robbed by a visible page, and settles nothing any more', async () => {
  const device = new WorkerDevice()
  await leaveBehind(device, 3)
  device.network = 'silent'
  const channelless = { openChannel: () => undefined }
  const event = device.startWorker(channelless).raise('sync', { tag: 'sync-changes' })
  expect(await endOf(event)).toBe('running')
  device.network = 'up'
  const tab = device.openTab()
  await device.advance(20_000)
  expect(device.server.judged.length).toBe(3)
  expect(tab.status).toBe('upToDate')
  expect(await endOf(event)).toBe('resolved')
  await tab.close()
})

test('[BG3] while the worker drains, a page that opens is told so and waits', async () => {
  const device = new WorkerDevice()
  await leaveBehind(device, 3)
  device.network = 'silent'
  const event = device.startWorker().raise('sync', { tag: 'sync-changes' })
  await endOf(event)
  const tab = device.openTab()
  await device.advance(20_000)
  expect(tab.sync.state).toMatchObject({ status: 'syncing', pending: 3 })
  expect(device.locks.countOf(`${databaseName}/drain`)).toBe(2)
  await tab.close()
})

test('[BG4] pages are told of conflicts and refusals by name, and why nothing goes on', async () => {
  const device = new WorkerDevice()
  const { records, close } = reopen(device)
  const recipe = await records.recipe.create({ title: 'Borscht', body: '' })
  await close()
  await device.sync()
  const again = reopen(device)
  await again.records.recipe.update(recipe.id, { body: 'Beets.' })
  await again.records.product.create({ name: 'Bad' })
  await again.close()
  device.server.change({ entityType: 'recipe', recordId: recipe.id, operationType: 'update', payload: { body: 'Cabbage.' } })
  device.server.interfere = ({ entityType }) => (entityType === 'product' ? { status: 'rejected', code: 'FORBIDDEN' } : undefined)
  device.scope.posted.length = 0
  expect(await device.sync()).toBe('resolved')
  const told = device.scope.posted.filter(({ type }) => type !== 'SYNC_PROGRESS')
  expect(told).toMatchObject([
    { type: 'SYNC_CONFLICT', title: 'Change recipe Borscht' },
    { type: 'SYNC_FAILED', title: 'Create product Bad', code: 'FORBIDDEN', willRetry: false },
    { type: 'SYNC_COMPLETE', total: 2 },
  ])
  expect((await reopen(device).attention.list()).map(({ id }) => id)).toEqual(
    told.flatMap((message) => ('attentionId' in message ? message.attentionId : [])),
  )
})

test('[BG4] without a server nothing is lost, the page is told, and the browser is to call again when it thinks best', async () => {
  const device = new WorkerDevice()
  await leaveBehind(device, 2)
  device.network = 'down'
  expect([await device.sync(), device.scope.registered]).toEqual([remains, []])
  expect(device.scope.posted).toEqual([
    { type: 'SYNC_FAILED', code: 'UNREACHABLE', message: expect.any(String), willRetry: true },
  ])
  device.network = 'up'
  expect([await device.sync(), device.server.judged.length]).toEqual(['resolved', 2])
})

test('[BG6] where a newer version of the app has been, the worker of an older one stands aside, and leaves the event to that of the newer one', async () => {
  const device = new WorkerDevice()
  const database = createMemoryRecordDatabase({ disk: device.disk })
  await noteSchemaVersion(database, 2)
  await noteSchemaVersion(database, 1)
  expect(await device.sync()).toBe('resolved')
  await leaveBehind(device, 2)
  expect(await device.sync()).toEqual(remains)
  const openDatabase = () => ({
    ...database,
    observe: () => () => undefined,
    live: () => () => undefined,
    follow: () => () => undefined,
    onTrouble: () => () => undefined,
    close: () => Promise.resolve(),
    transaction: () => Promise.reject(new StoreError('versionChanged', 'newer')),
  })
  expect(await device.sync({ openDatabase })).toEqual(remains)
  expect([device.requests, device.scope.posted, device.scope.registered]).toEqual([[], [], []])
  expect(await reopen(device).attention.list()).toEqual([])
})

test('[BG7] the changes of somebody who is signed in go with a token of theirs, asked for each time, or wait for a page', async () => {
  const device = new WorkerDevice()
  const ann = { tenant: 'acme', user: 'ann' }
  await leaveBehind(device, 1)
  const own = device.scopeByName.get(databaseName)
  if (own === undefined) throw new Error('the device has no database')
  device.scopeByName.set(databaseName, { ...own, owner: ann })
  expect(await device.sync()).toBe('resolved')
  expect(await device.sync({ auth: { getToken: () => Promise.resolve(undefined) } })).toBe('resolved')
  expect(device.requests).toEqual([])
  const asked: unknown[] = []
  const getToken = (request: unknown) => {
    asked.push(request)
    return Promise.resolve(`token ${asked.length}`)
  }
  expect(await device.sync({ auth: { getToken } })).toBe('resolved')
  expect(device.tokens).toEqual(['token 2'])
  expect(asked).toEqual([
    { ...ann, isRefused: false },
    { ...ann, isRefused: false },
  ])
  expect(device.scope.posted.every(({ owner }) => owner?.user === 'ann')).toBe(true)
  const stored = await createMemoryRecordDatabase({ disk: device.disk }).transaction('read', ({ meta }) => meta.range({}))
  expect(JSON.stringify(stored)).not.toContain('token')
})

test('[BG7] a sign-in that cannot be renewed for now is tried again; what belongs to nobody goes without a token', async () => {
  const device = new WorkerDevice()
  await leaveBehind(device, 1)
  const own = device.scopeByName.get(databaseName)
  if (own === undefined) throw new Error('the device has no database')
  device.scopeByName.set(databaseName, { ...own, owner: { tenant: 'acme', user: 'ann' } })
  expect(await device.sync({ auth: { getToken: () => Promise.reject(new Error('no network')) } })).toEqual(remains)
  device.scopeByName.set(databaseName, own)
  expect(await device.sync({ auth: { getToken: () => Promise.resolve('never asked for') } })).toBe('resolved')
  expect(device.tokens).toEqual([undefined])
})

test('[BG8] nothing leaves where syncing was not enabled, or background sync was switched off', async () => {
  const device = new WorkerDevice()
  await leaveBehind(device, 1)
  expect(await device.sync({ isEnabledAtFirst: false })).toBe('resolved')
  const database = createMemoryRecordDatabase({ disk: device.disk })
  const settings = new SettingsKeeper({ database, channel: undefined, signals: new FakeSignals() })
  await settings.update({ enabled: false })
  expect(await device.sync()).toBe('resolved')
  expect(device.requests).toEqual([])
  await settings.update({ enabled: true })
  expect([await device.sync(), device.server.judged.length]).toEqual(['resolved', 1])
})

test('[BG11] what was delivered is told to one page, once, with whether it was all', async () => {
  const device = new WorkerDevice()
  const database = createMemoryRecordDatabase({ disk: device.disk })
  expect(await takeBackgroundRun(database)).toBe(undefined)
  await leaveBehind(device, 12)
  await device.sync()
  expect(await takeBackgroundRun(database)).toEqual({ settled: 10, isComplete: false, at: device.time.now() })
  expect(await takeBackgroundRun(database)).toBe(undefined)
  await device.sync()
  expect(await takeBackgroundRun(database)).toEqual({ settled: 2, isComplete: true, at: device.time.now() })
})

test('[BG12] an event ends within 150 s, whatever the network does', async () => {
  const device = new WorkerDevice()
  await leaveBehind(device, 1)
  device.network = 'silent'
  const event = device.startWorker().raise('sync', { tag: 'sync-changes' })
  expect(await endOf(event)).toBe('running')
  await device.advance(145_000)
  expect(await endOf(event)).toEqual(remains)
  expect(device.locks.countOf(`${databaseName}/drain`)).toBe(0)
})

test('[BG12] a sign-in that never answers ends it in time, too, and does not keep others from being delivered', async () => {
  const device = new WorkerDevice()
  await leaveBehind(device, 1)
  const own = device.scopeByName.get(databaseName)
  if (own === undefined) throw new Error('the device has no database')
  const stuck = { ...own, databaseName: 'stuck', owner: { tenant: 'acme', user: 'ann' } }
  device.scopeByName.clear()
  device.scopeByName.set('stuck', stuck)
  device.scopeByName.set(databaseName, own)
  const disk = new RecordDisk()
  const { records, close } = openTestRecords({ disk, time: device.time, seed: 2 })
  await records.product.create({ name: 'Stuck' })
  await close()
  const openDatabase = (name: string) => createMemoryRecordDatabase({ disk: name === 'stuck' ? disk : device.disk })
  const never = new Promise<string>(() => undefined)
  const event = device.startWorker({ openDatabase, auth: { getToken: () => never } }).raise('sync', { tag: 'sync-changes' })
  for (let seconds = 0; seconds < 150; seconds++) await device.advance(1_000)
  expect([await endOf(event), device.server.judged.length]).toEqual([remains, 1])
})

test.each([1, 3])('[BG12] databases that cannot be opened for now, %i of them, end it in time', async (count) => {
  const device = new WorkerDevice()
  const own = device.scopeByName.get(databaseName)
  if (own === undefined) throw new Error('the device has no database')
  for (let at = 2; at <= count; at++) device.scopeByName.set(`stuck ${at}`, { ...own, databaseName: `stuck ${at}` })
  const database = createMemoryRecordDatabase({ disk: device.disk })
  const openDatabase = () => ({
    ...database,
    observe: () => () => undefined,
    live: () => () => undefined,
    follow: () => () => undefined,
    onTrouble: () => () => undefined,
    close: () => Promise.resolve(),
    transaction: () => new Promise<never>(() => undefined),
  })
  const event = device.startWorker({ openDatabase }).raise('sync', { tag: 'sync-changes' })
  await device.advance(149_000)
  expect(await endOf(event)).toBe('running')
  await device.advance(1_000)
  expect(await endOf(event)).toEqual(remains)
})

test('[BG12] news without end are left to the pages in time', async () => {
  const device = new WorkerDevice()
  let pulls = 0
  const pull: SyncTransport['pull'] = () =>
    new Promise((resolve) => {
      const body = { ...device.server.pull(undefined), checkpoint: String(++pulls), hasMore: true }
      device.time.after(20_000, () => resolve({ type: 'answered', body, roundTripMs: 10 }))
    })
  const unreachable = { type: 'unreachable', message: 'never asked' } as const
  const createTransport = (): SyncTransport => ({
    pull,
    push: () => Promise.resolve(unreachable),
    renewToken: () => Promise.resolve({ type: 'renewed' }),
    follow: () => () => undefined,
    traffic: () => ({ requests: 0, bytesSent: 0, bytesReceived: 0 }),
  })
  const event = device.startWorker({ createTransport }).raise('periodicsync', { tag: 'sync-changes' })
  await device.advance(144_000)
  expect(await endOf(event)).toBe('running')
  await device.advance(1_000)
  expect([await endOf(event), pulls]).toEqual(['resolved', 8])
})

test('[BG13] a periodic event looks for news too; a page may ask for a try; the page of the first visit is served', async () => {
  const device = new WorkerDevice()
  const worker = device.startWorker()
  await worker.raise('activate')
  expect(worker.isClaimed).toBe(true)
  expect(await endOf(worker.raise('periodicsync', { tag: 'sync-changes' }))).toBe('resolved')
  expect(device.requests).toEqual(['pull'])
  await leaveBehind(device, 12)
  await endOf(worker.raise('message', { data: { type: 'SOMETHING_ELSE' } }))
  expect(device.server.judged.length).toBe(0)
  expect(await endOf(worker.raise('message', { data: { type: 'SYNC_REQUESTED' } }))).toBe('resolved')
  expect(device.server.judged.length).toBe(10)
  await rest()
})
