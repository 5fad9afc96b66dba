import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTestRecords } from '../testing/test-records.ts'
import { isUsualRow, readOutboxRow } from './read-outbox-row.ts'
import { outboxRowSchema, type OutboxRow } from './record-rows.ts'

const sampleRow = (entryId: number, facts: Partial<OutboxRow> = {}): OutboxRow => ({
  entryId,
  kind: 'operation',
  operation: {
    operationId: `018f0000-0000-7000-8000-${String(entryId).padStart(12, '0')}`,
    deviceId: 'device',
    deviceSeq: entryId,
    entityType: 'product',
    operationType: 'create',
    recordId: `r${entryId}`,
    payload: { name: 'Beet' },
    baseVersion: null,
    clientUpdatedAt: '2026-11-21T00:00:00.000Z',
    schemaVersion: 1,
  },
  state: 'ready',
  lanes: [`product/r${entryId}`],
  score: 50,
  attempts: 0,
  createdAt: 0,
  recordKey: `product/r${entryId}`,
  lot: 'free',
  order: -50,
  ...facts,
})
const rows = [
  sampleRow(1),
  sampleRow(2, { state: 'sent', lot: 'sent', order: 5, firstSentAt: 3, nextRetryAt: 4, waitsOn: ['product/a'], terms: ['t'] }),
  sampleRow(3, { state: 'parked', lot: 'parked', parkedFor: 'unknownEntity', lastError: 'no' }),
]
const withOperation = (row: object, operation: object): object => ({
  ...row,
  operation: { ...sampleRow(1).operation, ...operation },
})
const operationKeys = [...Object.keys(sampleRow(1).operation), 'tenantId', 'groupId', 'priority', 'retryOf', 'other']
const rowKeys = [...new Set(rows.flatMap((row) => Object.keys(row))), 'other']
const strange = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    NaN,
    Infinity,
    0,
    -1,
    1.5,
    2 ** 53,
    '',
    'a',
    'é',
    'ready',
    'free',
    'HIGH',
    'create',
    '\u0000',
    '\ud800',
    'x'.repeat(200),
  ),
  fc.constantFrom<unknown>([], ['a'], [1], {}, { a: 1 }, { a: NaN }, { constructor: 1 }, new Date(0), new Map()),
  fc.constantFrom(
    '2026-02-30T00:00:00.000Z',
    '2026-02-28T24:00:00.000Z',
    '2026-11-21T00:00:00Z',
    '2026-11-21T01:00:00.000+01:00',
    '0000-01-01T00:00:00.000Z',
  ),
  fc.constantFrom(
    '018f0000-0000-7000-8000-000000000001',
    '018F0000-0000-7000-8000-000000000001',
    '018f0000-0000-9000-8000-000000000001',
    'a b',
    'a/b',
    'A-_9',
  ),
  fc.integer(),
)

test('[OB12] the quick look at a stored row and the schema say the same, whatever one member of it is', () => {
  fc.assert(
    fc.property(fc.constantFrom(...rows), fc.constantFrom(...rowKeys), strange, (row, key, value) => {
      const stored = { ...row, [key]: value }
      expect(readOutboxRow(stored)).toEqual(outboxRowSchema.safeParse(stored).data)
    }),
    { numRuns: 2_000 },
  )
  fc.assert(
    fc.property(fc.constantFrom(...rows), fc.constantFrom(...operationKeys), strange, (row, key, value) => {
      const stored = withOperation(row, { [key]: value })
      expect(readOutboxRow(stored)).toEqual(outboxRowSchema.safeParse(stored).data)
    }),
    { numRuns: 2_000 },
  )
})

test('[OB12] a row that lacks a member, or is none, reads as the schema says', () => {
  for (const row of rows) {
    expect(readOutboxRow(row)).toEqual(row)
    for (const key of Object.keys(row)) {
      const stored = Object.fromEntries(Object.entries(row).filter(([name]) => name !== key))
      expect([key, readOutboxRow(stored)]).toEqual([key, outboxRowSchema.safeParse(stored).data])
    }
  }
  for (const none of [undefined, null, 1, 'row', [], [rows[0]]]) expect(readOutboxRow(none)).toBeUndefined()
})

test('[OB12] what this code writes is seen to be right at a glance, before and after it was sent', async () => {
  const { records, database, takeBatch } = openTestRecords()
  const { id } = await records.product.create({ name: 'Beet' }, { priority: 'HIGH', groupId: 'g' })
  await records.stockMovement.create({ productId: id, quantity: 1 })
  const rowsNow = (): Promise<readonly unknown[]> => database.transaction('read', ({ outbox }) => outbox.range({}))
  expect((await rowsNow()).map(isUsualRow)).toEqual([true, true])
  await takeBatch()
  await records.product.update(id, { name: 'Leek' })
  expect((await rowsNow()).map(isUsualRow)).toEqual([true, true, true])
})
