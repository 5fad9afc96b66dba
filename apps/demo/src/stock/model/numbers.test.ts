import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readField, textOfField } from './field-text.ts'
import { editableMoney, formatMoney, formatSigned, formatWhole, parseMoney, parseWhole } from './numbers.ts'

test('[SK3] an amount that is shown for editing is read back as the same number of cents', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99_999_999_999 }), (cents) => {
      expect(parseMoney(editableMoney(cents))).toBe(cents)
    }),
  )
})

test('[SK3] amounts as people write them, and what is none', () => {
  expect(['3', '3.2', '3,20', ' €3.20 ', '3.20 €', '0', '1.15'].map(parseMoney)).toEqual([300, 320, 320, 320, 320, 0, 115])
  for (const text of ['', '-1', '3.205', '1.000,00', 'NaN', '1e3', '٣', 'three', '9999999999'])
    expect([text, parseMoney(text)]).toEqual([text, undefined])
  expect([0, 5, 320, 123_456].map(formatMoney)).toEqual(['€0.00', '€0.05', '€3.20', '€1,234.56'])
})

test('[SK3] whole numbers with either minus, and what is none', () => {
  expect(['12', '+12', '-3', '−3', '0', '-0'].map(parseWhole)).toEqual([12, 12, -3, -3, 0, 0])
  for (const text of ['', '+', '1.5', '1e9', '12345678901']) expect([text, parseWhole(text)]).toEqual([text, undefined])
  expect([12, -3, 0].map(formatSigned)).toEqual(['+12', '−3', '±0'])
  expect([12, -3, 0].map(formatWhole)).toEqual(['12', '−3', '0'])
})

test('[SK3] a field is read as what it can hold, or not at all', () => {
  expect(readField('money', '3,20')).toEqual({ type: 'value', value: 320 })
  expect(readField('whole', '-1')).toEqual({ type: 'problem', message: 'A whole number from 0' })
  expect(readField('signed', '0')).toEqual({ type: 'problem', message: 'A whole number such as +12 or −3' })
  expect(readField('text', ' Salt ')).toEqual({ type: 'value', value: 'Salt' })
  expect(readField('longText', ' a\n')).toEqual({ type: 'value', value: ' a\n' })
  for (const [kind, value] of [
    ['money', 320],
    ['whole', 7],
    ['signed', -3],
    ['text', 'Salt'],
  ] as const)
    expect(readField(kind, textOfField(kind, value))).toEqual({ type: 'value', value })
  expect(textOfField('text', { unknown: true })).toBe('')
})
