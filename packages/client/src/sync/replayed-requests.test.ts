import { describe, expect, test } from 'vitest'
import { answered, FakeAppServer, sampleRequest } from '../testing/fake-app-server.ts'
import { rest, SyncDevice, type SyncTab } from '../testing/sync-device.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { engineLimits } from './engine-limits.ts'
import type { ReplayReply, RequestReplayer } from './request-replayer.ts'
import { alwaysGood, goodConditions } from './sync-conditions.ts'
import type { SyncStore } from './sync-store.ts'

function setUp(requestsMax = 3): { readonly device: SyncDevice; readonly app: FakeAppServer; readonly tab: SyncTab } {
  const [device, app] = [new SyncDevice(), new FakeAppServer()]
  const conditions = { ...alwaysGood, current: () => ({ ...goodConditions, requestsMax }) }
  return { device, app, tab: device.openTab({ replayer: app, conditions }) }
}

/** Much time goes by, in few steps: work is done between them. */
async function passTime({ time }: SyncDevice, steps: number, stepMs: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    time.advance(stepMs)
    await rest()
  }
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

describe('requests of the app', () => {
  test('[RQ6] go out one after the other, in their order, as they were made', async () => {
    const { tab, app } = setUp()
    await rest()
    const ids = []
    for (const path of ['/one', '/two', '/three']) ids.push(await tab.local.requests.keep(sampleRequest(path)))
    expect(tab.status).toBe('syncing')
    await rest()
    expect(app.paths).toEqual(['/one', '/two', '/three'])
    expect(app.received.map(({ requestId }) => requestId)).toEqual(ids)
    expect(app.received[0]).toEqual({
      requestId: ids[0],
      idempotencyKey: ids[0],
      method: 'POST',
      url: 'https://app.example/one',
      headers: { 'content-type': 'application/json' },
      credentials: 'same-origin',
      isAuthorized: true,
      body: expect.any(Uint8Array),
      isTokenRefused: false,
    })
    expect(app.received.map(({ body }) => text(body))).toEqual(['{"path":"/one"}', '{"path":"/two"}', '{"path":"/three"}'])
    expect(await tab.local.outbox.list()).toEqual([])
    expect(tab.sync.state).toMatchObject({ status: 'upToDate', pending: 0, current: 0, total: 0 })
  })

  test('[RQ6] one that waits holds up its own lane, neither another one nor operations', async () => {
    const { tab, app, device } = setUp()
    app.answer = ({ url }) => (url.endsWith('/stuck') ? answered(503, { retryAfterMs: 60_000 }) : answered(204))
    await tab.local.requests.keep(sampleRequest('/stuck'))
    await tab.local.requests.keep(sampleRequest('/behind'))
    await tab.local.requests.keep(sampleRequest('/beside', { lane: 'other' }))
    await tab.local.records.product.create({ name: 'Beet' })
    await rest()
    expect(app.paths).toEqual(['/stuck', '/beside'])
    expect(device.server.rows()).toHaveLength(1)
    expect(tab.sync.state).toMatchObject({ status: 'syncing', pending: 2, inFlight: 1, failed: 0 })
    expect(tab.sync.state.nextRetryAt).toBeGreaterThanOrEqual(device.time.now() + 60_000)
  })

  test('[RQ19] one that the device fails at waits longer and longer, though the outbox can be counted, and holds up nothing else', async () => {
    const device = new SyncDevice()
    let sent = 0
    const replay: RequestReplayer['replay'] = () => {
      sent++
      return sent < 500 ? Promise.reject(new Error('the disk is full')) : Promise.resolve(answered(200))
    }
    const tab = device.openTab({ replayer: { replay } })
    await tab.local.requests.keep(sampleRequest('/full'))
    await device.advance(120_000)
    expect(sent).toBeGreaterThan(2)
    expect(sent).toBeLessThan(20)
    expect(tab.sync.state).toMatchObject({
      status: 'error',
      lastError: { code: 'DEVICE', message: 'the disk is full' },
      pending: 1,
    })
    await tab.local.records.product.create({ name: 'Beet' })
    await rest()
    expect(device.server.rows()).toHaveLength(1)
  })

  test('[LN1, LN7] one that hangs delays nothing else, and "Sync now" is over when it has ended', async () => {
    const device = new SyncDevice()
    const hanging: ((reply: ReplayReply) => void)[] = []
    const replay: RequestReplayer['replay'] = ({ url }) =>
      url.endsWith('/hangs') ? new Promise((resolve) => hanging.push(resolve)) : Promise.resolve(answered(200))
    const tab = device.openTab({ replayer: { replay } })
    await tab.local.requests.keep(sampleRequest('/hangs'))
    await tab.local.requests.keep(sampleRequest('/beside', { lane: 'other' }))
    await rest()
    let isOver = false
    const run = tab.sync.syncNow().then(() => (isOver = true))
    await tab.local.records.product.create({ name: 'Beet' })
    await rest()
    expect([device.server.rows().length, hanging.length, isOver]).toEqual([1, 1, false])
    expect(tab.sync.state).toMatchObject({ status: 'syncing', pending: 1, inFlight: 1 })
    hanging[0]?.(answered(200))
    await run
    expect(tab.sync.state).toMatchObject({ status: 'upToDate', pending: 0 })
  })

  test('[LN7] what was settled does not seem to wait once more, in whatever order the looks at the outbox end', async () => {
    const device = new SyncDevice()
    const hanging: ((reply: ReplayReply) => void)[] = []
    const { promise: late, resolve: release } = Promise.withResolvers<void>()
    let isNextLate = false
    const { syncStore, close } = openTestRecords({ time: device.time, disk: device.disk, server: device.server, seed: 9 })
    const counts: SyncStore['counts'] = async (...when) => {
      const isLate = isNextLate
      isNextLate = false
      const found = await syncStore.counts(...when)
      if (isLate) await late
      return found
    }
    const slow = new Proxy(syncStore, {
      get: (own, name) => (name === 'counts' ? counts : Reflect.get(own, name).bind(own)),
    })
    const replayer: RequestReplayer = { replay: () => new Promise((resolve) => hanging.push(resolve)) }
    const tab = device.openTab({ store: slow, replayer })
    for (const lane of ['a', 'b']) await tab.local.requests.keep(sampleRequest(`/${lane}`, { lane }))
    await rest()
    const seen: number[] = []
    tab.sync.subscribe(() => seen.push(tab.sync.state.pending))
    isNextLate = true
    hanging[0]?.(answered(200))
    await rest()
    hanging[1]?.(answered(200))
    await rest()
    release()
    await rest()
    expect([seen.toSorted((left, right) => right - left), tab.status]).toEqual([seen, 'upToDate'])
    await close()
  })

  test('[RQ6] with room for one, a more urgent one lifts its lane above operations, and overtakes nothing of its lane', async () => {
    const { tab, app, device } = setUp(1)
    device.network = 'down'
    tab.signals.send('offline')
    await rest()
    await tab.local.records.product.create({ name: 'Beet' })
    await tab.local.requests.keep(sampleRequest('/low', { priority: 'LOW' }))
    await tab.local.requests.keep(sampleRequest('/other', { lane: 'other' }))
    await tab.local.requests.keep(sampleRequest('/urgent', { priority: 'HIGH' }))
    const seen: string[] = []
    app.answer = ({ url }) => {
      seen.push(new URL(url).pathname, `operations ${device.server.judged.length}`)
      return answered(200)
    }
    device.network = 'up'
    tab.signals.send('online')
    await rest()
    expect(seen).toEqual(['/low', 'operations 0', '/urgent', 'operations 0', '/other', 'operations 1'])
  })

  test('[RQ8] no network is no attempt: it is tried later and later, and at once when there is one', async () => {
    const { tab, app, device } = setUp()
    app.answer = () => ({ type: 'unreachable', message: 'no answer' })
    await tab.local.requests.keep(sampleRequest('/one'))
    await rest()
    expect(tab.sync.state).toMatchObject({ status: 'offline', lastError: { code: 'UNREACHABLE', message: 'no answer' } })
    await passTime(device, 60, 10_000)
    const tries = app.received.length
    expect(tries).toBeGreaterThan(8)
    expect(tries).toBeLessThan(60)
    expect(await tab.local.outbox.list()).toMatchObject([{ kind: 'request', state: 'sent', attempts: 0 }])
    app.answer = () => answered(200)
    tab.signals.send('woke')
    await rest()
    expect([app.received.length, await tab.local.outbox.list()]).toEqual([tries + 1, []])
    expect(new Set(app.received.map(({ requestId }) => requestId)).size).toBe(1)
  })

  test('[RQ8] Retry-After is waited out; only a person does not wait', async () => {
    const { tab, app, device } = setUp()
    app.answer = () => answered(429, { retryAfterMs: 300_000 })
    await tab.local.requests.keep(sampleRequest('/one'))
    await rest()
    tab.signals.send('woke')
    tab.signals.send('online')
    await passTime(device, 13, 23_000)
    expect(app.received).toHaveLength(1)
    expect(await tab.local.outbox.list()).toMatchObject([{ state: 'sent', attempts: 0 }])
    app.answer = () => answered(200)
    await tab.sync.syncNow()
    await rest()
    expect([app.received.length, await tab.local.outbox.list()]).toEqual([2, []])
  })

  test('[RQ8] 5xx follows the retry schedule; after the last attempt a person is told, and the lane waits', async () => {
    const { tab, app, device } = setUp()
    app.answer = ({ url }) => (url.endsWith('/broken') ? answered(500, { message: 'The form is broken.' }) : answered(200))
    await tab.local.requests.keep(sampleRequest('/broken'))
    await tab.local.requests.keep(sampleRequest('/behind'))
    await passTime(device, 12, 300_000)
    expect(app.paths).toEqual(Array.from({ length: 5 }, () => '/broken'))
    expect(await tab.local.outbox.list()).toMatchObject([
      { state: 'failed', attempts: 5, lastError: 'The form is broken.' },
      { state: 'ready' },
    ])
    expect(await tab.local.attention.list()).toMatchObject([
      {
        kind: 'failed',
        code: 'INTERNAL',
        title: 'Send /broken',
        message: 'The form is broken.',
        request: { url: 'https://app.example/broken' },
      },
    ])
    expect(tab.sync.state).toMatchObject({ status: 'error', pending: 1, failed: 1, attention: 1, lastError: { code: 'FAILED' } })
    app.answer = () => answered(200)
    await tab.sync.syncNow()
    await rest()
    expect(app.paths.slice(5)).toEqual(['/broken', '/behind'])
    expect([await tab.local.outbox.list(), await tab.local.attention.list()]).toEqual([[], []])
  })

  test('[RQ7] 409 and other 4xx leave the queue and are shown; what comes after them goes on', async () => {
    const { tab, app } = setUp()
    const statuses: Readonly<Record<string, number>> = { '/conflict': 409, '/wrong': 422, '/fine': 201 }
    app.answer = ({ url }) => answered(statuses[new URL(url).pathname] ?? 500)
    for (const path of Object.keys(statuses)) await tab.local.requests.keep(sampleRequest(path))
    await rest()
    expect(app.paths).toEqual(['/conflict', '/wrong', '/fine'])
    expect(await tab.local.outbox.list()).toEqual([])
    expect(await tab.local.attention.list()).toMatchObject([
      { kind: 'conflict', code: 'CONFLICT', title: 'Send /conflict', operation: undefined, entityType: '' },
      { kind: 'rejected', code: 'VALIDATION_ERROR', title: 'Send /wrong' },
    ])
    expect(tab.sync.state).toMatchObject({ status: 'upToDate', pending: 0, attention: 2 })
  })

  test('[RQ9] 401: a fresh token once, then an error for the person, asked again every five minutes', async () => {
    const { tab, app, device } = setUp()
    app.answer = () => answered(401, { message: 'Who are you?' })
    await tab.local.requests.keep(sampleRequest('/one'))
    await rest()
    expect(app.received.map(({ isTokenRefused }) => isTokenRefused)).toEqual([false, true])
    expect(tab.sync.state).toMatchObject({ status: 'error', lastError: { code: 'UNAUTHENTICATED', message: 'Who are you?' } })
    await passTime(device, 11, engineLimits.hopelessRetryMs / 10)
    expect(app.received.map(({ isTokenRefused }) => isTokenRefused)).toEqual([false, true, true])
    expect(await tab.local.outbox.list()).toMatchObject([{ state: 'sent', attempts: 0 }])
    app.answer = () => answered(200)
    tab.signals.send('woke')
    await rest()
    expect(await tab.local.outbox.list()).toEqual([])
  })

  test('[RQ9] after a fresh token was taken, the next one is asked for as ever', async () => {
    const { tab, app } = setUp()
    app.answer = () => answered(app.received.length === 1 ? 401 : 200)
    await tab.local.requests.keep(sampleRequest('/one'))
    await tab.local.requests.keep(sampleRequest('/two'))
    await rest()
    expect(app.received.map(({ url, isTokenRefused }) => [url.slice(-3), isTokenRefused])).toEqual([
      ['one', false],
      ['one', true],
      ['two', false],
    ])
  })

  test('[RQ9] a token that cannot be had, and another server in between, are errors that pass', async () => {
    const { tab, app, device } = setUp()
    for (const [type, code] of [
      ['noToken', 'TOKEN_UNAVAILABLE'],
      ['unexpected', 'UNEXPECTED_ANSWER'],
    ] as const) {
      app.answer = () => ({ type, message: 'why' })
      await tab.local.requests.keep(sampleRequest(`/${type}`))
      await rest()
      expect(tab.sync.state).toMatchObject({ status: 'error', lastError: { code, message: 'why' } })
      app.answer = () => answered(200)
      await passTime(device, 2, 61_000)
      expect(await tab.local.outbox.list()).toEqual([])
    }
  })

  test('[RQ18] conditions hold back by the level of the lane, and a person stands above them', async () => {
    const [device, app] = [new SyncDevice(), new FakeAppServer()]
    const hold = { below: 'NORMAL', code: 'LOW_BATTERY', reason: 'The battery is low.' } as const
    const conditions = {
      current: () => ({ ...goodConditions, hold }),
      subscribe: () => () => undefined,
      ready: Promise.resolve(),
    }
    const tab = device.openTab({ replayer: app, conditions })
    await rest()
    await tab.local.requests.keep(sampleRequest('/low', { priority: 'LOW' }))
    await tab.local.requests.keep(sampleRequest('/normal', { lane: 'other' }))
    await rest()
    expect(app.paths).toEqual(['/normal'])
    expect(tab.sync.state).toMatchObject({ status: 'paused', pending: 1, heldBack: { count: 1, code: 'LOW_BATTERY' } })
    await tab.sync.syncNow()
    await rest()
    expect(app.paths).toEqual(['/normal', '/low'])
  })

  test('[RQ8] while syncing is not enabled nothing leaves the device', async () => {
    const { tab, app } = setUp()
    await tab.sync.setEnabled(false)
    await tab.local.requests.keep(sampleRequest('/one'))
    await rest()
    expect([app.received, tab.status, tab.sync.state.pending]).toEqual([[], 'paused', 1])
    await tab.sync.setEnabled(true)
    await rest()
    expect(app.paths).toEqual(['/one'])
  })
})
