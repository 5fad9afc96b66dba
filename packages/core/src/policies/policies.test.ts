import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { appendOnly } from './append-only.ts'
import { clientWins } from './client-wins.ts'
import { lastWriteWins } from './last-write-wins.ts'
import type { Decision, Policy, PolicyOperation, PolicyRecord } from './policy.ts'
import { serverWins } from './server-wins.ts'
import { isClockAdjusted } from './written-record.ts'

const now = 1_000_000
const context = { now }

const operation = (more: Partial<PolicyOperation> = {}): PolicyOperation => ({
  operationId: 'b',
  operationType: 'update',
  payload: {},
  removedFields: [],
  baseVersion: 1,
  clientUpdatedAt: 200,
  ...more,
})

const stamp = (version: number, time = 100, operationId = 'a') => ({ time, operationId, version })

/** Made with both fields at 100 by operation `a`. */
const first: PolicyRecord = {
  version: 1,
  fields: { name: 'Salt', price: 1 },
  isDeleted: false,
  stamps: { name: stamp(1), price: stamp(1) },
}

/** Somebody changed the price at 300 meanwhile. */
const second: PolicyRecord = {
  version: 2,
  fields: { name: 'Salt', price: 2 },
  isDeleted: false,
  stamps: { name: stamp(1), price: stamp(2, 300, 'm') },
}

const tombstone: PolicyRecord = { ...first, version: 2, isDeleted: true }

const policies: readonly Policy[] = [
  lastWriteWins({ by: 'field' }),
  lastWriteWins({ by: 'record' }),
  serverWins(),
  clientWins(),
  appendOnly(),
]
const mutable = policies.filter(({ name }) => name !== 'appendOnly')
const named = (list: readonly Policy[]) => list.map((policy) => [policy.name, policy] as const)

describe('under every policy', () => {
  test.each(named(policies))('[PO1] %s: a create makes version 1 with one stamp for each field', (_name, policy) => {
    const create = operation({ operationType: 'create', payload: { name: 'Salt', price: 1 }, baseVersion: null })
    const made = { name: stamp(1, 200, 'b'), price: stamp(1, 200, 'b') }
    expect(policy.decide(undefined, create, context)).toEqual({
      type: 'applied',
      record: { version: 1, fields: { name: 'Salt', price: 1 }, isDeleted: false, stamps: made },
    })
  })

  test.each(named(policies))('[PO1] %s: a second create of the same id is a conflict', (_name, policy) => {
    const create = operation({ operationType: 'create', payload: { name: 'Pepper' }, baseVersion: null })
    const decision = policy.decide(first, create, context)
    expect(decision).toEqual({ type: 'conflict', code: 'ALREADY_EXISTS', reason: { type: 'AlreadyExists' } })
  })

  test.each(named(mutable))('[PO2] %s: who saw the latest version is applied, whatever the clock says', (_name, policy) => {
    const edit = operation({ payload: { price: 3 }, baseVersion: 2, clientUpdatedAt: -5 })
    expect(policy.decide(second, edit, context)).toEqual({
      type: 'applied',
      record: {
        ...second,
        version: 3,
        fields: { name: 'Salt', price: 3 },
        stamps: { ...second.stamps, price: stamp(3, 301, 'b') },
      },
    })
  })

  test.each(named(mutable))('[PO3] %s: nothing is not found, and an edit alone never resurrects', (_name, policy) => {
    const edit = operation({ payload: { price: 3 } })
    const missing: Decision = { type: 'rejected', code: 'NOT_FOUND', reason: { type: 'NotFound' } }
    const gone: Decision = { type: 'conflict', code: 'DELETED', reason: { type: 'Deleted' } }
    expect(policy.decide(undefined, edit, context)).toEqual(missing)
    expect(policy.decide(undefined, operation({ operationType: 'delete' }), context)).toEqual(missing)
    expect(policy.decide(tombstone, edit, context)).toEqual(gone)
    expect(policy.decide(tombstone, { ...edit, baseVersion: 2, clientUpdatedAt: now }, context)).toEqual(gone)
    expect(policy.decide(tombstone, operation({ operationType: 'delete' }), context)).toEqual({
      type: 'merged',
      record: undefined,
    })
  })

  test.each(named(mutable))(
    '[PO3] %s: a create that knows the tombstone restores, one that does not is a conflict',
    (_name, policy) => {
      const create = operation({ operationType: 'create', payload: { name: 'Salt' }, baseVersion: 2 })
      expect(policy.decide(tombstone, create, context)).toEqual({
        type: 'applied',
        record: { version: 3, fields: { name: 'Salt' }, isDeleted: false, stamps: { name: stamp(3, 200, 'b') } },
      })
      const unaware = policy.decide(tombstone, { ...create, baseVersion: null }, context)
      expect(unaware).toEqual({ type: 'conflict', code: 'DELETED', reason: { type: 'Deleted' } })
    },
  )

  test.each(named(mutable))('[PO4] %s: a stamp is never later than the server’s now', (_name, policy) => {
    const ahead = operation({ payload: { price: 3 }, clientUpdatedAt: now + 315_360_000_000 })
    const decision = policy.decide(first, ahead, context)
    expect('record' in decision && decision.record?.stamps['price']).toEqual(stamp(2, now, 'b'))
    expect([isClockAdjusted(ahead, context), isClockAdjusted(operation(), context)]).toEqual([true, false])
  })

  test.each(named(policies))('[PO5] %s: the same question has the same answer, and nothing given is changed', (_name, policy) => {
    fc.assert(
      fc.property(fc.option(records, { nil: undefined }), operations, (current, asked) => {
        const before = structuredClone({ current, asked })
        const answer = policy.decide(current, asked, context)
        expect(policy.decide(current, asked, context)).toEqual(answer)
        expect({ current, asked }).toEqual(before)
      }),
    )
  })

  test.each(named(policies))('[PO5] %s: deciding again on one’s own result changes no field', (_name, policy) => {
    fc.assert(
      fc.property(fc.option(records, { nil: undefined }), operations, (current, asked) => {
        const once = after(policy, current, asked)
        expect(visible(after(policy, once, asked))).toEqual(visible(once))
      }),
    )
  })

  test.each(named(policies))('[PO6] %s: a change makes exactly the next version', (_name, policy) => {
    fc.assert(
      fc.property(fc.option(records, { nil: undefined }), operations, (current, asked) => {
        const decision = policy.decide(current, asked, context)
        const record = 'record' in decision ? decision.record : undefined
        fc.pre(record !== undefined)
        expect(record?.version).toBe((current?.version ?? 0) + 1)
      }),
    )
  })
})

