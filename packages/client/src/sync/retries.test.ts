import { syncLimits } from '@rejoin/core'
import { describe, expect, test } from 'vitest'
import { createClient } from '../create-client.ts'
import { exponential, schedule } from '../outbox/retry-schedule.ts'
import { rest, SyncDevice, type SyncTab } from '../testing/sync-device.ts'
import { openTestRecords, stockSchema, type TestRecords } from '../testing/test-records.ts'

const minuteMs = 60_000
const borscht = { title: 'Borscht', body: 'Beets' }
const fault = { status: 'rejected', code: 'INTERNAL', message: 'The shelf fell down.' } as const
const twice = schedule([0, 0])

/** Pushes against a server with a fault of its own until nothing can be sent; gives how long after the one before each try was. */
async function waitsOf({ server, time, syncStore }: TestRecords): Promise<number[]> {
  server.interfere = () => fault
  const fence = await syncStore.takeFence()
  const waits: number[] = []
  let before = time.now()
  for (;;) {
    const batch = await syncStore.takeBatch(fence, { now: time.now(), limits: syncLimits, tenantId: 'acme' })
    if (batch.operations.length > 0) {
      waits.push(time.now() - before)
      before = time.now()
      await syncStore.settle(fence, batch, server.push(batch), time.now())
    }
    const { nextRetryAt, sendable } = await syncStore.counts(time.now())
    if (sendable > 0) continue
    if (nextRetryAt === undefined) return waits
    time.advance(nextRetryAt - time.now())
  }
}

/** Minutes go by, in steps that are long for a page and short for a schedule. */
async function pass(device: SyncDevice, durationMs: number): Promise<void> {
  const stepMs = 10_000
  for (let leftMs = durationMs; leftMs > 0; leftMs -= stepMs) {
    device.time.advance(Math.min(stepMs, leftMs))
    await rest()
  }
}

const areWithin = (waits: readonly number[], limits: readonly number[]): boolean =>
  waits.length === limits.length && waits.every((wait, index) => wait <= (limits[index] ?? 0))

describe('when an operation that failed is tried again', () => {
  test.each([
    ['by a schedule', schedule([0, minuteMs, 5 * minuteMs, 15 * minuteMs]), [0, 0, minuteMs, 5 * minuteMs, 15 * minuteMs]],
    ['exponentially', exponential({ initialDelayMs: 100, maxDelayMs: 5_000, multiplier: 2, maxRetries: 3 }), [0, 100, 200, 400]],
    ['never', schedule([]), [0]],
  ])('[RT1] %s', async (_how, retries, limits) => {
    const local = openTestRecords({ retries })
    await local.records.recipe.create(borscht)
    const waits = await waitsOf(local)
    expect({ waits, isWithin: areWithin(waits, limits) }).toEqual({ waits, isWithin: true })
  })

  test('[RT1] an entity may have another schedule than all others', async () => {
    const retriesByEntity = { recipe: schedule([]) }
    for (const [entity, tries] of [
      ['recipe', 1],
      ['product', 3],
    ] as const) {
      const local = openTestRecords({ retries: twice, retriesByEntity })
      if (entity === 'recipe') await local.records.recipe.create(borscht)
      else await local.records.product.create({ name: 'Beet' })
      expect({ entity, tries: (await waitsOf(local)).length }).toEqual({ entity, tries })
    }
  })

  test('[RT1] the longest delay of any schedule is not taken for one of a clock that was set back', async () => {
    const hourMs = 60 * minuteMs
    const local = openTestRecords({ retries: twice, retriesByEntity: { recipe: schedule([10 * hourMs]) } })
    await local.records.recipe.create(borscht)
    const waits = await waitsOf(local)
    expect({ count: waits.length, isLong: (waits[1] ?? 0) > hourMs / 4 }).toEqual({ count: 2, isLong: true })
  })

  test('[RT2] how often it was tried, and when it is again, are kept over a reload', async () => {
    const device = new SyncDevice()
    device.server.interfere = () => fault
    const before = device.openTab()
    await before.local.records.recipe.create(borscht)
    await device.advance(2_000)
    const [waiting] = await before.local.outbox.list()
    expect(waiting).toMatchObject({ state: 'sent', attempts: 2, lastError: fault.message })
    expect(waiting?.nextRetryAt).toBeGreaterThan(device.time.now())
    await before.close()
    const after = device.openTab()
    await rest()
    expect(await after.local.outbox.list()).toEqual([waiting])
    await device.advance((waiting?.nextRetryAt ?? 0) - device.time.now() + 1_000)
    expect(await after.local.outbox.list()).toMatchObject([{ attempts: 3 }])
  })
})

/** A device on which the create of a recipe has used up its attempts. */
async function usedUp(): Promise<{ readonly device: SyncDevice; readonly tab: SyncTab; readonly recipeId: string }> {
  const device = new SyncDevice()
  device.server.interfere = ({ entityType }) => (entityType === 'recipe' ? fault : undefined)
  const tab = device.openTab()
  const { id: recipeId } = await tab.local.records.recipe.create(borscht)
  await pass(device, 22 * minuteMs)
  return { device, tab, recipeId }
}

const judgedRecipes = ({ server }: SyncDevice) => server.rows().filter(({ entityType }) => entityType === 'recipe')

