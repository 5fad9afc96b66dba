import type { Scheduler } from '@rejoin/core'
import { createManualTime } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import { rest } from '../testing/sync-device.ts'
import { unknownState } from '../sync/shown-state.ts'
import { requestDeliveries, type RegistrationLike } from './delivery-requests.ts'
import { supportOf } from './detect-background-sync.ts'
import { hearSyncWorker } from './hear-sync-worker.ts'
import { openOnlySentence, takeOpenOnlyNotice } from './open-only-notice.ts'
import type { SyncWorkerMessage } from './sync-worker-message.ts'

function setUp({
  hasBackgroundSync = true,
  isCutOff = false,
  isRefused = false,
  scheduler,
}: {
  readonly hasBackgroundSync?: boolean
  readonly isCutOff?: boolean
  readonly isRefused?: boolean
  readonly scheduler?: Scheduler
} = {}) {
  const asked: string[] = []
  const posted: unknown[] = []
  const listeners = new Set<() => void>()
  const hiding = new Set<() => void>()
  const sync = {
    isEnabled: true,
    state: unknownState,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const manager = {
    register: (tag: string) => {
      asked.push(tag)
      return isRefused ? Promise.reject(new Error('there is no active worker')) : Promise.resolve()
    },
  }
  const registration: RegistrationLike = {
    active: { postMessage: (message) => void posted.push(message) },
    ...(hasBackgroundSync && { sync: manager }),
  }
  const stop = requestDeliveries({
    sync,
    registration,
    isCutOff: () => isCutOff,
    scheduler,
    onHiding: (listener) => {
      hiding.add(listener)
      return () => hiding.delete(listener)
    },
  })
  const say = (state: Partial<typeof unknownState>): void => {
    sync.state = { ...sync.state, ...state }
    for (const listener of listeners) listener()
  }
  const hide = (): void => {
    for (const listener of hiding) listener()
  }
  return { asked, posted, sync, say, hide, stop }
}

test('[BG10] a delivery is asked for when something waits, when the server gets out of reach, and when the page goes', () => {
  const { asked, posted, say, hide, stop } = setUp()
  expect(asked.length).toBe(0)
  say({ pending: 1 })
  say({ pending: 2 })
  expect(asked).toEqual(['sync-changes'])
  say({ status: 'offline' })
  say({ pending: 3 })
  expect(asked.length).toBe(2)
  hide()
  expect(asked.length).toBe(3)
  say({ pending: 0, status: 'upToDate' })
  hide()
  expect(asked.length).toBe(3)
  say({ pending: 1, status: 'syncing' })
  expect(asked.length).toBe(4)
  stop()
  say({ pending: 0 })
  say({ pending: 1 })
  hide()
  expect([asked.length, posted]).toEqual([4, []])
})

test('[BG10] what the browser refused is asked for again with the next change, and not in a loop', async () => {
  const { asked, say } = setUp({ isRefused: true })
  say({ pending: 1 })
  await rest()
  expect(asked.length).toBe(1)
  say({ pending: 2 })
  await rest()
  expect(asked.length).toBe(2)
})

test('[BG10] what the page sends by itself within two seconds wakes no worker', () => {
  const time = createManualTime(0)
  const { asked, say, stop } = setUp({ scheduler: time })
  say({ pending: 1 })
  time.advance(1_999)
  say({ pending: 0, status: 'upToDate' })
  time.advance(10_000)
  expect(asked.length).toBe(0)
  say({ pending: 1, status: 'syncing' })
  time.advance(2_000)
  expect(asked.length).toBe(1)
  say({ pending: 0, status: 'upToDate' })
  say({ pending: 1, status: 'syncing' })
  say({ status: 'offline' })
  expect(asked.length).toBe(2)
  time.advance(10_000)
  expect(asked.length).toBe(2)
  say({ status: 'syncing' })
  stop()
  time.advance(10_000)
  expect(asked.length).toBe(2)
})

test('[BG10] a page that its person cut off asks for nothing, not even when it goes', () => {
  const { asked, say, hide } = setUp({ isCutOff: true })
  say({ status: 'offline', pending: 1 })
  hide()
  expect(asked).toEqual([])
})

test('[BG10] where nothing may leave the device, nothing is asked for', () => {
  const { asked, sync, say, hide } = setUp()
  sync.isEnabled = false
  say({ pending: 1, status: 'paused' })
  hide()
  expect(asked).toEqual([])
})

test('[BG10] without Background Sync a page that goes asks its worker for a try', () => {
  const { posted, say, hide } = setUp({ hasBackgroundSync: false })
  say({ pending: 1 })
  expect(posted).toEqual([])
  hide()
  expect(posted).toEqual([{ type: 'SYNC_REQUESTED' }])
})

test('[BG10] where Background Sync is forbidden it does, too', async () => {
  const { asked, posted, say, hide } = setUp({ isRefused: true })
  say({ pending: 1, status: 'offline' })
  await rest()
  expect(posted).toEqual([])
  hide()
  await rest()
  expect([asked.length, posted]).toEqual([2, [{ type: 'SYNC_REQUESTED' }]])
})

test('[BG9] what a browser can do is seen by what is there', () => {
  const navigator = { serviceWorker: {} }
  const all = { serviceWorker: true, backgroundSync: true, periodicSync: true }
  const none = { serviceWorker: false, backgroundSync: false, periodicSync: false }
  expect(supportOf({ navigator, ServiceWorkerRegistration: { prototype: { sync: {}, periodicSync: {} } } })).toEqual(all)
  expect(supportOf({ navigator, ServiceWorkerRegistration: { prototype: {} } })).toEqual({ ...none, serviceWorker: true })
  expect(supportOf({ navigator: {}, ServiceWorkerRegistration: { prototype: { sync: {} } } })).toEqual(none)
  expect(supportOf({})).toEqual(none)
})

test('[BG9] a person whose browser syncs only while the app is open is told once on a device', () => {
  const stored = new Map<string, string>()
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  }
  const support = { serviceWorker: true, backgroundSync: false, periodicSync: false }
  expect(takeOpenOnlyNotice({ ...support, backgroundSync: true }, storage)).toBe(undefined)
  expect(takeOpenOnlyNotice(support, storage)).toBe(openOnlySentence)
  expect(takeOpenOnlyNotice(support, storage)).toBe(undefined)
  const forbidden = (): never => {
    throw new Error('storage is switched off')
  }
  expect(takeOpenOnlyNotice(support, { getItem: forbidden, setItem: forbidden })).toBe(undefined)
})

test('[BG4] a page hears what is said of its own person, and nothing else', () => {
  const heard: SyncWorkerMessage[] = []
  const listeners = new Set<(event: { readonly data: unknown }) => void>()
  const worker = {
    startMessages: () => undefined,
    addEventListener: (_type: 'message', listener: (event: { readonly data: unknown }) => void) => void listeners.add(listener),
    removeEventListener: (_type: 'message', listener: (event: { readonly data: unknown }) => void) =>
      void listeners.delete(listener),
  }
  const ann = { tenant: 'acme', user: 'ann' }
  const stop = hearSyncWorker(worker, ann, (message) => heard.push(message))
  const say = (data: unknown): void => {
    for (const listener of listeners) listener({ data })
  }
  const complete: SyncWorkerMessage = { type: 'SYNC_COMPLETE', owner: ann, total: 2 }
  say(complete)
  say({ ...complete, owner: { tenant: 'acme', user: 'bob' } })
  say({ type: 'SYNC_COMPLETE', total: 2 })
  say({ type: 'SYNC_COMPLETE', owner: ann, total: 'two' })
  say('update ready')
  stop()
  say(complete)
  expect(heard).toEqual([complete])
})