describe('last write wins by field', () => {
  const policy = lastWriteWins({ by: 'field' })

  test('[PO7] edits of different fields are merged without looking at a clock', () => {
    const edit = operation({ payload: { name: 'Sea salt' }, clientUpdatedAt: 1 })
    expect(policy.decide(second, edit, context)).toEqual({
      type: 'merged',
      record: {
        ...second,
        version: 3,
        fields: { name: 'Sea salt', price: 2 },
        stamps: { ...second.stamps, name: stamp(3, 101, 'b') },
      },
    })
  })

  test('[PO7] of one field the later write stays, and the loser is told what was lost', () => {
    expect(policy.decide(second, operation({ payload: { name: 'Sea salt', price: 9 } }), context)).toEqual({
      type: 'conflictResolved',
      record: {
        ...second,
        version: 3,
        fields: { name: 'Sea salt', price: 2 },
        stamps: { ...second.stamps, name: stamp(3, 200, 'b') },
      },
      reason: { type: 'StaleTimestamp', local: 200, remote: 300 },
      lostFields: ['price'],
    })
    expect(policy.decide(second, operation({ payload: { price: 9 }, clientUpdatedAt: 301 }), context)).toEqual({
      type: 'conflictResolved',
      record: {
        ...second,
        version: 3,
        fields: { name: 'Salt', price: 9 },
        stamps: { ...second.stamps, price: stamp(3, 301, 'b') },
      },
      reason: { type: 'ConcurrentModification' },
      lostFields: [],
    })
  })

  test('[PO7] a tie goes to the greater operation id; who wrote the same agrees', () => {
    const tie = operation({ payload: { price: 9 }, clientUpdatedAt: 300 })
    expect(policy.decide(second, tie, context)).toMatchObject({ type: 'conflictResolved', lostFields: ['price'] })
    expect(policy.decide(second, { ...tie, operationId: 'z' }, context)).toMatchObject({
      type: 'conflictResolved',
      lostFields: [],
    })
    expect(policy.decide(second, operation({ payload: { price: 2 } }), context)).toEqual({ type: 'merged', record: undefined })
  })

  test('[PO7] a field that is taken away is a write like any', () => {
    const removal = policy.decide(first, operation({ removedFields: ['price'] }), context)
    const fields = { name: 'Salt' }
    expect(removal).toEqual({
      type: 'applied',
      record: { ...first, version: 2, fields, stamps: { ...first.stamps, price: stamp(2, 200, 'b') } },
    })
  })

  test('[PO8] a delete wins over a concurrent edit, in either order', () => {
    const edit = operation({ payload: { price: 9 }, clientUpdatedAt: 500 })
    const removal = operation({ operationType: 'delete', operationId: 'd', clientUpdatedAt: 150 })
    const orders = [
      [edit, removal],
      [removal, edit],
    ]
    expect(
      orders.map(
        (order) => order.reduce<PolicyRecord | undefined>((record, next) => after(policy, record, next), first)?.isDeleted,
      ),
    ).toEqual([true, true])
  })

  test('[PO9] three concurrent edits of the same moment leave what the greatest id wrote, in whatever order they arrive', () => {
    const edit = (operationId: string, price: number) => operation({ operationId, payload: { price } })
    const [x, y, z] = [edit('x', 0), edit('y', 1), edit('z', 2)]
    const orders = [
      [x, y, z],
      [x, z, y],
      [y, x, z],
      [y, z, x],
      [z, x, y],
      [z, y, x],
    ]
    const policy = lastWriteWins({ by: 'field' })
    const outcomes = orders.map((order) =>
      order.reduce<PolicyRecord | undefined>((record, next) => after(policy, record, next), first),
    )
    expect(outcomes.map((record) => record?.fields['price'])).toEqual(orders.map(() => 2))
  })

  test('[PO9] concurrent edits leave the same record in whatever order they arrive', () => {
    const edits = fc.uniqueArray(fc.record({ payload, clientUpdatedAt: fc.integer({ min: 101, max: 104 }), operationId: ids }), {
      selector: (edit) => edit.operationId,
      minLength: 2,
      maxLength: 5,
    })
    const base: PolicyRecord = { ...first, stamps: { name: stamp(1), price: stamp(1), size: stamp(1) } }
    const outcome = (order: readonly Partial<PolicyOperation>[]) =>
      visible(order.reduce<PolicyRecord | undefined>((record, edit) => after(policy, record, operation(edit)), base))
    fc.assert(
      fc.property(
        edits.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([one, other]) => {
          expect(outcome(one)).toEqual(outcome(other))
        },
      ),
    )
  })
})

