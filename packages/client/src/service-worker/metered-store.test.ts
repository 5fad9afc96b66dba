import { describe, expect, test } from 'vitest'
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

describe('[BG2] requests of the app and operations that are taken at the same time', () => {
  async function setUp() {
    const { records, requests, syncStore, server, time } = openTestRecords()
    await Promise.all(Array.from({ length: 9 }, (_, index) => records.product.create({ name: `${index}` })))
    for (const lane of ['a', 'b', 'c']) await requests.keep(sampleRequest(`/${lane}`, { lane }))
    const store = createMeteredStore(syncStore, { entriesMax: 5, onSettled: () => Promise.resolve() })
    const fence = await store.takeFence()
    const now = { now: time.now(), tenantId: 'acme' }
    const limits = { operationsMax: 500, requestBytesMax: 500_000 }
    const take = (lane: string) => store.takeRequest(fence, { ...now, lane })
    const takeBatch = () => store.takeBatch(fence, { ...now, limits })
    const [a, b, batch] = await Promise.all([take('a'), take('b'), takeBatch()])
    store.pushLeft()
    const settle = () => store.settle(fence, batch, server.push(batch), time.now())
    const settleRequest = (requestId = '') =>
      store.settleRequest(fence, { requestId, verdict: { type: 'done' }, now: time.now() })
    return { store, a, b, batch, take, takeBatch, settle, settleRequest }
  }

  test('are together no more than may be settled', async () => {
    const { store, a, b, batch, take, settle, settleRequest } = await setUp()
    expect([a?.url, b?.url, batch.operations.length]).toEqual(['https://app.example/a', 'https://app.example/b', 3])
    const third = take('c')
    store.pushEnded(true)
    await settle()
    await Promise.all([settleRequest(a?.requestId), settleRequest(b?.requestId)])
    expect(await third).toBe(undefined)
  })

  test('have the room of a push that gets no answer, and leave it what is left', async () => {
    const { store, batch, take, takeBatch } = await setUp()
    const third = take('c')
    store.pushEnded(false)
    expect((await third)?.url).toBe('https://app.example/c')
    expect((await takeBatch()).operations).toEqual(batch.operations.slice(0, 2))
  })

  test('wait for a request that gets no answer, and do not wait for what is out no more', async () => {
    const { store, a, b, batch, take, settle } = await setUp()
    store.pushEnded(true)
    await settle()
    const third = take('c')
    store.giveUpRequest(a?.requestId ?? '')
    expect([batch.operations.length, (await third)?.url]).toEqual([3, 'https://app.example/c'])
    expect(b).toBeDefined()
  })
})

describe('[BG2] a request that was taken leaves its room', () => {
  async function takeOne() {
    const { requests, syncStore, time } = openTestRecords()
    for (const lane of ['a', 'b']) await requests.keep(sampleRequest(`/${lane}`, { lane }))
    const store = createMeteredStore(syncStore, { entriesMax: 1, onSettled: () => Promise.resolve() })
    const fence = await store.takeFence()
    const take = (lane: string) => store.takeRequest(fence, { lane, now: time.now(), tenantId: 'acme' })
    const taken = await take('a')
    return { store, fence, time, take, taken }
  }

  test('where its end could not be stored', async () => {
    const { store, fence, time, take, taken } = await takeOne()
    const outcome = { requestId: taken?.requestId ?? '', verdict: { type: 'done' }, now: time.now() } as const
    await expect(store.settleRequest(fence - 1, outcome)).rejects.toThrow()
    expect((await take('b'))?.url).toBe('https://app.example/b')
  })

  test('where it was given up before it left: its lane is taken anew', async () => {
    const { take, taken } = await takeOne()
    expect(await take('a')).toEqual(taken)
  })
})
