import { expect, test } from 'vitest'
import { createMemoryRecordDatabase, RecordDisk } from '../record-database/memory-record-database.ts'
import { OutboxList } from '../outbox/outbox-list.ts'
import type { RequestToReplay } from '../sync/request-replayer.ts'
import { answered, FakeAppServer, sampleRequest } from '../testing/fake-app-server.ts'
import { rest } from '../testing/sync-device.ts'
import { until } from '../testing/test-device.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { databaseName, endOf, WorkerDevice } from '../testing/worker-device.ts'
import { WorkRemainsError, type SyncWorkerHost } from './sync-worker.ts'

const ann = { tenant: 'acme', user: 'ann' }
const capture: SyncWorkerHost['capture'] = {
  routes: [{ match: '/forms', title: 'Send form' }],
  origin: 'https://app.example',
  syncServerOrigin: 'https://sync.example',
  ownUrls: [],
  fetch: () => Promise.reject(new TypeError('Failed to fetch')),
  makeKey: () => 'a key',
}
const form = (): Request => new Request('https://app.example/forms/1', { method: 'POST', body: 'hello' })

/** Each database on a disk of its own. */
function setUp() {
  const device = new WorkerDevice()
  const disks = new Map([[databaseName, device.disk]])
  const openDatabase = (name: string) => {
    const disk = disks.get(name) ?? new RecordDisk()
    disks.set(name, disk)
    return createMemoryRecordDatabase({ disk })
  }
  const titles = async (name: string) => {
    const entries = await new OutboxList(openDatabase(name), device.time).list()
    return entries.map((entry) => (entry.kind === 'request' ? entry.request.title : entry.kind))
  }
  return { device, openDatabase, titles }
}

test('[BG15] a request of a named route that the network fails is kept, an event is asked for, and the next one sends it', async () => {
  const { device, openDatabase, titles } = setUp()
  const worker = device.startWorker({ capture, openDatabase })
  expect(worker.fetch(new Request('https://app.example/forms/1'))).toBe(undefined)
  expect(worker.fetch(new Request('https://app.example/other', { method: 'POST' }))).toBe(undefined)
  const response = await worker.fetch(form())
  expect([response?.status, await response?.json()]).toMatchObject([
    202,
    { queued: true, message: 'Saved offline. Will sync when online.' },
  ])
  expect([await titles(databaseName), worker.registered]).toEqual([['Send form'], ['sync-changes']])
  const sent: RequestToReplay[] = []
  const replay = (request: RequestToReplay) => {
    sent.push(request)
    return Promise.resolve({ type: 'answered', status: 200, message: undefined, retryAfterMs: undefined } as const)
  }
  expect(await device.sync({ openDatabase, createReplayer: () => ({ replay }) })).toBe('resolved')
  expect(sent.map(({ method, url, body }) => [method, url, new TextDecoder().decode(body)])).toEqual([
    ['POST', 'https://app.example/forms/1', 'hello'],
  ])
  expect([await titles(databaseName), device.scope.posted]).toEqual([
    [],
    [
      { type: 'SYNC_PROGRESS', current: 1, total: 1 },
      { type: 'SYNC_COMPLETE', total: 1 },
    ],
  ])
})

test('[BG15] it is kept for whoever is signed in; where nobody can tell, it is refused as the network refuses it', async () => {
  const { device, openDatabase, titles } = setUp()
  const own = device.scopeByName.get(databaseName)
  if (own === undefined) throw new Error('the device has no database')
  device.scopeByName.set('of ann', { ...own, databaseName: 'of ann', owner: ann })
  await expect(device.startWorker({ capture, openDatabase }).fetch(form())).rejects.toThrow('Failed to fetch')
  const auth = { getToken: () => Promise.resolve(undefined), currentOwner: () => Promise.resolve(ann) }
  expect((await device.startWorker({ capture, openDatabase, auth }).fetch(form()))?.status).toBe(202)
  expect([await titles(databaseName), await titles('of ann')]).toEqual([[], ['Send form']])
})

test.each(['told who is signed in', 'that finds one person here'])(
  '[BG15] who signs in before the network has failed a request of somebody else does not get it: a worker %s',
  async (kind) => {
    const { device, openDatabase, titles } = setUp()
    const own = device.scopeByName.get(databaseName)
    if (own === undefined) throw new Error('the device has no database')
    device.scopeByName.set(databaseName, { ...own, owner: ann })
    let owner = ann
    const failing = {
      ...capture,
      fetch: () => {
        owner = { tenant: 'acme', user: 'bob' }
        device.scopeByName.set('of bob', { ...own, databaseName: 'of bob', owner })
        return Promise.reject(new TypeError('Failed to fetch'))
      },
    }
    const told = { getToken: () => Promise.resolve(undefined), currentOwner: () => Promise.resolve(owner) }
    const auth = kind === 'told who is signed in' ? told : undefined
    const response = await device.startWorker({ capture: failing, openDatabase, auth }).fetch(form())
    expect([response?.status, await titles(databaseName), await titles('of bob')]).toEqual([202, ['Send form'], []])
  },
)

