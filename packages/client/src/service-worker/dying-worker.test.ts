import { expect, test } from 'vitest'
import { z } from 'zod'
import { Mortality } from '../testing/mortality.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { WorkerDevice } from '../testing/worker-device.ts'
import type { SyncWorkerHost } from './sync-worker.ts'

async function prepare(): Promise<WorkerDevice> {
  const device = new WorkerDevice()
  const { records, close } = openTestRecords({ disk: device.disk, time: device.time, server: device.server })
  for (let at = 1; at <= 6; at++) {
    const { id } = await records.product.create({ name: `Product ${at}` })
    await records.stockMovement.create({ productId: id, quantity: at })
  }
  await close()
  return device
}

/** Events until one is not refused; each of these workers lives. */
async function finish(device: WorkerDevice): Promise<void> {
  for (let events = 0; (await device.sync()) !== 'resolved'; events++) {
    if (events > 5) throw new Error('the workers come to no end')
  }
}

async function expectAllOnce(device: WorkerDevice): Promise<void> {
  const { judged } = device.server
  expect([judged.length, new Set(judged.map(({ operationId }) => operationId)).size]).toEqual([12, 12])
  const { outbox, attention, records } = openTestRecords({ disk: device.disk, time: device.time, server: device.server, seed: 9 })
  expect([await outbox.list(), await attention.list()]).toEqual([[], []])
  expect((await records.stockMovement.query()).length).toBe(6)
}

test('[BG5] killed at any step, and started again: everything arrives, once, in the order of its lanes', async () => {
  const whole = new Mortality(Infinity)
  await (await prepare()).sync({}, whole)
  expect(whole.steps).toBeGreaterThan(30)
  for (let at = 1; at <= whole.steps; at++) {
    const device = await prepare()
    expect(await device.sync({}, new Mortality(at))).toBe('running')
    await finish(device)
    await expectAllOnce(device)
    const placeOf = new Map(device.server.judged.map(({ entityType, recordId }, place) => [`${entityType}/${recordId}`, place]))
    for (const { entityType, payload, recordId } of device.server.judged) {
      if (entityType !== 'stockMovement') continue
      const product = placeOf.get(`product/${z.string().parse(payload['productId'])}`) ?? Infinity
      expect(product).toBeLessThan(placeOf.get(`stockMovement/${recordId}`) ?? -1)
    }
  }
}, 60_000)

test('[BG5] killed again and again, each a little later: never stuck, never twice', async () => {
  const device = await prepare()
  for (let at = 1; at <= 40; at++) await device.sync({}, new Mortality(at))
  await finish(device)
  await expectAllOnce(device)
})

test('[BG5] progress goes on from where the killed worker was, and never back', async () => {
  const device = await prepare()
  for (let at = 5; at <= 60; at += 5) await device.sync({}, new Mortality(at))
  await finish(device)
  const shares = device.scope.posted.flatMap((message) =>
    message.type === 'SYNC_PROGRESS' ? [message.current / message.total] : [],
  )
  expect(shares).toEqual(shares.toSorted((left, right) => left - right))
})

test('[BG5] requests of the app arrive at least once, each under one key, in their order', async () => {
  const names = ['one', 'two', 'three']
  const arrived: string[] = []
  const leave = async (): Promise<WorkerDevice> => {
    const device = new WorkerDevice()
    const { requests, close } = openTestRecords({ disk: device.disk, time: device.time, server: device.server })
    const rest = {
      method: 'POST',
      headers: {},
      credentials: 'omit',
      isAuthorized: false,
      lane: 'forms',
      body: undefined,
    } as const
    for (const name of names) await requests.keep({ ...rest, url: `https://app.example/${name}`, title: name })
    await close()
    return device
  }
  const replaying = (mortality: Mortality): Partial<SyncWorkerHost> => ({
    createReplayer: () => ({
      replay: ({ requestId, url }) =>
        mortality.step(() => {
          arrived.push(`${url.split('/').at(-1)} ${requestId}`)
          return Promise.resolve({ type: 'answered', status: 200, message: undefined, retryAfterMs: undefined })
        }),
    }),
  })
  const whole = new Mortality(Infinity)
  expect(await (await leave()).sync(replaying(whole), whole)).toBe('resolved')
  const { steps } = whole
  for (let at = 1; at <= steps; at++) {
    arrived.length = 0
    const device = await leave()
    const mortal = new Mortality(at)
    expect(await device.sync(replaying(mortal), mortal)).toBe('running')
    expect(await device.sync(replaying(whole), whole)).toBe('resolved')
    const distinct = [...new Set(arrived)]
    expect(distinct.map((arrival) => arrival.split(' ')[0])).toEqual(names)
    // Who dies after the answer does not know of it: that one alone is sent again.
    expect(arrived.length).toBeLessThanOrEqual(names.length + 1)
  }
}, 60_000)
