import fc from 'fast-check'
import { expect, test } from 'vitest'
import { averagePerformance } from './average-performance.ts'
import { averagePerformanceSchema, largestSavingSchema } from './device-status.ts'
import { largestSaving } from './largest-saving.ts'
import type { SyncMetrics } from './sync-metrics.ts'

const run = (more: Partial<SyncMetrics> = {}): SyncMetrics => ({
  startedAt: '2026-11-21T10:00:00.000Z',
  durationMs: 30_000,
  isSuccessful: true,
  items: 10,
  requests: 1,
  bytes: 1_000,
  errors: 0,
  ...more,
})

test('[DM1] averages are over all runs, and what no run tells is null', () => {
  expect(averagePerformance([])).toEqual({
    itemsPerMinute: null,
    successRate: null,
    batteryPerRun: null,
    network: { bytesPerItem: null, requestsPerRun: null, goodConnectionRate: null },
  })
  const runs = [
    run({ batteryUsed: 0.02, connectionQuality: 'good' }),
    run({ isSuccessful: false, items: 0, requests: 3, errors: 2, connectionQuality: 'poor' }),
  ]
  expect(averagePerformance(runs)).toEqual({
    itemsPerMinute: 10,
    successRate: 0.5,
    batteryPerRun: 0.02,
    network: { bytesPerItem: 200, requestsPerRun: 2, goodConnectionRate: 0.5 },
  })
})

test('[DM2] many small requests: batch more', () => {
  const runs = Array.from({ length: 40 }, () => run({ items: 1 }))
  expect(largestSaving(runs)).toEqual({
    advice: 'batchMore',
    share: 0.95,
    reason: '40 requests carried 40 changes: with a longer interval each would carry more.',
  })
})

test('[DM2] large bodies, not compressed: compress', () => {
  const runs = [run({ bytes: 90_000, isCompressed: false }), run({ bytes: 10_000, isCompressed: true })]
  expect(largestSaving(runs)).toEqual({
    advice: 'compress',
    share: 0.45,
    reason: '90 kB of 100 kB travelled uncompressed.',
  })
})

test('[DM2] the battery goes while it is not charging: charging only', () => {
  const runs = [run({ batteryUsed: 0.03, isCharging: false }), run({ batteryUsed: 0.01, isCharging: true })]
  expect(largestSaving(runs)).toEqual({
    advice: 'chargingOnly',
    share: 0.75,
    reason: '1 runs on battery used 3 % of it: they could wait for the charger.',
  })
})

test('[DM2] little was used: nothing is advised', () => {
  expect([
    largestSaving([]),
    largestSaving([run(), run({ batteryUsed: 0.001, isCharging: false, isCompressed: false })]),
  ]).toEqual([null, null])
})

const runs = fc.array(
  fc.record(
    {
      startedAt: fc.constant('2026-11-21T10:00:00.000Z'),
      durationMs: fc.nat(),
      isSuccessful: fc.boolean(),
      items: fc.nat(500),
      requests: fc.nat(500),
      bytes: fc.nat(),
      errors: fc.nat(10),
      batteryUsed: fc.double({ min: 0, max: 1, noNaN: true }),
      isCharging: fc.boolean(),
      connectionQuality: fc.constantFrom('excellent', 'good', 'poor', 'offline'),
      isCompressed: fc.boolean(),
    },
    { requiredKeys: ['startedAt', 'durationMs', 'isSuccessful', 'items', 'requests', 'bytes', 'errors'] },
  ),
  { maxLength: 100 },
)

test('[DM1] [DM2] whatever the runs were, averages and advice keep their bounds', () => {
  fc.assert(
    fc.property(runs, (some) => {
      averagePerformanceSchema.parse(averagePerformance(some))
      const saving = largestSaving(some)
      expect(saving === null || largestSavingSchema.parse(saving).share >= 0.1).toBe(true)
    }),
  )
})
