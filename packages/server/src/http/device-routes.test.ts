import { deviceLimits, deviceListSchema, deviceMetricsSchema, deviceStatusSchema } from '@rejoin/core'
import { createManualTime, type ManualTime } from '@rejoin/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sampleReport, sampleRun } from '../testing/device-store-contract.ts'
import { bearer, createTestServer, jwtAuth, type TestServer } from '../testing/test-server.ts'
import { httpLimits } from './http-limits.ts'

type Headers = { readonly authorization: string }
type Request = { readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'; readonly url: string; readonly payload?: object }

const background = '/api/v1/sync/background'
const steering: readonly Request[] = [
  { method: 'POST', url: `${background}/start` },
  { method: 'POST', url: `${background}/pause` },
  { method: 'POST', url: `${background}/resume` },
  { method: 'PUT', url: `${background}/settings`, payload: { syncIntervalMinutes: 10 } },
]
const aboutOne: readonly Request[] = [
  { method: 'GET', url: `${background}/status` },
  { method: 'GET', url: `${background}/metrics` },
  ...steering,
]

let server: TestServer
let time: ManualTime
let ann: Headers
let bob: Headers
let root: Headers
beforeEach(async () => {
  time = createManualTime(Date.now())
  server = await createTestServer(jwtAuth, { clock: time })
  ann = await bearer({ sub: 'ann' })
  bob = await bearer({ sub: 'bob' })
  root = await bearer({ sub: 'root', role: 'admin' })
})
afterEach(() => server[Symbol.asyncDispose]())

const ask = (request: Request, headers: Headers) => server.app.inject({ ...request, headers })
const tell = (headers: Headers, more: Parameters<typeof sampleReport>[0] = {}) =>
  ask({ method: 'POST', url: '/api/v1/devices/report', payload: sampleReport(more) }, headers)
const of = (request: Request, deviceId: string, user?: string): Request => ({
  ...request,
  url: `${request.url}?${new URLSearchParams({ deviceId, ...(user !== undefined && { user }) }).toString()}`,
})
const devicesOf = async (headers: Headers) =>
  deviceListSchema.parse((await ask({ method: 'GET', url: '/api/v1/devices' }, headers)).json()).devices

describe('what a device told', () => {
  test('[DV10] it is kept for 30 days without a disk, too', async () => {
    let now = Date.now()
    await using small = await createTestServer(jwtAuth, { clock: { now: () => now }, scheduler: time })
    const listed = async (): Promise<number> => {
      const headers = await bearer({ sub: 'ann', exp: Math.floor(now / 1000) + 600 })
      return (await small.app.inject({ url: '/api/v1/devices', headers })).json<{ devices: unknown[] }>().devices.length
    }
    const headers = await bearer({ sub: 'ann' })
    await small.app.inject({ method: 'POST', url: '/api/v1/devices/report', payload: sampleReport(), headers })
    now += deviceLimits.keptMs
    time.advance(60_000)
    expect(await listed()).toBe(1)
    now += 1
    for (let hour = 0; hour < 6; hour++) {
      time.advance(60 * 60_000)
      await listed()
    }
    expect(await listed()).toBe(0)
  })

  test('[DV1] status, metrics and list say what the device said', async () => {
    const currentProgress = { current: 2, total: 5 }
    const told = {
      name: 'Chrome on Android',
      currentProgress,
      queueSize: 3,
      lastError: { code: 'UNREACHABLE', message: 'No answer.' },
      estimatedCompletionTime: '2026-11-21T10:00:00.000Z',
      runs: [sampleRun(1), sampleRun(2, { isSuccessful: false, items: 3 })],
    }
    const { deviceId, connectivity, settings } = sampleReport()
    expect((await tell(ann, told)).json()).toEqual({ commands: [] })
    const status = (await ask(of({ method: 'GET', url: `${background}/status` }, 'phone'), ann)).json<unknown>()
    expect(deviceStatusSchema.strict().parse(status)).toEqual({
      deviceId,
      isActive: true,
      currentProgress,
      connectivity,
      queueSize: 3,
      estimatedCompletionTime: told.estimatedCompletionTime,
      lastError: told.lastError,
    })
    const metrics = (await ask(of({ method: 'GET', url: `${background}/metrics` }, 'phone'), ann)).json<unknown>()
    expect(deviceMetricsSchema.parse(metrics)).toMatchObject({
      current: told.runs[1],
      historical: told.runs,
      averagePerformance: { itemsPerMinute: 120, successRate: 0.5 },
      largestSaving: null,
    })
    const { runs: _runs, ...said } = told
    expect(await devicesOf(ann)).toEqual([
      {
        ...said,
        deviceId,
        connectivity,
        settings,
        isActive: true,
        isLive: false,
        user: 'ann',
        pendingCommands: 0,
        lastSeenAt: new Date(time.now()).toISOString(),
      },
    ])
  })

  test('[DV1] a device is active while its background sync is on and it was heard of within five minutes', async () => {
    await tell(ann)
    time.advance(5 * 60_000)
    expect((await devicesOf(ann))[0]?.isActive).toBe(true)
    time.advance(1)
    expect((await devicesOf(ann))[0]?.isActive).toBe(false)
    await tell(ann, { settings: { ...sampleReport().settings, enabled: false } })
    expect((await devicesOf(ann))[0]?.isActive).toBe(false)
  })

  test('[DV2] a device is forgotten when its person says so, and nobody else’s with it', async () => {
    await tell(ann)
    await tell(bob)
    const forget = of({ method: 'DELETE', url: '/api/v1/devices' }, 'phone')
    expect([(await ask(forget, ann)).statusCode, (await ask(forget, ann)).statusCode]).toEqual([204, 204])
    expect([await devicesOf(ann), (await devicesOf(bob)).length]).toEqual([[], 1])
  })
})

describe('whose devices', () => {
  test('[DV3] a foreign device answers as one that does not exist, with its user’s name or without', async () => {
    await tell(ann)
    const elsewhere = await bearer({ sub: 'ann', tenant: 'globex' })
    const replies = await Promise.all(
      aboutOne.flatMap((request) => [
        ask(of(request, 'phone'), bob),
        ask(of(request, 'phone', 'ann'), bob),
        ask(of(request, 'phone'), elsewhere),
        ask(of(request, 'nowhere'), ann),
      ]),
    )
    const answers = new Set(replies.map(({ statusCode, payload }) => `${statusCode} ${payload}`))
    expect([...answers]).toEqual(['404 {"code":"NOT_FOUND","message":"there is no such device"}'])
    expect((await devicesOf(ann))[0]?.pendingCommands).toBe(0)
    expect([await devicesOf(bob), await devicesOf(elsewhere)]).toEqual([[], []])
    await tell(bob)
    expect((await ask(of({ method: 'GET', url: `${background}/status` }, 'phone', 'ann'), bob)).statusCode).toBe(404)
  })

  test('[DV4] an administrator sees and steers all of the tenant’s, and no other tenant’s', async () => {
    await tell(ann)
    await tell(bob, { deviceId: 'tablet' })
    await tell(await bearer({ sub: 'cleo', tenant: 'globex' }), { deviceId: 'laptop' })
    expect(new Set((await devicesOf(root)).map(({ user, deviceId }) => `${user}: ${deviceId}`))).toEqual(
      new Set(['ann: phone', 'bob: tablet']),
    )
    const statuses = await Promise.all(aboutOne.map(async (request) => (await ask(of(request, 'tablet'), root)).statusCode))
    expect(statuses).toEqual([200, 200, 202, 202, 202, 202])
    expect((await ask(of({ method: 'GET', url: `${background}/status` }, 'laptop'), root)).statusCode).toBe(404)
    expect((await devicesOf(bob))[0]?.pendingCommands).toBe(3)
  })

  test('[DV4] where several users have a device of one id, an administrator names the user', async () => {
    await tell(ann, { queueSize: 1 })
    await tell(bob, { queueSize: 2 })
    const status = { method: 'GET', url: `${background}/status` } as const
    const ambiguous = await ask(of(status, 'phone'), root)
    expect([ambiguous.statusCode, ambiguous.json<{ code: string }>().code]).toEqual([409, 'CONFLICT'])
    expect((await ask(of(status, 'phone', 'bob'), root)).json()).toMatchObject({ queueSize: 2 })
    await tell(root, { queueSize: 3 })
    expect((await ask(of(status, 'phone'), root)).json()).toMatchObject({ queueSize: 3 })
  })

  test('[DV4] without sign-in everybody is the same, and devices are told apart by their id', async () => {
    await using open = await createTestServer()
    for (const deviceId of ['phone', 'tablet']) {
      await open.app.inject({ method: 'POST', url: '/api/v1/devices/report', payload: sampleReport({ deviceId }) })
    }
    const { devices } = (await open.app.inject('/api/v1/devices')).json<{ devices: unknown[] }>()
    expect(devices).toMatchObject([{ user: null }, { user: null }])
    expect((await open.app.inject(`${background}/status?deviceId=tablet`)).json()).toMatchObject({ deviceId: 'tablet' })
  })
})

describe('steering', () => {
  test('[DV5] a command is numbered, waits, and is given with the answer to a report until it is acknowledged', async () => {
    await tell(ann)
    const given = await ask(of({ method: 'POST', url: `${background}/pause` }, 'phone'), ann)
    const command = { kind: 'pause', number: 1, issuedAt: new Date(time.now()).toISOString() }
    expect([given.statusCode, given.json()]).toEqual([202, { command, isLive: false }])
    expect((await tell(ann)).json()).toEqual({ commands: [command] })
    expect((await tell(ann, { acknowledgedThrough: 1 })).json()).toEqual({ commands: [] })
  })

  test('[DV5] start, pause and resume want no body; an empty object is none', async () => {
    await tell(ann)
    for (const request of steering.slice(0, 3)) {
      expect((await ask({ ...of(request, 'phone'), payload: {} }, ann)).statusCode).toBe(202)
      expect((await ask({ ...of(request, 'phone'), payload: { force: true } }, ann)).statusCode).toBe(400)
    }
  })

  test.each<[string, unknown]>([
    ['nothing', {}],
    ['an unknown setting', { telemetryUrl: 'https://elsewhere.test' }],
    ['an interval of nothing', { syncIntervalMinutes: 0 }],
    ['a text for a number', { minimumBatteryLevel: '20' }],
    ['a battery of 101 percent', { minimumBatteryLevel: 101 }],
    ['a list', []],
    ['a prototype', JSON.parse('{"__proto__":{"enabled":false}}')],
  ])('[DV6] settings with %s are refused, and nothing is given', async (_what, payload) => {
    await tell(ann)
    const reply = await server.app.inject({
      method: 'PUT',
      url: `${background}/settings?deviceId=phone`,
      headers: { ...ann, 'content-type': 'application/json' },
      payload: JSON.stringify(payload),
    })
    expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([400, 'BAD_REQUEST'])
    expect((await devicesOf(ann))[0]?.pendingCommands).toBe(0)
  })
})

describe('guards', () => {
  test.each([
    '',
    '?deviceId=',
    '?deviceId=a/b',
    '?deviceId=a&deviceId=b',
    `?deviceId=${'x'.repeat(65)}`,
    '?deviceId=phone&tenant=globex',
  ])('[DV6] the query %j is refused everywhere', async (query) => {
    await tell(ann)
    const replies = await Promise.all(aboutOne.map((request) => ask({ ...request, url: request.url + query }, ann)))
    expect(replies.map(({ statusCode }) => statusCode)).toEqual(aboutOne.map(() => 400))
  })

  test('[DV7] a user makes 300 requests a minute, whatever their addresses, then 429; others go on', async () => {
    await tell(ann)
    for (let count = 1; count < httpLimits.deviceRequestsPerMinuteMax; count++) await devicesOf(ann)
    const refused = await ask({ method: 'GET', url: '/api/v1/devices' }, ann)
    expect([refused.statusCode, refused.json<{ code: string }>().code, refused.headers['retry-after']]).toEqual([
      429,
      'TOO_FAST',
      '60',
    ])
    expect(await devicesOf(bob)).toEqual([])
    time.advance(60_000)
    expect(await devicesOf(ann)).toHaveLength(1)
  })

  test('[DV7] without a token nothing is told', async () => {
    const replies = await Promise.all(
      [...aboutOne, { method: 'GET', url: '/api/v1/devices' } as const].map((request) =>
        server.app.inject({ ...of(request, 'phone') }),
      ),
    )
    expect(new Set(replies.map(({ statusCode }) => statusCode))).toEqual(new Set([401]))
  })
})
