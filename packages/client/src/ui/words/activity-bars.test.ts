import { expect, test } from 'vitest'
import { sampleRun } from '../../testing/sample-shown.ts'
import { barsOf, byteWords, describeRuns } from './activity-bars.ts'

const now = 1_000_000

test('[UI15] a run is a bar: what was sent, on top of it what came in; the largest fills the height', () => {
  const bars = barsOf(
    [
      sampleRun({ startedAt: 1, items: 12, received: 4, durationMs: 2_000 }),
      sampleRun({ startedAt: 2, items: 0, received: 4 }),
      sampleRun({ startedAt: 3, items: 0, outcome: 'failed', error: { code: 'X', message: 'no network' } }),
    ],
    now,
  )
  expect(bars).toEqual([
    { startedAt: 1, sentShare: 0.75, receivedShare: 0.25, outcome: 'done', words: '12 sent, 4 received in 2 s · 17 min ago' },
    { startedAt: 2, sentShare: 0, receivedShare: 0.5, outcome: 'done', words: '0 sent, 4 received in 1 s · 17 min ago' },
    {
      startedAt: 3,
      sentShare: 0,
      receivedShare: 0,
      outcome: 'failed',
      words: 'nothing new in 1 s · 17 min ago · failed: no network',
    },
  ])
})

test('[UI15] the chart is told in one sentence', () => {
  expect(describeRuns([])).toBe('No run yet.')
  expect(describeRuns([sampleRun({ items: 3, received: 2 }), sampleRun({ outcome: 'failed', items: 0 })])).toBe(
    '2 runs · 3 sent · 2 received · 2 kB · 1 failed.',
  )
  expect([1, 999, 14_200, 2_130_000].map(byteWords)).toEqual(['1 byte', '999 bytes', '14 kB', '2.1 MB'])
})
