import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isoTime, parseIsoTime } from './iso-time.ts'

const [firstMs, lastMs] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')]

test('[RP1] times are written as `Date` writes them, and read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: firstMs, max: lastMs }), (ms) => {
      expect(isoTime(ms)).toBe(new Date(ms).toISOString())
      expect(parseIsoTime(isoTime(ms))).toBe(ms)
    }),
  )
})

test.each([
  ['2026-11-21T12:00Z', Date.UTC(2026, 10, 21, 12)],
  ['2026-11-21T12:00:00+05:30', Date.UTC(2026, 10, 21, 6, 30)],
  ['0001-01-01T00:00:00Z', firstMs],
  ['0001-01-01T00:00:00+00:01', undefined],
  ['9999-12-31T23:59:59.999Z', lastMs],
  ['9999-12-31T23:59:59.999-00:01', undefined],
  ['2026-13-01T00:00:00Z', undefined],
  ['2026-11-21', undefined],
  ['2026-11-21T12:00:00', undefined],
  ['yesterday', undefined],
  ['', undefined],
])('[RP6] the time %j', (text, ms) => {
  expect(parseIsoTime(text)).toBe(ms)
})
