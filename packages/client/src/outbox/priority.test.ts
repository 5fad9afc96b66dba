import { expect, test } from 'vitest'
import { levelOf, priorityRuleSchema, scoreOf, type PriorityRule } from './priority.ts'

const rule = (when: unknown, points = 25): PriorityRule =>
  priorityRuleSchema.parse({ name: 'rule', entity: 'order', when, points })
const scored = (rules: readonly PriorityRule[], fields = {}, entityType = 'order') =>
  scoreOf({ entityType, fields, priority: 'NORMAL' }, rules)

test('[OB9] the level gives points, and so does every rule that fits; thresholds make a level of the sum', () => {
  const rules = [
    rule(undefined, 25),
    rule({ field: 'total', operator: 'greaterThan', value: 100 }, 20),
    { ...rule(undefined, 5), entity: undefined },
  ]
  expect(scored(rules, { total: 200 })).toBe(100)
  expect(scored(rules, { total: 100 })).toBe(80)
  expect(scored(rules, { total: 200 }, 'note')).toBe(55)
  expect([100, 75, 74, 25, 24].map((score) => levelOf(score))).toEqual(['HIGH', 'HIGH', 'NORMAL', 'NORMAL', 'LOW'])
  expect(levelOf(60, { HIGH: 60, NORMAL: 10 })).toBe('HIGH')
})

const conditions: readonly (readonly [string, unknown, object, boolean])[] = [
  ['equals', 'a', { f: 'a' }, true],
  ['equals', 'a', { f: 'b' }, false],
  ['equals', 'a', {}, false],
  ['notEquals', 'a', { f: 'b' }, true],
  ['notEquals', 'a', { f: 'a' }, false],
  ['notEquals', 'a', {}, false],
  ['greaterThan', 5, { f: 6 }, true],
  ['greaterThan', 5, { f: 5 }, false],
  ['greaterThan', 5, { f: '6' }, false],
  ['lessThan', '2026-11-21', { f: '2026-11-20' }, true],
  ['lessThan', 5, { f: 5 }, false],
  ['lessThan', 5, {}, false],
  ['contains', 'ell', { f: 'cellar' }, true],
  ['contains', 'x', { f: 'cellar' }, false],
  ['contains', 'a', { f: ['a', 'b'] }, true],
  ['contains', 1, { f: 'a1' }, false],
  ['exists', undefined, { f: 0 }, true],
  ['exists', undefined, { f: null }, false],
  ['exists', undefined, {}, false],
]

for (const [operator, value, fields, isMet] of conditions) {
  test(`[OB9] ${JSON.stringify(fields)} ${operator} ${JSON.stringify(value)}: ${isMet}`, () => {
    const when = { field: 'f', operator, ...(value !== undefined && { value }) }
    expect(scored([rule(when)], fields)).toBe(isMet ? 75 : 50)
  })
}

test('[OB9] a name that every object has is no field', () => {
  expect(scored([rule({ field: 'constructor', operator: 'exists' })], {})).toBe(50)
})
