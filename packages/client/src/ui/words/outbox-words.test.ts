import { expect, test } from 'vitest'
import type { OperationEntry } from '../../outbox/outbox-entry.ts'
import { sampleEntry } from '../../testing/sample-entry.ts'
import { sampleChange, sampleRun } from '../../testing/sample-shown.ts'
import { describeOutboxEntry } from './outbox-words.ts'
import { itemsPerMinute, sortByPriority } from './priority-lots.ts'
import { plainRecordWords, plainWords, type RecordWords } from './record-words.ts'

const now = 10_000_000
const words: RecordWords = {
  ...plainRecordWords,
  nameOf: (_entityType, recordId) => (recordId === 'salt' ? 'Salt' : undefined),
  titleOf: ({ entityType }) => (entityType === 'voucher' ? 'Use a voucher' : undefined),
}
const describe = (parts: Partial<Omit<OperationEntry, 'operation'>>, operation: Partial<OperationEntry['operation']> = {}) =>
  describeOutboxEntry(
    sampleEntry(1, { createdAt: now - 120_000, ...parts, operation: { ...sampleChange, ...operation } }),
    words,
    now,
  )

test('[UI11] what an entry does, and to what; an app may say it better', () => {
  expect(describe({}).title).toBe('Change price cents of product Salt')
  expect(describe({}, { payload: { name: 'Sea salt', quantity: 3 } }).title).toBe('Change name and quantity of product Sea salt')
  expect(describe({}, { operationType: 'delete', payload: {} }).title).toBe('Delete product Salt')
  const created = { operationType: 'create', entityType: 'stockMovement', recordId: 'r', payload: { title: 'Borscht' } } as const
  expect(describe({}, created).title).toBe('Create stock movement Borscht')
  expect(describe({}, { entityType: 'voucher' }).title).toBe('Use a voucher')
  expect(['stockMovement', 'price_cents', 'SKU-code'].map(plainWords)).toEqual(['stock movement', 'price cents', 'sku code'])
})

test('[UI11] a request of the app is called what the app calls it', () => {
  const { operation: _operation, lanes: _lanes, ...entry } = sampleEntry(1, { createdAt: now })
  const request = {
    requestId: '01890a5d-ac96-774b-bcce-b302099a8057',
    method: 'POST',
    url: 'https://example.test/feedback',
    headers: {},
    credentials: 'same-origin',
    isAuthorized: false,
    title: 'Send feedback form',
    priority: 'NORMAL',
    lane: 'feedback',
  } as const
  expect(describeOutboxEntry({ ...entry, kind: 'request', request }, words, now)).toEqual({
    title: 'Send feedback form',
    detail: 'Waits to be sent. Made just now.',
  })
})

test('[UI11] why it still waits', () => {
  expect(describe({}).detail).toBe('Waits to be sent. Made 2 min ago.')
  expect(describe({ nextRetryAt: now + 5_000 }).detail).toBe('Sent again shortly. Made 2 min ago.')
  expect(describe({ state: 'sent', attempts: 1 }).detail).toBe('Sent, no answer yet. Made 2 min ago.')
  expect(describe({ state: 'sent', attempts: 2, nextRetryAt: now + 65_000 }).detail).toBe(
    'Tried 2 times. Sent again in 2 min. Made 2 min ago.',
  )
  expect(describe({ state: 'failed', attempts: 5, lastError: 'The server failed over it.' }).detail).toBe(
    'Tried 5 times. The server failed over it. Made 2 min ago.',
  )
  expect(describe({ state: 'parked', parkedFor: 'its product was refused' }).detail).toBe(
    'Held back: its product was refused. Made 2 min ago.',
  )
})

test('[UI12] what waits is told by urgency, with how long it has been waiting', () => {
  const entries = [
    sampleEntry(1, { score: 100, createdAt: now - 60_000 }),
    sampleEntry(2, { score: 120, createdAt: now - 20_000 }),
    sampleEntry(3, { score: 0, createdAt: now + 5_000 }),
  ]
  expect(sortByPriority(entries, now, { HIGH: 75, NORMAL: 25 })).toEqual([
    { level: 'HIGH', count: 2, longestWaitMs: 60_000, averageWaitMs: 40_000 },
    { level: 'NORMAL', count: 0, longestWaitMs: undefined, averageWaitMs: undefined },
    { level: 'LOW', count: 1, longestWaitMs: 0, averageWaitMs: 0 },
  ])
  expect(sortByPriority(entries, now, { HIGH: 110, NORMAL: 25 }).map(({ count }) => count)).toEqual([1, 1, 1])
})

test('[UI12] the rate is of the runs that settled something', () => {
  expect(itemsPerMinute([sampleRun({ items: 30, durationMs: 10_000 }), sampleRun({ items: 0, durationMs: 60_000 })])).toBe(180)
  expect(itemsPerMinute([])).toBeUndefined()
})