describe('last write wins by record', () => {
  const policy = lastWriteWins({ by: 'record' })

  test('[PO10] of two concurrent edits the later wins whole, whatever fields they touch', () => {
    expect(policy.decide(second, operation({ payload: { name: 'Sea salt' } }), context)).toEqual({
      type: 'conflictResolved',
      record: undefined,
      reason: { type: 'StaleTimestamp', local: 200, remote: 300 },
      lostFields: ['name'],
    })
    expect(policy.decide(second, operation({ payload: { name: 'Sea salt' }, clientUpdatedAt: 400 }), context)).toMatchObject({
      type: 'conflictResolved',
      record: { version: 3, fields: { name: 'Sea salt', price: 2 } },
      lostFields: [],
    })
  })
})

test('[PO11] server wins: who did not see the latest version is refused, edit and delete alike', () => {
  const refused = { type: 'conflict', code: 'CONFLICT', reason: { type: 'ConcurrentModification' } }
  expect(serverWins().decide(second, operation({ payload: { name: 'Sea salt' }, clientUpdatedAt: now }), context)).toEqual(
    refused,
  )
  expect(serverWins().decide(second, operation({ operationType: 'delete' }), context)).toEqual(refused)
  expect(serverWins().decide(second, operation({ payload: { name: 'x' }, baseVersion: null }), context)).toEqual(refused)
})

test('[PO12] client wins: whatever arrives is taken, and said to have been a conflict', () => {
  const late = operation({ payload: { price: 9 }, clientUpdatedAt: 1 })
  expect(clientWins().decide(second, late, context)).toMatchObject({
    type: 'conflictResolved',
    record: { version: 3, fields: { name: 'Salt', price: 9 } },
    lostFields: [],
  })
  expect(clientWins().decide(second, operation({ operationType: 'delete' }), context)).toMatchObject({
    record: { isDeleted: true },
  })
})

test('[PO13] append only: no operation ever changes a row', () => {
  fc.assert(
    fc.property(records, operations, (current, asked) => {
      fc.pre(!current.isDeleted)
      expect(after(appendOnly(), current, asked)).toEqual(current)
    }),
  )
  const immutable: Decision = { type: 'rejected', code: 'IMMUTABLE', reason: undefined }
  expect(appendOnly().decide(first, operation({ payload: { price: 2 } }), context)).toEqual(immutable)
  expect(appendOnly().decide(undefined, operation({ operationType: 'delete' }), context)).toEqual(immutable)
})

const payload = fc.dictionary(fc.constantFrom('name', 'price', 'size'), fc.integer({ min: 0, max: 3 }), {
  minKeys: 1,
  noNullPrototype: true,
})
const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')

const records: fc.Arbitrary<PolicyRecord> = fc
  .record({ version: fc.integer({ min: 1, max: 4 }), fields: payload, isDeleted: fc.boolean() })
  .chain(({ version, fields, isDeleted }) => {
    const stamps = fc.tuple(
      ...Object.keys(fields).map((field) =>
        fc
          .record({ time: fc.integer({ min: 0, max: 20 }), operationId: ids, version: fc.integer({ min: 1, max: version }) })
          .map((made) => [field, made] as const),
      ),
    )
    return stamps.map((list) => ({ version, fields, isDeleted, stamps: Object.fromEntries(list) }))
  })

const operations: fc.Arbitrary<PolicyOperation> = fc.record({
  operationId: ids,
  operationType: fc.constantFrom('create', 'update', 'delete'),
  payload,
  removedFields: fc.constant([]),
  baseVersion: fc.option(fc.integer({ min: 0, max: 4 })),
  clientUpdatedAt: fc.integer({ min: 0, max: 20 }),
})

function after(policy: Policy, current: PolicyRecord | undefined, asked: PolicyOperation): PolicyRecord | undefined {
  const decision = policy.decide(current, asked, context)
  return ('record' in decision ? decision.record : undefined) ?? current
}

/** What a person can see of a record. */
function visible(record: PolicyRecord | undefined) {
  return record === undefined || record.isDeleted ? undefined : record.fields
}
