import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleEntry } from '../testing/sample-entry.ts'
import { selectBatch } from './select-batch.ts'

const roomy = { operationsMax: 10, requestBytesMax: 100_000 }
const entry = (id: number, facts: { readonly record?: string; readonly groupId?: string } = {}) =>
  sampleEntry(id, {
    lanes: [facts.record ?? `r${id}`],
    operation: { ...(facts.groupId !== undefined && { groupId: facts.groupId }) },
  })
const idsOf = (entries: readonly { readonly entryId: number }[]) => entries.map(({ entryId }) => entryId)

test('[OB7] what was sent before comes first, then the rest in the order given', () => {
  const choice = selectBatch({ sent: [entry(5), entry(6)], free: [entry(3), entry(1), entry(2)] }, roomy)
  expect(idsOf(choice.entries)).toEqual([5, 6, 3, 1, 2])
})

test('[OB7] of a record there is one operation, outside of groups', () => {
  const free = [entry(1, { record: 'a' }), entry(2, { record: 'a' }), entry(3, { record: 'b' })]
  expect(idsOf(selectBatch({ sent: [], free }, roomy).entries)).toEqual([1, 3])
})

test('[OB8] a batch ends by number or by bytes; what does not fit is not overtaken', () => {
  const free = [entry(1), entry(2), entry(3), entry(4)]
  expect(idsOf(selectBatch({ sent: [], free }, { ...roomy, operationsMax: 2 }).entries)).toEqual([1, 2])
  const sizeOf = ({ entryId }: { readonly entryId: number }) => (entryId === 3 ? 5_000 : 1_000)
  expect(idsOf(selectBatch({ sent: [], free }, { ...roomy, requestBytesMax: 8_000 }, sizeOf).entries)).toEqual([1, 2])
})

test('[OB8] what fits no request at all is named, and holds up nobody', () => {
  const sizeOf = ({ entryId }: { readonly entryId: number }) => (entryId === 1 ? 50_000 : 100)
  const group = Array.from({ length: 11 }, (_, index) => entry(10 + index, { groupId: 'large' }))
  const choice = selectBatch({ sent: [], free: [entry(1), ...group, entry(2)] }, { ...roomy, requestBytesMax: 20_000 }, sizeOf)
  expect([idsOf(choice.entries), idsOf(choice.tooLarge)]).toEqual([[2], [1, ...idsOf(group)]])
})

test('[OB5] a group travels whole, in the order in which it was made, also with two operations of one record', () => {
  const free = [
    entry(4, { groupId: 'g', record: 'a' }),
    entry(1),
    entry(3, { groupId: 'g', record: 'a' }),
    entry(2, { groupId: 'g', record: 'b' }),
  ]
  expect(idsOf(selectBatch({ sent: [], free }, roomy).entries)).toEqual([2, 3, 4, 1])
  expect(idsOf(selectBatch({ sent: [], free: [entry(9), ...free] }, { ...roomy, operationsMax: 3 }).entries)).toEqual([9])
})

test('[OB7, OB8] any queue: limits hold, groups are whole or absent, no record twice, and everything is sent in the end', () => {
  const facts = fc.record({
    record: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    group: fc.constantFrom(undefined, 'g', 'h'),
    size: fc.integer({ min: 1, max: 4_000 }),
  })
  fc.assert(
    fc.property(fc.array(facts, { maxLength: 20 }), fc.integer({ min: 1, max: 8 }), (all, operationsMax) => {
      let waiting = all.map(({ record, group }, index) =>
        entry(index + 1, { record, ...(group !== undefined && { groupId: group }) }),
      )
      const limits = { operationsMax, requestBytesMax: 10_000 }
      const sizeOf = ({ entryId }: { readonly entryId: number }) => all[entryId - 1]?.size ?? 0
      for (let requests = 0; waiting.length > 0; requests++) {
        expect(requests).toBeLessThanOrEqual(all.length)
        const { entries, tooLarge } = selectBatch({ sent: [], free: waiting }, limits, sizeOf)
        expect(entries.length).toBeLessThanOrEqual(operationsMax)
        expect(entries.reduce((sum, chosen) => sum + sizeOf(chosen), 0)).toBeLessThan(limits.requestBytesMax)
        const gone = new Set([...entries, ...tooLarge])
        for (const group of ['g', 'h']) {
          const members = waiting.filter(({ operation }) => operation.groupId === group)
          expect([0, members.length]).toContain(members.filter((member) => gone.has(member)).length)
        }
        waiting = waiting.filter((one) => !gone.has(one))
      }
    }),
  )
})