test('[BG15] what the network delivers gives nobody a database: who signs in by it is the only person here', async () => {
  const { device, openDatabase, titles } = setUp()
  const place = device.scopeByName.get(databaseName)
  if (place === undefined) throw new Error('the device has no database')
  device.scopeByName.clear()
  const online = { ...capture, fetch: () => Promise.resolve(new Response('welcome')) }
  expect((await device.startWorker({ capture: online, openDatabase }).fetch(form()))?.status).toBe(200)
  await rest()
  expect([...device.scopeByName]).toEqual([])
  device.scopeByName.set('of ann', { ...place, databaseName: 'of ann', owner: ann })
  expect((await device.startWorker({ capture, openDatabase }).fetch(form()))?.status).toBe(202)
  expect(await titles('of ann')).toEqual(['Send form'])
})

test('[BG15] where nobody has a database yet, one is made for what the network fails', async () => {
  const { device, openDatabase, titles } = setUp()
  device.scopeByName.clear()
  expect((await device.startWorker({ capture, openDatabase }).fetch(form()))?.status).toBe(202)
  const [scope, ...others] = device.scopeByName.values()
  expect([scope?.owner, others, await titles(scope?.databaseName ?? '')]).toEqual([undefined, [], ['Send form']])
})

test('[BG15] who is asked for too long says nothing: the app hears of its network in time', async () => {
  const { device, openDatabase } = setUp()
  const auth = { getToken: () => Promise.resolve(undefined), currentOwner: () => new Promise<undefined>(() => undefined) }
  const response = device.startWorker({ capture, openDatabase, auth }).fetch(form())
  const ended = Promise.allSettled([response])
  // The body is read before anybody waits.
  await until(() => device.time.pendingCount() > 0)
  await device.advance(5_000)
  expect(await ended).toEqual([{ status: 'rejected', reason: new TypeError('Failed to fetch') }])
})

test('[BG15] where syncing was not enabled, it says so', async () => {
  const { device, openDatabase } = setUp()
  const message = async (more: Partial<SyncWorkerHost>) =>
    (await device.startWorker({ capture, openDatabase, ...more }).fetch(form()))?.json()
  const notBefore = { queued: true, message: 'Saved on this device. It is not sent before syncing is switched on.' }
  expect(await message({ isEnabledAtFirst: false })).toMatchObject(notBefore)
  const { syncStore } = openTestRecords({ database: openDatabase(databaseName), time: device.time })
  await syncStore.setEnabled(false)
  expect(await message({})).toMatchObject(notBefore)
})

test('[BG15] where it cannot be told who is signed in, the error is the network’s own', async () => {
  const { device, openDatabase, titles } = setUp()
  const currentOwner = () => Promise.reject(new Error('nobody knows'))
  const worker = device.startWorker({ capture, openDatabase, auth: { getToken: () => Promise.resolve(undefined), currentOwner } })
  await expect(worker.fetch(form())).rejects.toThrow(new TypeError('Failed to fetch'))
  expect(await titles(databaseName)).toEqual([])
})

test('[BG2] what gets no answer takes no place of what does, be it from servers of the app or from the sync server', async () => {
  const { device, openDatabase } = setUp()
  const { records, requests, close } = openTestRecords({ database: openDatabase(databaseName), time: device.time })
  const appServer = new FakeAppServer()
  appServer.answer = ({ url }) => (url.includes('/down') ? { type: 'unreachable', message: 'no answer' } : answered(200))
  const event = async () => {
    const worker = device.startWorker({ openDatabase, createReplayer: () => appServer })
    const ended = worker.raise('sync', { tag: 'sync-changes' })
    await device.advance(1)
    const end = await endOf(ended)
    return [end, device.server.judged.length, appServer.paths.filter((path) => path.startsWith('/up')).length]
  }
  for (let at = 1; at <= 12; at++) await requests.keep(sampleRequest(`/down/${at}`, { lane: `down ${at}` }))
  for (let at = 1; at <= 6; at++) await requests.keep(sampleRequest(`/up/${at}`, { lane: 'up' }))
  for (let at = 1; at <= 4; at++) await records.product.create({ name: `${at}` })
  expect(await event()).toEqual([expect.any(WorkRemainsError), 4, 6])
  for (let at = 1; at <= 12; at++) await records.product.create({ name: `late ${at}` })
  for (let at = 1; at <= 6; at++) await requests.keep(sampleRequest(`/up/late/${at}`, { lane: 'up' }))
  device.network = 'down'
  expect(await event()).toEqual([expect.any(WorkRemainsError), 4, 12])
  await close()
})

test('[BG15] a worker without routes is in nobody’s way', () => {
  const { device } = setUp()
  expect(device.startWorker().fetch(form())).toBe(undefined)
})
