import { createManualTime } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import { RecordDisk, createMemoryRecordDatabase } from '../record-database/memory-record-database.ts'
import type { ScopeOwner } from '../scope/scope-registry.ts'
import { FakeAppServer, sampleRequest } from '../testing/fake-app-server.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { databaseName, WorkerDevice } from '../testing/worker-device.ts'
import { CookieHold } from './cookie-hold.ts'
import type { SyncWorkerHost } from './sync-worker.ts'

const ann = { tenant: 'acme', user: 'ann' }
const bob = { tenant: 'acme', user: 'bob' }
const origin = 'https://app.example'
const getToken = (): Promise<string> => Promise.resolve('token')

/** Ann left requests behind; Bob uses the device, too, or nobody else does. */
async function leaveBehind({ isShared = true } = {}) {
  const device = new WorkerDevice()
  const { requests, close } = openTestRecords({ disk: device.disk, time: device.time, server: device.server })
  const foreign = { url: 'https://other.example/foreign', lane: 'foreign' }
  await requests.keep(sampleRequest('/cookies', { lane: 'cookies' }))
  await requests.keep(sampleRequest('/behind', { lane: 'cookies', credentials: 'omit' }))
  await requests.keep(sampleRequest('/none', { lane: 'none', credentials: 'omit' }))
  await requests.keep(sampleRequest('/foreign', foreign))
  await requests.keep(
    sampleRequest('/shown', { ...foreign, url: 'https://other.example/shown', lane: 'shown', credentials: 'include' }),
  )
  await close()
  const own = device.scopeByName.get(databaseName)
  if (own === undefined) throw new Error('the device has no database')
  device.scopeByName.set(databaseName, { ...own, owner: ann })
  if (isShared) device.scopeByName.set('of bob', { ...own, databaseName: 'of bob', owner: bob })
  const disks = new Map([[databaseName, device.disk]])
  const openDatabase = (name: string) => {
    const disk = disks.get(name) ?? new RecordDisk()
    disks.set(name, disk)
    return createMemoryRecordDatabase({ disk })
  }
  const appServer = new FakeAppServer()
  const sync = (currentOwner?: () => Promise<ScopeOwner | undefined>, more: Partial<SyncWorkerHost> = {}) =>
    device.sync({
      origin,
      openDatabase,
      auth: { getToken, ...(currentOwner !== undefined && { currentOwner }) },
      createReplayer: () => appServer,
      ...more,
    })
  return { device, appServer, sync }
}

const withoutCookies = ['/none', '/foreign']
const all = ['/cookies', '/behind', '/none', '/foreign', '/shown']

test.each<readonly [string, (() => Promise<ScopeOwner | undefined>) | undefined]>([
  ['somebody else', () => Promise.resolve(bob)],
  ['nobody', () => Promise.resolve(undefined)],
  ['who cannot be told', () => Promise.reject(new Error('no network'))],
  ['one of several, and nobody tells who,', undefined],
])('[BG16] while %s is signed in, what would go with cookies waits, and the rest goes', async (_name, currentOwner) => {
  const { device, appServer, sync } = await leaveBehind()
  expect(await sync(currentOwner)).toBe('resolved')
  expect(appServer.paths.toSorted()).toEqual(withoutCookies.toSorted())
  // Nothing of what waits was marked as sent, and nothing is said to be complete.
  const { outbox } = openTestRecords({ disk: device.disk, time: device.time, seed: 9 })
  const waiting = (await outbox.list()).map((entry) => [
    entry.state,
    entry.kind === 'request' && new URL(entry.request.url).pathname,
  ])
  expect(waiting).toEqual([
    ['ready', '/cookies'],
    ['ready', '/behind'],
    ['ready', '/shown'],
  ])
  expect(device.scope.posted.filter(({ type }) => type !== 'SYNC_PROGRESS')).toEqual([])
  expect([await sync(() => Promise.resolve(ann)), appServer.paths.toSorted()]).toEqual(['resolved', all.toSorted()])
})

test('[BG16] where one person has a database here, nobody needs to tell that it is them', async () => {
  const { appServer, sync } = await leaveBehind({ isShared: false })
  expect([await sync(), appServer.paths.toSorted()]).toEqual(['resolved', all.toSorted()])
})

test('[BG16] who signs in while another’s requests are sent stops them', async () => {
  const { device, appServer, sync } = await leaveBehind()
  let current = ann
  appServer.answer = () => {
    current = bob
    return { type: 'answered', status: 200, message: undefined, retryAfterMs: undefined }
  }
  const ended = sync(() => Promise.resolve(current))
  await device.advance(150_000)
  await ended
  const cookiesOf = (path: string): boolean => ['/cookies', '/shown'].includes(path)
  expect(appServer.paths.filter(cookiesOf).length).toBe(1)
  current = ann
  const later = sync(() => Promise.resolve(ann))
  await device.advance(150_000)
  expect([await later, new Set(appServer.paths)]).toEqual(['resolved', new Set(all)])
})

test('[BG16] who is asked for longer than 5 s says nothing', async () => {
  const time = createManualTime(0)
  const auth = { getToken, currentOwner: () => new Promise<undefined>(() => undefined) }
  const hold = new CookieHold({ auth, origin, scheduler: time }, { owner: undefined }, { isShared: false })
  const looked = hold.look()
  time.advance(5_000)
  await looked
  expect(hold.allows({ url: `${origin}/forms`, credentials: 'same-origin' })).toBe(false)
})
