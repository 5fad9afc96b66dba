import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jitteredDelayMs } from './back-off.ts'
import { documentNameSchema } from './document-name.ts'
import { isPermanentClose } from './errors.ts'

test.each([
  ['plan', true],
  ['team/plan über 🎨', true],
  ['x'.repeat(256), true],
  ['x'.repeat(257), false],
  ['ü'.repeat(128), true],
  ['ü'.repeat(129), false],
  ['', false],
  ['a\u0000b', false],
  ['a\nb', false],
  ['a\u0085b', false],
  ['\ud800', false],
])('[W4] the name %j is allowed: %s', (name, isAllowed) => {
  expect(documentNameSchema.safeParse(name).success).toBe(isAllowed)
})

test('[E2] only 4400 to 4499 say that coming back cannot help', () => {
  const permanent = Array.from({ length: 4000 }, (_, index) => index + 1000).filter(isPermanentClose)
  expect([permanent.length, permanent.at(0), permanent.at(-1)]).toEqual([100, 4400, 4499])
})

test('[K1] a retry waits between nothing and a ceiling that grows to its maximum', () => {
  const backOff = { initialDelayMs: 500, maxDelayMs: 30_000, multiplier: 2 }
  const highest = [0, 1, 2, 3, 6, 1000].map((attempt) => jitteredDelayMs(backOff, attempt, { next: () => 0.999_999 }))
  expect(highest).toEqual([499, 999, 1999, 3999, 29_999, 29_999])
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, next) => {
      const delayMs = jitteredDelayMs(backOff, attempt, { next: () => next })
      expect(delayMs).toBeGreaterThanOrEqual(0)
      expect(delayMs).toBeLessThan(30_000)
    }),
  )
})