describe('when the attempts are used up', () => {
  test('[RT3] a person is told by name, its record waits, and everything else goes on', async () => {
    const { device, tab, recipeId } = await usedUp()
    await tab.local.records.recipe.update(recipeId, { body: 'More beets' })
    await tab.local.records.product.create({ name: 'Beet' })
    await rest()
    expect(await tab.local.attention.list()).toMatchObject([
      { kind: 'failed', title: 'Create recipe Borscht', code: 'INTERNAL', message: fault.message, isDismissed: false },
    ])
    expect(await tab.local.outbox.list()).toMatchObject([{ state: 'failed', attempts: 5 }, { state: 'ready' }])
    expect(device.server.rows()).toMatchObject([{ entityType: 'product' }])
    expect(tab.sync.state).toMatchObject({ status: 'error', failed: 1, pending: 1, attention: 1 })
  })

  test('[RT3] the name is the record’s, where the change says nothing of it', async () => {
    const device = new SyncDevice()
    const tab = device.openTab()
    const { id } = await tab.local.records.product.create({ name: 'Beet' })
    const { id: recipeId } = await tab.local.records.recipe.create(borscht)
    await rest()
    device.network = { type: 'refused', status: 422, code: 'BAD_REQUEST', message: 'no', retryAfterMs: undefined }
    await tab.local.records.product.update(id, { priceCents: 5 })
    await tab.local.records.recipe.delete(recipeId)
    await device.advance(2_000)
    const titles = (await tab.local.attention.list()).map(({ title }) => title)
    expect(titles.toSorted()).toEqual(['Change product Beet', 'Delete recipe Borscht'])
  })

  test('[RT3] "Retry now" begins a new round of attempts', async () => {
    const { device, tab } = await usedUp()
    const [item] = await tab.local.attention.list()
    await tab.local.attention.retry(item?.id ?? 0)
    await rest()
    expect(await tab.local.outbox.list()).toMatchObject([{ state: 'sent', attempts: 1 }])
    expect(await tab.local.attention.list()).toEqual([])
    device.server.interfere = () => undefined
    await device.advance(2_000)
    expect({ rows: judgedRecipes(device).length, state: tab.status }).toEqual({ rows: 1, state: 'upToDate' })
  })

  test('[RT4] "Dismiss" hides the notice; the change stays in the list and in the outbox', async () => {
    const { tab } = await usedUp()
    const [item] = await tab.local.attention.list()
    await tab.local.attention.dismiss(item?.id ?? 0)
    await rest()
    expect(await tab.local.attention.list()).toEqual([{ ...item, isDismissed: true }])
    expect(await tab.local.outbox.list()).toMatchObject([{ state: 'failed' }])
    expect(tab.sync.state).toMatchObject({ attention: 1, failed: 1 })
  })

  test.each<readonly [string, (device: SyncDevice, tab: SyncTab) => Promise<unknown>]>([
    [
      'the network returns',
      async (_device, tab) => {
        tab.signals.send('offline')
        await rest()
        tab.signals.send('online')
      },
    ],
    ['"Sync now" is pressed', (_device, tab) => tab.sync.syncNow()],
    [
      'the app starts',
      async (device, tab) => {
        await tab.close()
        device.openTab()
      },
    ],
  ])('[RT5] what the server was at fault for gets one new round when %s', async (_when, happen) => {
    const { device, tab } = await usedUp()
    device.server.interfere = () => undefined
    await pass(device, 5 * minuteMs)
    expect(judgedRecipes(device)).toEqual([])
    await happen(device, tab)
    await rest()
    expect(judgedRecipes(device)).toMatchObject([{ fields: borscht }])
  })

  test('[RT5] one round, not a loop, and what only a person can mend is left to them', async () => {
    const device = new SyncDevice()
    const tab = device.openTab()
    await rest()
    device.network = { type: 'refused', status: 422, code: 'BAD_REQUEST', message: 'no', retryAfterMs: undefined }
    await tab.local.records.recipe.create(borscht)
    await rest()
    device.network = 'up'
    await tab.sync.syncNow()
    expect(await tab.local.outbox.list()).toMatchObject([{ state: 'parked', parkedFor: 'VALIDATION_ERROR' }])
    const { device: faulty, tab: other } = await usedUp()
    const pushes = (): number => faulty.requests.filter((name) => name !== 'push 0' && name.startsWith('push')).length
    const before = pushes()
    await other.sync.syncNow()
    await pass(faulty, 30 * minuteMs)
    expect(pushes() - before).toBe(5)
    expect(await other.local.outbox.list()).toMatchObject([{ state: 'failed', attempts: 5 }])
  })
})

test.each([
  ['no answer', { type: 'unreachable', message: 'no answer' }],
  ['429', { type: 'refused', status: 429, code: 'TOO_FAST', message: 'slower', retryAfterMs: 1_000 }],
  ['503', { type: 'refused', status: 503, code: 'UNAVAILABLE', message: 'later', retryAfterMs: undefined }],
  ['401', { type: 'refused', status: 401, code: 'TOKEN_EXPIRED', message: 'who?', retryAfterMs: undefined }],
] as const)('[RT6] %s to a whole request is no attempt of an operation', async (_what, network) => {
  const device = new SyncDevice()
  const tab = device.openTab()
  await rest()
  device.network = network
  await tab.local.records.recipe.create(borscht)
  await pass(device, 10 * minuteMs)
  expect(await tab.local.outbox.list()).toMatchObject([{ state: 'sent', attempts: 0 }])
  expect(await tab.local.attention.list()).toEqual([])
})

test.each([
  ['retries', { retries: { type: 'schedule', delaysMs: [NaN] } }, 'retries.delaysMs[0]'],
  ['retriesByEntity', { retriesByEntity: { recipe: { type: 'sometimes' } } }, 'retriesByEntity.recipe'],
])('[RT7] %s that are no schedule are refused where the client is made', (_name, settings, where) => {
  const make = () => createClient({ url: 'https://sync.example', schema: stockSchema, settings: { ...Object(settings) } })
  expect(make).toThrow(where)
})
