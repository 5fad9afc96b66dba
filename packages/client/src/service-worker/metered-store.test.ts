import { expect, test } from 'vitest'
import { sampleRequest } from '../testing/fake-app-server.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { createMeteredStore } from './metered-store.ts'

test('[BG2] what is being settled while the next batch is chosen counts', async () => {
  const { records, syncStore, server, time } = openTestRecords()
  await Promise.all(Array.from({ length: 9 }, (_, index) => records.product.create({ name: `${index}` })))
  const store = createMeteredStore(syncStore, { entriesMax: 5, onSettled: () => Promise.resolve() })
  const fence = await store.takeFence()
  const options = { now: time.now(), limits: { operationsMax: 2, requestBytesMax: 500_000 }, tenantId: 'acme' }
  const first = await store.takeBatch(fence, options)
  const second = await store.takeBatch(fence, { ...options, underWay: 2 })
  const settling = store.settle(fence, first, server.push(first), time.now())
  const third = await store.takeBatch(fence, { ...options, underWay: 2 })
  await settling
  expect([first, second, third].map(({ operations }) => operations.length)).toEqual([2, 2, 1])
})

test('[BG2] requests of the app and operations that are taken at the same time are together no more than may be settled', async () => {
  const { records, requests, syncStore, time } = openTestRecords()
  await Promise.all(Array.from({ length: 9 }, (_, index) => records.product.create({ name: `${index}` })))
  const lanes = ['a', 'b', 'c']
  for (const lane of lanes) await requests.keep(sampleRequest(`/${lane}`, { lane }))
  const store = createMeteredStore(syncStore, { entriesMax: 5, onSettled: () => Promise.resolve() })
  const fence = await store.takeFence()
  const now = { now: time.now(), tenantId: 'acme' }
  const limits = { operationsMax: 500, requestBytesMax: 500_000 }
  const take = (lane: string) => store.takeRequest(fence, { ...now, lane })
  const [a, b, batch, c] = await Promise.all([take('a'), take('b'), store.takeBatch(fence, { ...now, limits }), take('c')])
  expect([a?.requestId === b?.requestId, batch.operations.length, c]).toEqual([false, 3, undefined])
  // The batch had no answer: what it had taken may be taken again, and leaves no more room than before.
  await store.settleRequest(fence, { requestId: a?.requestId ?? '', verdict: { type: 'done' }, now: time.now() })
  const again = await store.takeBatch(fence, { ...now, limits })
  expect([again.operations, await take('c')]).toEqual([batch.operations, undefined])
})
