import { expect, test } from 'vitest'
import { defaultBackgroundSyncSettings } from '../settings/background-sync-settings.ts'
import { deviceCommandSchema } from './device-command.ts'
import { deviceReportSchema, type DeviceReport } from './device-report.ts'

const report: DeviceReport = {
  deviceId: 'phone',
  name: 'Chrome on Android',
  currentProgress: { current: 2, total: 5 },
  connectivity: { isOnline: true, connectionType: 'wifi', connectionQuality: 'good', lastConnected: 1 },
  queueSize: 3,
  settings: defaultBackgroundSyncSettings,
  runs: [],
  acknowledgedThrough: 0,
}

test('[DM3] a report is what the schema says', () => {
  expect(deviceReportSchema.parse(report)).toEqual(report)
})

const run = { startedAt: '2026-11-21T10:00:00Z', durationMs: 1, isSuccessful: true, items: 1, requests: 1, bytes: 1, errors: 0 }

test.each<[string, object]>([
  ['a field of its own making', { payload: { name: 'Salt' } }],
  ['a device id with a slash', { deviceId: 'a/b' }],
  ['a queue of less than nothing', { queueSize: -1 }],
  ['101 runs', { runs: Array.from({ length: 101 }, () => run) }],
  ['a run with a content', { runs: [{ ...run, names: ['Salt'] }] }],
  ['a name of 81 characters', { name: 'x'.repeat(81) }],
  ['a battery of 101 percent', { connectivity: { ...report.connectivity, batteryLevel: 101 } }],
  ['an acknowledgement beyond all numbers', { acknowledgedThrough: Number.MAX_SAFE_INTEGER }],
  ['settings that lack one', { settings: { enabled: true } }],
])('[DM3] refused: %s', (_what, change) => {
  expect(deviceReportSchema.safeParse({ ...report, ...change }).success).toBe(false)
})

test('[DM4] a command has a number and a kind that is known; settings are those of the schema', () => {
  const numbered = { number: 1, issuedAt: '2026-11-21T10:00:00.000Z' }
  const good = [
    { kind: 'start', ...numbered },
    { kind: 'pause', ...numbered },
    { kind: 'resume', ...numbered },
    { kind: 'settings', settings: { syncIntervalMinutes: 10 }, ...numbered },
  ]
  expect(good.map((command) => deviceCommandSchema.parse(command))).toEqual(good)
  const bad = [
    { kind: 'erase', ...numbered },
    { kind: 'start', ...numbered, number: 0 },
    { kind: 'settings', settings: { syncIntervalMinutes: 0 }, ...numbered },
    { kind: 'settings', settings: { url: 'https://elsewhere.test' }, ...numbered },
  ]
  expect(bad.map((command) => deviceCommandSchema.safeParse(command).success)).toEqual([false, false, false, false])
})
