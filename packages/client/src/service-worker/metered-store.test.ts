import { expect, test } from 'vitest'
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
