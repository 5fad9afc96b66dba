import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleEntry } from '../testing/sample-entry.ts'
import { stockSchema } from '../testing/test-records.ts'
import { entriesToLift, lanesOf, lanesWaitedOn, referencesOf } from './lanes.ts'
import type { OperationEntry } from './outbox-entry.ts'

const { stockMovement } = stockSchema.entities
const movement = sampleEntry(3, {
  operation: { entityType: 'stockMovement', recordId: 'm1', payload: { productId: 'p1' } },
}).operation
const byRecord = (entries: readonly OperationEntry[]) => (lane: string) => entries.filter(({ lanes: [own] }) => own === lane)

test('[OB4] an operation joins its own lane and those of the records it refers to, while their create is unsettled', () => {
  expect(referencesOf(stockMovement, { productId: 'p1', quantity: 2 })).toEqual(['product/p1'])
  expect(lanesOf(movement, stockMovement, (key) => key === 'product/p1')).toEqual(['stockMovement/m1', 'product/p1'])
  expect(lanesOf(movement, stockMovement, () => false)).toEqual(['stockMovement/m1'])
})

test('[OB4] it waits for what was done before in its lanes, and not for others that refer to the same record', () => {
  const create = sampleEntry(1, { operation: { operationType: 'create' } })
  const lanes = (id: string) => [`stockMovement/${id}`, 'product/p1']
  const [first, second] = [sampleEntry(2, { lanes: lanes('m1') }), sampleEntry(3, { lanes: lanes('m2') })]
  const later = sampleEntry(4)
  const entriesOf = byRecord([create, first, second, later])
  expect([create, first, second, later].map((entry) => lanesWaitedOn(entry, entriesOf))).toEqual([
    [],
    ['product/p1'],
    ['product/p1'],
    ['product/p1'],
  ])
})

test('[OB5] a group does not wait for itself, until half of it is gone', () => {
  const operation = { groupId: 'g1' }
  const create = sampleEntry(1, { operation: { ...operation, operationType: 'create' } })
  const member = sampleEntry(2, { operation, lanes: ['stockMovement/m1', 'product/p1'] })
  expect(lanesWaitedOn(member, byRecord([create, member]))).toEqual([])
  expect(lanesWaitedOn(member, byRecord([{ ...create, state: 'sent' }, member]))).toEqual(['product/p1'])
})

test('[OB6] kill case 18: a more urgent operation lifts those it has to wait for, and overtakes none of them', () => {
  const low = sampleEntry(1, { score: 0, operation: { operationType: 'create' } })
  const between = sampleEntry(2, { score: 10, lanes: ['stockMovement/m1', 'product/p1'] })
  const high = sampleEntry(3, { score: 100, lanes: ['stockMovement/m1'] })
  const entriesOf = byRecord([low, between, high])
  expect(entriesToLift(high, entriesOf)).toEqual([
    { ...between, score: 100 },
    { ...low, score: 100 },
  ])
  expect(lanesWaitedOn(high, entriesOf)).toEqual(['stockMovement/m1'])
})

test('[OB6] whatever waits for whatever: after lifting, nobody is waited for by something more urgent', () => {
  const lane = fc.constantFrom('a', 'b', 'c', 'd')
  const facts = fc.record({ own: lane, needs: fc.uniqueArray(lane, { maxLength: 2 }), score: fc.integer({ min: 0, max: 100 }) })
  fc.assert(
    fc.property(fc.array(facts, { maxLength: 12 }), (all) => {
      const entryById = new Map<number, OperationEntry>()
      const entriesOf = (wanted: string) => byRecord([...entryById.values()])(wanted)
      for (const [index, { own, needs, score }] of all.entries()) {
        const entry = sampleEntry(index + 1, { score, lanes: [own, ...needs.filter((need) => need !== own)] })
        entryById.set(entry.entryId, entry)
        for (const lifted of entriesToLift(entry, entriesOf)) entryById.set(lifted.entryId, lifted)
      }
      for (const entry of entryById.values()) {
        const before = lanesWaitedOn(entry, entriesOf)
          .flatMap(entriesOf)
          .filter(({ entryId }) => entryId < entry.entryId)
        expect(before.filter(({ score }) => score < entry.score)).toEqual([])
      }
    }),
  )
})
