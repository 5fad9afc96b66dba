import type { SyncResponse } from '@rejoin/core'
import { createManualTime } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import type { BatteryHint } from './battery.ts'
import { browserBattery } from './browser-battery.ts'
import { browserNetworkHints } from './browser-network-hints.ts'
import { createHttpProbe, type HttpProbeParts } from './http-probe.ts'
import { watchedSocket } from './watched-socket.ts'
import { watchedTransport } from './watched-transport.ts'
import type { SyncTransport, TransportReply } from '../sync/sync-transport.ts'
import { FakeRecordServer } from '../testing/fake-record-server.ts'
import { stockSchema } from '../testing/test-records.ts'

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

class Connection extends EventTarget {
  type: unknown = 'wifi'
  effectiveType: unknown = '4g'
  downlink: unknown = 10
  rtt: unknown = 50
  saveData: unknown = false
}

class BatteryManager extends EventTarget {
  level = 0.5
  charging = false
}

test('[CN11] the Network Information API is read and followed', () => {
  const connection = new Connection()
  const hints = browserNetworkHints({ connection })
  let changes = 0
  const stop = hints.subscribe(() => changes++)
  connection.dispatchEvent(new Event('change'))
  stop()
  connection.dispatchEvent(new Event('change'))
  expect([changes, hints.read()]).toEqual([
    1,
    { type: 'wifi', effectiveType: '4g', downlink: 10, roundTripMs: 50, isSavingData: false },
  ])
})

test('[CN11] each part of it may be missing or odd', () => {
  const parts: readonly (keyof Connection & ('type' | 'effectiveType' | 'downlink' | 'rtt' | 'saveData'))[] = [
    'type',
    'effectiveType',
    'downlink',
    'rtt',
    'saveData',
  ]
  const names = {
    type: 'type',
    effectiveType: 'effectiveType',
    downlink: 'downlink',
    rtt: 'roundTripMs',
    saveData: 'isSavingData',
  }
  for (const part of parts) {
    for (const odd of [undefined, null, {}, -1, NaN]) {
      const connection = new Connection()
      connection[part] = odd
      const read = browserNetworkHints({ connection }).read()
      expect(read, `${part} ${JSON.stringify(odd)}`).toEqual({
        type: 'wifi',
        effectiveType: '4g',
        downlink: 10,
        roundTripMs: 50,
        isSavingData: false,
        [names[part]]: undefined,
      })
    }
  }
})

test('[CN11] without the API there are no hints', () => {
  for (const navigator of [{}, { connection: undefined }, { connection: 'wifi' }, { connection: {} }]) {
    const hints = browserNetworkHints(navigator)
    hints.subscribe(() => undefined)()
    expect(hints.read()).toEqual({})
  }
})

test('[CN12] the battery is read in percent, and followed', async () => {
  const battery = new BatteryManager()
  const heard: BatteryHint[] = []
  const stop = browserBattery({ getBattery: () => Promise.resolve(battery) }).follow((hint) => heard.push(hint))
  await settle()
  battery.level = 0.194
  battery.dispatchEvent(new Event('levelchange'))
  battery.charging = true
  battery.dispatchEvent(new Event('chargingchange'))
  stop()
  battery.dispatchEvent(new Event('levelchange'))
  expect(heard).toEqual([
    { batteryLevel: 50, isCharging: false },
    { batteryLevel: 19, isCharging: false },
    { batteryLevel: 19, isCharging: true },
  ])
})

test.each<[string, object]>([
  ['without the API', {}],
  ['where a policy forbids it', { getBattery: () => Promise.reject(new Error('not allowed')) }],
  ['where it gives nothing', { getBattery: () => Promise.resolve(undefined) }],
  ['where it gives nonsense', { getBattery: () => Promise.resolve(Object.assign(new BatteryManager(), { level: NaN })) }],
])('[CN12] %s nothing is said of a battery', async (_where, navigator) => {
  const heard: BatteryHint[] = []
  const stop = browserBattery(navigator).follow((hint) => heard.push(hint))
  await settle()
  stop()
  expect(heard).toEqual([])
})

