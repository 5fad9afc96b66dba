import { defaultBackgroundSyncSettings, deviceListSchema, type DeviceReport } from '@rejoin/core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { RunningServer } from '../support/start-server.ts'
import { waitFor } from '../support/wait-for.ts'
import { createRecordNeighbourhood, headersOf, startRecordServer, type Headers } from './records-neighbourhood.ts'

let server: RunningServer
let eve: Headers
let grace: Headers
beforeAll(async () => {
  server = await startRecordServer()
})
afterAll(() => server[Symbol.asyncDispose]())
/** Each test attacks as somebody who has all their requests yet. */
let testCount = 0
beforeEach(async () => {
  testCount += 1
  eve = await headersOf({ user: `eve ${testCount}` })
  grace = await headersOf({ user: `grace ${testCount}` })
})

const report = (more: Partial<DeviceReport> = {}): DeviceReport => ({
  deviceId: 'phone',
  currentProgress: null,
  connectivity: { isOnline: true, connectionType: 'wifi', connectionQuality: 'good', lastConnected: 1 },
  queueSize: 0,
  settings: defaultBackgroundSyncSettings,
  runs: [],
  acknowledgedThrough: 0,
  ...more,
})

const send = (method: string, path: string, headers: Headers, body?: string) =>
  fetch(`${server.url}${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body }),
  })
const tell = (headers: Headers, body: unknown) => send('POST', '/api/v1/devices/report', headers, JSON.stringify(body))
const answerOf = async (response: Response): Promise<string> => `${response.status} ${await response.text()}`
const devicesOf = async (headers: Headers) =>
  deviceListSchema.parse(await (await send('GET', '/api/v1/devices', headers)).json()).devices

const background = '/api/v1/sync/background'
const questions = [
  ['GET', `${background}/status`],
  ['GET', `${background}/metrics`],
  ['POST', `${background}/start`],
  ['POST', `${background}/pause`],
  ['POST', `${background}/resume`],
  ['PUT', `${background}/settings`, '{"syncIntervalMinutes":1}'],
] as const

test('[HV1] a foreign device, one of another tenant and one that nobody has answer alike, in every route', async () => {
  await tell(grace, report({ name: 'the canary' }))
  const stranger = await headersOf({ user: `grace ${testCount}`, tenant: 'globex' })
  const answers = await Promise.all(
    questions.flatMap(([method, path, body]) => [
      send(method, `${path}?deviceId=phone`, eve, body),
      send(method, `${path}?deviceId=phone&user=${encodeURIComponent(`grace ${testCount}`)}`, eve, body),
      send(method, `${path}?deviceId=phone`, stranger, body),
      send(method, `${path}?deviceId=nobodys`, grace, body),
    ]),
  )
  expect(new Set(await Promise.all(answers.map(answerOf)))).toEqual(
    new Set(['404 {"code":"NOT_FOUND","message":"there is no such device"}']),
  )
  expect([await devicesOf(eve), await devicesOf(stranger)]).toEqual([[], []])
  expect(await devicesOf(grace)).toMatchObject([{ name: 'the canary', pendingCommands: 0 }])
})

test('[HV1] who is no administrator gets their own devices, however they ask for all', async () => {
  await tell(grace, report())
  await tell(eve, report())
  const paths = ['?all=true', '?user=*', `?user=grace%20${testCount}`, '?tenant=acme', '?role=admin']
  const statuses = await Promise.all(paths.map(async (query) => (await send('GET', `/api/v1/devices${query}`, eve)).status))
  expect(statuses).toEqual(paths.map(() => 400))
  expect((await devicesOf(eve)).map(({ user }) => user)).toEqual([`eve ${testCount}`])
})

test('[HV1] forgetting another one’s device forgets nothing', async () => {
  await tell(grace, report())
  expect((await send('DELETE', '/api/v1/devices?deviceId=phone', eve)).status).toBe(204)
  expect(await devicesOf(grace)).toHaveLength(1)
})

test('[HV2] wrong types, foreign fields, prototypes and what is no JSON are 400, and leave no device', async () => {
  const run = { startedAt: '2026-11-21T10:00:00Z', durationMs: 1, isSuccessful: true, items: 1, requests: 1, bytes: 1, errors: 0 }
  const bodies = [
    null,
    [],
    'phone',
    {},
    { ...report(), deviceId: '../../etc/passwd' },
    { ...report(), deviceId: ['phone'] },
    { ...report(), queueSize: '3' },
    { ...report(), queueSize: 1e300 },
    { ...report(), runs: { length: 1 } },
    { ...report(), runs: Array.from({ length: 101 }, () => run) },
    { ...report(), runs: [{ ...run, bytes: -1 }] },
    { ...report(), runs: [{ ...run, startedAt: 'yesterday' }] },
    { ...report(), acknowledgedThrough: Number.MAX_SAFE_INTEGER },
    { ...report(), settings: { ...defaultBackgroundSyncSettings, syncIntervalMinutes: 0.5 } },
    { ...report(), tenant: 'globex', user: 'grace' },
    { ...report(), name: 'x'.repeat(81) },
  ].map((body) => JSON.stringify(body))
  const prototype = JSON.stringify(report()).replace('{', '{"__proto__":{"isAdmin":true},')
  const answers = await Promise.all(
    [...bodies, prototype, '{', '', '\u0000'].map((body) => send('POST', '/api/v1/devices/report', eve, body)),
  )
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400))
  expect(await devicesOf(eve)).toEqual([])
})

test('[HV2] an oversized body is 413, a compressed one 415, before anything looks at it', async () => {
  const large = await tell(eve, { ...report(), name: 'x'.repeat(300_000) })
  const packed = await send('POST', '/api/v1/devices/report', { ...eve, 'content-encoding': 'gzip' }, '{}')
  expect([large.status, packed.status]).toEqual([413, 415])
})

test('[HV3] a flood is 429 for its sender alone, and made-up devices are a hundred at most', async () => {
  const neighbourhood = await createRecordNeighbourhood(server)
  const crowd = await headersOf({ user: `crowd ${testCount}` })
  for (let index = 0; index < 150; index++) await tell(crowd, report({ deviceId: `made-up-${index}` }))
  expect(await devicesOf(crowd)).toHaveLength(100)
  const statuses: number[] = []
  for (let index = 0; index < 200; index++) statuses.push((await tell(crowd, report())).status)
  expect([statuses[0], statuses.at(-1)]).toEqual([200, 429])
  expect((await tell(grace, report())).status).toBe(200)
  await neighbourhood.expectUnharmed()
})

test('[HV4] a socket that claims another one’s device hears none of its commands, and what it claims costs nothing', async () => {
  await tell(grace, report())
  const heard: string[] = []
  const claims = ['phone', `grace ${testCount}/phone`, '%00', 'x'.repeat(5_000), 'phone&user=grace']
  const sockets = claims.map((claim) => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/changes?deviceId=${claim}`, { headers: { ...eve } })
    socket.on('message', (data: Buffer) => heard.push(data.toString()))
    socket.on('error', () => socket.terminate())
    return socket
  })
  await waitFor('they have heard where the feed stands', () => heard.length === claims.length || undefined)
  const given = await send('POST', `${background}/pause?deviceId=phone`, grace)
  expect(await given.json()).toMatchObject({ isLive: false })
  const own = new WebSocket(`${server.url.replace('http', 'ws')}/changes?deviceId=phone`, { headers: { ...grace } })
  const told = await new Promise<string>((resolve) =>
    own.on('message', (data: Buffer) => {
      if (data.toString().includes('commands')) resolve(data.toString())
    }),
  )
  expect(JSON.parse(told)).toMatchObject({ commands: [{ kind: 'pause', number: 1 }] })
  expect(heard.filter((text) => text.includes('commands'))).toEqual([])
  for (const socket of [...sockets, own]) socket.terminate()
})
