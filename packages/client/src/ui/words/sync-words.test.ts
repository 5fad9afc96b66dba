import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleState } from '../../testing/sample-shown.ts'
import { describeSync, describeSyncDetail } from './sync-words.ts'
import { agoWords, durationWords, untilWords } from './time-words.ts'

const states = fc
  .record({
    status: fc.constantFrom('offline', 'syncing', 'upToDate', 'error', 'paused'),
    pending: fc.nat(3),
    inFlight: fc.nat(2),
    failed: fc.nat(2),
    attention: fc.nat(2),
    current: fc.nat(3),
    total: fc.nat(5),
  })
  .map(sampleState)

test('[UI1] no words claim to be up to date where the state does not, or anything waits', () => {
  fc.assert(
    fc.property(states, (state) => {
      const claims = describeSync(state).text === 'Up to date'
      expect(claims).toBe(state.status === 'upToDate' && state.pending + state.failed === 0)
      expect(describeSync(state).tone === 'good').toBe(claims)
    }),
  )
})

const heldBack = { count: 2, code: 'METERED', reason: 'This connection is metered.' }

test('[UI1] the words a person meets', () => {
  const text = (parts: Parameters<typeof sampleState>[0]) => describeSync(sampleState(parts)).text
  expect(text({ status: 'paused' })).toBe('On this device only')
  expect(text({ status: 'paused', pending: 1 })).toBe('On this device only · 1 change')
  expect(text({ status: 'paused', pending: 2, heldBack })).toBe('Held back · 2 waiting')
  expect(text({ status: 'paused', heldBack: { ...heldBack, count: 0 } })).toBe('Held back')
  expect(text({ status: 'offline' })).toBe('Offline')
  expect(text({ status: 'offline', pending: 2, failed: 1 })).toBe('Offline · 3 waiting')
  expect(text({ status: 'syncing' })).toBe('Syncing…')
  expect(text({ status: 'syncing', pending: 3, current: 2, total: 5 })).toBe('Syncing… 2 of 5')
  expect(text({ status: 'upToDate' })).toBe('Up to date')
  expect(text({ status: 'upToDate', failed: 1 })).toBe('1 change not synced')
  expect(text({ status: 'error' })).toBe('Cannot sync')
  expect(text({ status: 'error', pending: 4 })).toBe('Cannot sync · 4 waiting')
})

test('[UI1] the small print says what stands in the way, what comes next and when it last went well', () => {
  const now = 1_000_000
  expect(describeSyncDetail(sampleState(), now)).toBe('')
  expect(
    describeSyncDetail(
      sampleState({
        status: 'error',
        lastError: { code: 'UNEXPECTED', message: 'the answer is not the server’s' },
        nextRetryAt: now + 4_000,
        lastSyncedAt: now - 120_000,
      }),
      now,
    ),
  ).toBe('The answer is not the server’s. Tries again shortly. Last synced 2 min ago.')
  const switchedOff = { status: 'offline', lastError: { code: 'OFFLINE', message: 'switched off' }, lastSyncedAt: now } as const
  expect(describeSyncDetail(sampleState(switchedOff), now)).toBe('Last synced just now.')
  expect(describeSyncDetail(sampleState({ lastError: { code: 'X', message: 'of yesterday' } }), now)).toBe('')
  expect(describeSyncDetail(sampleState({ status: 'paused', pending: 2, heldBack }), now)).toBe(
    '2 changes held back. This connection is metered.',
  )
  expect(describeSyncDetail(sampleState({ status: 'paused', heldBack: { ...heldBack, count: 0 } }), now)).toBe(heldBack.reason)
})

test('[UI1] times are rough, and a clock that is ahead says "just now"', () => {
  const now = Date.parse('2026-03-04T05:06:07Z')
  expect([-60_000, 0, 44_000, 60_000, 3_540_000, 7_200_000, 172_800_000].map((ms) => agoWords(now - ms, now))).toEqual([
    'just now',
    'just now',
    'just now',
    '1 min ago',
    '59 min ago',
    '2 h ago',
    '2026-03-02',
  ])
  expect([-5, 1_500, 90_000].map((ms) => untilWords(now + ms, now))).toEqual(['shortly', 'shortly', 'in 2 min'])
  expect([400, 1_400, 119_000, 7_200_000, 86_400_000, 200_000_000].map(durationWords)).toEqual([
    'less than a second',
    '1 s',
    '2 min',
    '2 h',
    '1 day',
    '2 days',
  ])
})