test('[CN12] who stopped before the battery was there hears nothing', async () => {
  const heard: BatteryHint[] = []
  browserBattery({ getBattery: () => Promise.resolve(new BatteryManager()) }).follow((hint) => heard.push(hint))()
  await settle()
  expect(heard).toEqual([])
})

describeProbe('the server', { ok: true, json: () => Promise.resolve({ service: 'rejoin', serverTime: '' }) }, { roundTripMs: 30 })
describeProbe('the page of a captive portal', { ok: true, json: () => Promise.reject(new SyntaxError('<')) }, undefined)
describeProbe('another service', { ok: true, json: () => Promise.resolve({ service: 'portal' }) }, undefined)
describeProbe('an error', { ok: false, json: () => Promise.resolve({ service: 'rejoin' }) }, undefined)

function describeProbe(what: string, answer: Awaited<ReturnType<HttpProbeParts['fetch']>>, outcome: unknown): void {
  test(`[CN13] a probe is answered by ${what}`, async () => {
    const time = createManualTime()
    const asked: string[] = []
    const probe = createHttpProbe({
      url: 'https://sync.example/api/v1/sync/connectivity-test',
      clock: time,
      scheduler: time,
      fetch: (url) => {
        asked.push(url)
        time.advance(30)
        return Promise.resolve(answer)
      },
    })
    expect([await probe(), asked]).toEqual([outcome, ['https://sync.example/api/v1/sync/connectivity-test']])
  })
}

test('[CN13] a probe that is not answered within 10 s is given up', async () => {
  const time = createManualTime()
  const probe = createHttpProbe({
    url: 'https://sync.example',
    clock: time,
    scheduler: time,
    fetch: (_url, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
  })
  const outcome = probe()
  time.advance(10_000)
  expect(await outcome).toBeUndefined()
})

function watch() {
  const told: string[] = []
  const watcher = {
    noteAnswer: (roundTripMs?: number) => told.push(`answer ${String(roundTripMs)}`),
    noteFailure: () => told.push('failure'),
  }
  return { told, watcher }
}

test('[CN14] what requests show is told: any answer of the server, and none; how long a push took says nothing of the line', async () => {
  const { told, watcher } = watch()
  const replies: TransportReply<never>[] = [
    { type: 'refused', status: 503, code: 'OVERLOADED', message: '', retryAfterMs: undefined },
    { type: 'unreachable', message: '' },
    { type: 'unexpected', message: '' },
  ]
  const body = new FakeRecordServer(stockSchema).push({ operations: [], checkpoint: undefined })
  const answer = (): Promise<TransportReply<SyncResponse>> =>
    Promise.resolve(replies.shift() ?? { type: 'answered', body, roundTripMs: 7 })
  const transport: SyncTransport = watchedTransport(
    {
      traffic: () => ({ requests: 0, bytesSent: 0, bytesReceived: 0 }),
      push: answer,
      pull: answer,
      renewToken: () => Promise.resolve({ type: 'renewed' }),
      follow: () => () => undefined,
    },
    watcher,
  )
  const page = { checkpoint: undefined, limit: 1 }
  const pushBody = { checkpoint: undefined, deviceId: '', sentAt: '', ackedThrough: 0, operations: [] }
  for (let count = 0; count < 4; count++) await transport.pull(page)
  await transport.push(pushBody)
  expect(told).toEqual(['answer undefined', 'failure', 'failure', 'answer 7', 'answer undefined'])
})

test('[CN14] a socket that opens is an answer, one that never does is none', () => {
  const { told, watcher } = watch()
  const [opened, refused] = [new EventTarget(), new EventTarget()]
  watchedSocket(opened, watcher)
  watchedSocket(refused, watcher)
  opened.dispatchEvent(new Event('open'))
  opened.dispatchEvent(new Event('close'))
  refused.dispatchEvent(new Event('close'))
  expect(told).toEqual(['answer undefined', 'failure'])
})
