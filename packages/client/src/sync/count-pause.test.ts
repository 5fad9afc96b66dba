import { expect, test } from 'vitest'
import { rest, SyncDevice } from '../testing/sync-device.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { engineLimits } from './engine-limits.ts'

type Store = ReturnType<typeof openTestRecords>['syncStore']

/** A device with products to bring to the server; `watch` hears of every call of the store before it is made. */
async function openFull(count: number, watch: (name: keyof Store) => void) {
  const device = new SyncDevice()
  const { disk, time, server } = device
  const { records, syncStore } = openTestRecords({ disk, time, server })
  const write = (more: number) =>
    Promise.all(Array.from({ length: more }, (_, index) => records.product.create({ name: `${index}` })))
  await write(count)
  const store = new Proxy(syncStore, {
    get: (target, name: keyof Store) => {
      watch(name)
      return Reflect.get(target, name).bind(target)
    },
  })
  return { device, store, write }
}

/** Each batch is settled so many ms after the one before: what is shown as pending, and how often it was counted. */
async function bringThreeBatches(settleMs: number) {
  let countedTimes = 0
  const { device, store } = await openFull(1_100, (name) => {
    if (name === 'counts') countedTimes++
    if (name === 'settle') device.time.advance(settleMs)
  })
  const { sync } = device.openTab({ store })
  const shown = new Set<number>()
  sync.subscribe(() => shown.add(sync.state.pending))
  for (let turn = 0; turn < 100 && sync.state.status !== 'upToDate'; turn++) await rest()
  return { shown: [...shown], countedTimes, pushes: device.requests.filter((name) => name.startsWith('push')) }
}

test('[PB9] batches that follow one another soon are counted before the first and after the last, slower ones one by one', async () => {
  const quick = await bringThreeBatches(1)
  expect(quick.pushes).toEqual(['push 500', 'push 500', 'push 100'])
  expect(quick.shown).toEqual([1_100, 0])
  const slow = await bringThreeBatches(engineLimits.countPauseMs)
  expect(slow.shown).toEqual([1_100, 600, 100, 0])
  expect(slow.countedTimes - quick.countedTimes).toBe(2)
})

test('[PB9] what is made during a push is never taken for done, and counted within a second', async () => {
  let takes = 0
  const { device, store, write } = await openFull(500, (name) => {
    // After it was counted, before there is more to choose from.
    if (name === 'takeBatch' && ++takes === 1) void write(60)
  })
  const { server } = device
  let pushes = 0
  const { sync } = device.openTab({
    store,
    transport: {
      traffic: () => ({ requests: 0, bytesSent: 0, bytesReceived: 0 }),
      push: (body) => {
        pushes += 1
        if (pushes > 1) return new Promise(() => undefined)
        return Promise.resolve({ type: 'answered', body: server.push(body), roundTripMs: 10 })
      },
      pull: ({ checkpoint }) => Promise.resolve({ type: 'answered', body: server.pull(checkpoint), roundTripMs: 10 }),
      renewToken: () => Promise.reject(new Error('no token is needed')),
      follow: () => () => undefined,
    },
  })
  const shown: number[] = []
  sync.subscribe(() => shown.push(sync.state.pending))
  while (pushes < 2) await rest()
  await write(40)
  await rest()
  expect([Math.min(...shown) > 0, await store.counts(device.time.now())]).toMatchObject([true, { pending: 100 }])
  await device.advance(engineLimits.lookBesideMs)
  expect(sync.state).toMatchObject({ pending: 100, inFlight: 60 })
})
