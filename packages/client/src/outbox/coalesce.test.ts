import { expect, test } from 'vitest'
import { sampleEntry, type SampleFacts } from '../testing/sample-entry.ts'
import { stockSchema } from '../testing/test-records.ts'
import { coalesce } from './coalesce.ts'

const { product } = stockSchema.entities
const later = '2026-11-21T13:00:00.000Z'

function joined(earlier: SampleFacts, next: SampleFacts) {
  return coalesce(
    sampleEntry(1, earlier),
    sampleEntry(2, { ...next, operation: { clientUpdatedAt: later, ...next.operation } }),
    product,
  )
}

test('[OB1] unsent edits of one record become one, with the id, number and place of the first and the time of the last', () => {
  expect(
    joined(
      { operation: { payload: { name: 'Beet', note: null }, baseVersion: 3 } },
      { operation: { payload: { name: 'Leek', priceCents: 5 }, baseVersion: 7 } },
    ),
  ).toEqual({
    type: 'merged',
    entry: sampleEntry(1, {
      operation: { payload: { name: 'Leek', note: null, priceCents: 5 }, baseVersion: 3, clientUpdatedAt: later },
    }),
  })
})

test('[OB1] an edit goes into the unsent create, a field that is taken away out of it', () => {
  expect(
    joined(
      { operation: { operationType: 'create', payload: { name: 'Beet', note: 'red' } } },
      { operation: { payload: { priceCents: 5, note: null } } },
    ),
  ).toMatchObject({
    type: 'merged',
    entry: { entryId: 1, operation: { operationType: 'create', payload: { name: 'Beet', priceCents: 5 } } },
  })
})

test('[OB1] the more urgent of two decides', () => {
  const urgent = { score: 100, operation: { priority: 'HIGH' } } as const
  expect(joined({ score: 50 }, urgent)).toMatchObject({ entry: { score: 100, operation: { priority: 'HIGH' } } })
  expect(joined(urgent, { score: 0, operation: { priority: 'LOW' } })).toMatchObject({
    entry: { score: 100, operation: { priority: 'HIGH' } },
  })
})

test('[OB2] what was made and deleted before anybody knew of it is not sent', () => {
  expect(joined({ operation: { operationType: 'create' } }, { operation: { operationType: 'delete' } })).toEqual({
    type: 'cancelled',
  })
})

const apart: readonly (readonly [string, SampleFacts, SampleFacts])[] = [
  ['was sent', { state: 'sent', firstSentAt: 1 }, {}],
  ['failed', { state: 'failed', firstSentAt: 1 }, {}],
  ['was sent and waits again', { state: 'ready', firstSentAt: 1 }, {}],
  ['is parked', { state: 'parked' }, {}],
  [
    'is a sent create, and this its delete',
    { state: 'sent', firstSentAt: 1, operation: { operationType: 'create' } },
    { operation: { operationType: 'delete' } },
  ],
  ['is a delete', { operation: { operationType: 'delete' } }, { operation: { operationType: 'create' } }],
  ['is an edit that a restore would want back', {}, { operation: { operationType: 'delete' } }],
  ['belongs to a group', { operation: { groupId: 'g1' } }, {}],
  ['belongs to no group', {}, { operation: { groupId: 'g1' } }],
  ['is of an older schema', { operation: { schemaVersion: 1 } }, { operation: { schemaVersion: 2 } }],
  ['need not wait for a record that this one refers to', {}, { lanes: ['product/p1', 'product/p2'] }],
]

for (const [title, earlier, next] of apart) {
  test(`[OB3] a change stays apart where the earlier one ${title}`, () => {
    expect(joined(earlier, next)).toEqual({ type: 'queued' })
  })
}

test('[OB1] within one group edits become one', () => {
  const inGroup = { operation: { groupId: 'g1' } }
  expect(joined(inGroup, inGroup)).toMatchObject({ type: 'merged' })
})

test('[OB1] two edits that together could not be sent stay two', () => {
  const [name, note] = ['x'.repeat(70_000), 'y'.repeat(70_000)]
  expect(joined({ operation: { payload: { name } } }, { operation: { payload: { note } } })).toEqual({ type: 'queued' })
  expect(joined({ operation: { payload: { name } } }, { operation: { payload: { name } } })).toMatchObject({ type: 'merged' })
})
