import { defaultBackgroundSyncSettings, type BackgroundSyncSettings, type ConnectivityStatus } from '@rejoin/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { goodConditions } from '../sync/sync-conditions.ts'
import { powerPolicy } from './power-policy.ts'

const status: ConnectivityStatus = { isOnline: true, connectionType: 'wifi', connectionQuality: 'good', lastConnected: 1 }
const minuteMs = 60_000

const judge = (settings: Partial<BackgroundSyncSettings>, said: Partial<ConnectivityStatus>) =>
  powerPolicy({ ...defaultBackgroundSyncSettings, ...settings }, { ...status, ...said })

test('[PW1] by default, with a connection that is neither poor nor metered and nothing known of a battery, nothing is held back', () => {
  expect(judge({}, {})).toEqual(goodConditions)
})

const onBattery = { isCharging: false, batteryLevel: 80 }
const lowBattery = { isCharging: false, batteryLevel: 19 }

describe('what is held back', () => {
  test.each<[string, Partial<BackgroundSyncSettings>, Partial<ConnectivityStatus>, string | undefined, string | undefined]>([
    ['background sync is switched off', { enabled: false }, {}, 'all', 'SWITCHED_OFF'],
    ['only when charging, and it is not', { syncOnlyWhenCharging: true }, onBattery, 'all', 'NOT_CHARGING'],
    ['only when charging, and it is', { syncOnlyWhenCharging: true }, { isCharging: true }, undefined, undefined],
    ['only when charging, and nobody tells', { syncOnlyWhenCharging: true }, {}, undefined, undefined],
    ['the battery is low', {}, lowBattery, 'HIGH', 'LOW_BATTERY'],
    ['the battery is just not low', {}, { isCharging: false, batteryLevel: 20 }, undefined, undefined],
    ['the battery is low and charging', {}, { ...lowBattery, isCharging: true }, undefined, undefined],
    ['a higher minimum', { minimumBatteryLevel: 81 }, onBattery, 'HIGH', 'LOW_BATTERY'],
    ['a browser that saves data', {}, { isSavingData: true }, 'NORMAL', 'SAVING_DATA'],
    ['a metered connection', {}, { connectionType: 'cellular' }, 'NORMAL', 'METERED'],
    ['… with a higher threshold', { priorityThreshold: 'HIGH' }, { connectionType: 'cellular' }, 'HIGH', 'METERED'],
    [
      '… that may be used',
      { useMeteredConnection: true },
      { connectionType: 'cellular', isSavingData: true },
      undefined,
      undefined,
    ],
    ['a poor connection, by default', {}, { connectionQuality: 'poor' }, undefined, undefined],
    ['a poor connection', { priorityThreshold: 'NORMAL' }, { connectionQuality: 'poor' }, 'NORMAL', 'POOR_CONNECTION'],
    ['a good one', { priorityThreshold: 'HIGH' }, {}, undefined, undefined],
    [
      'the strongest of several',
      { priorityThreshold: 'NORMAL' },
      { ...lowBattery, connectionQuality: 'poor', isSavingData: true },
      'HIGH',
      'LOW_BATTERY',
    ],
    ['switched off stands above all', { enabled: false, syncOnlyWhenCharging: true }, lowBattery, 'all', 'SWITCHED_OFF'],
  ])('[PW2] %s', (_what, settings, said, ...expected) => {
    const { hold } = judge(settings, said)
    expect([hold?.below, hold?.code]).toEqual(expected)
  })
})

describe('how often the server is asked', () => {
  test.each<[string, Partial<BackgroundSyncSettings>, Partial<ConnectivityStatus>, number]>([
    ['by default', {}, {}, 5],
    ['as set', { syncIntervalMinutes: 30 }, {}, 30],
    ['over a poor connection', {}, { connectionQuality: 'poor' }, 10],
    ['below half of the battery', {}, { isCharging: false, batteryLevel: 49 }, 10],
    ['at half of it', {}, { isCharging: false, batteryLevel: 50 }, 5],
    ['while charging', {}, { isCharging: true, batteryLevel: 10 }, 5],
    ['poor in both', {}, { isCharging: false, batteryLevel: 30, connectionQuality: 'poor' }, 10],
  ])('[PW3] %s', (_what, settings, said, minutes) => {
    expect(judge(settings, said).intervalMs).toBe(minutes * minuteMs)
  })
})

test('[PW4] better power or a better connection never holds back more', () => {
  const settings = fc.record<BackgroundSyncSettings>({
    enabled: fc.boolean(),
    syncOnlyWhenCharging: fc.boolean(),
    minimumBatteryLevel: fc.nat(100),
    maximumConcurrentOperations: fc.integer({ min: 1, max: 16 }),
    syncIntervalMinutes: fc.integer({ min: 1, max: 60 }),
    maxRetryAttempts: fc.nat(10),
    priorityThreshold: fc.constantFrom('HIGH', 'NORMAL', 'LOW'),
    useMeteredConnection: fc.boolean(),
  })
  const worse = fc.record<ConnectivityStatus>({
    isOnline: fc.constant(true),
    connectionType: fc.constantFrom('wifi', 'cellular', 'unknown'),
    connectionQuality: fc.constantFrom('excellent', 'good', 'poor'),
    lastConnected: fc.constant(null),
    batteryLevel: fc.nat(100),
    isCharging: fc.boolean(),
    isSavingData: fc.boolean(),
  })
  const better: readonly Partial<ConnectivityStatus>[] = [
    { isCharging: true },
    { batteryLevel: 100 },
    { connectionType: 'wifi' },
    { connectionQuality: 'excellent' },
    { isSavingData: false },
  ]
  const rank = { LOW: 0, NORMAL: 1, HIGH: 2, all: 3 }
  fc.assert(
    fc.property(settings, worse, fc.constantFrom(...better), (chosen, said, change) => {
      const [before, after] = [powerPolicy(chosen, said), powerPolicy(chosen, { ...said, ...change })]
      expect(rank[after.hold?.below ?? 'LOW']).toBeLessThanOrEqual(rank[before.hold?.below ?? 'LOW'])
      expect(after.intervalMs).toBeLessThanOrEqual(before.intervalMs)
    }),
  )
})
