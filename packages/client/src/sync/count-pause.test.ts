import { expect, test } from 'vitest'
import { rest, SyncDevice } from '../testing/sync-device.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { engineLimits } from './engine-limits.ts'

/** Brings 1,100 products to the server, each batch settled so many ms after the one before; what is shown as pending, and how often it was counted. */
async function bringThreeBatches(settleMs: number) {
  const device = new SyncDevice()
  const { disk, time, server } = device
  const { records, syncStore } = openTestRecords({ disk, time, server })
  await Promise.all(Array.from({ length: 1_100 }, (_, index) => records.product.create({ name: `${index}` })))
  let countedTimes = 0
  const store = new Proxy(syncStore, {
    get: (target, name) => {
      if (name === 'counts') countedTimes++
      if (name === 'settle') time.advance(settleMs)
      return Reflect.get(target, name).bind(target)
    },
  })
  const { sync } = device.openTab({ store })
  const shown = new Set<number>()
  sync.subscribe(() => shown.add(sync.state.pending))
  for (let turn = 0; turn < 100 && sync.state.status !== 'upToDate'; turn++) await rest()
  return { shown: [...shown], countedTimes, pushes: device.requests.filter((name) => name.startsWith('push')) }
}

test('[PB9] batches that follow one another soon are counted before the first and after the last, and shown as they are settled', async () => {
  const quick = await bringThreeBatches(1)
  expect(quick.pushes).toEqual(['push 500', 'push 500', 'push 100'])
  expect(quick.shown).toEqual([1_100, 600, 100, 0])
  const slow = await bringThreeBatches(engineLimits.countPauseMs)
  expect(slow.shown).toEqual([1_100, 600, 100, 0])
  expect(slow.countedTimes - quick.countedTimes).toBe(2)
})
