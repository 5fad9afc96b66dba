import type { RecordDatabase } from '../record-database/record-database.ts'
import type { ConfirmedRow } from '../record-database/record-rows.ts'
import { assertEqual } from './contract-checks.ts'
import type { RecordDatabaseCase } from './record-database-case.ts'

function confirmedRow(at: number, version: number): ConfirmedRow {
  const recordId = String(at).padStart(3, '0')
  const time = '2026-11-21T00:00:00.000Z'
  const times = { clientCreatedAt: time, clientUpdatedAt: time, serverCreatedAt: time, serverUpdatedAt: time }
  const row = { entityType: 'product', recordId, version, seq: version, fields: {}, isDeleted: false, ...times }
  return { key: `product/${recordId}`, row, terms: [`product/n/${at % 10}`] }
}

/** What becomes of rows that come together. */
export const packedRowCases: readonly RecordDatabaseCase[] = [
  {
    title: '[RD10] many confirmed rows that come together are seen by every tab as if each had been written, also after a reload',
    run: async ({ open }) => {
      const [database, other] = [await open(), await open()]
      const many = Array.from({ length: 200 }, (_, at) => confirmedRow(at, 1))
      await database.transaction('write', ({ confirmedA }) => confirmedA.bulkPut(many))
      await other.transaction('write', ({ confirmedA }) => confirmedA.bulkPut([confirmedRow(7, 2), confirmedRow(300, 1)]))
      const page = { from: 'product/005', isFromOpen: true, limit: 3 }
      const look = (tab: RecordDatabase): Promise<unknown> =>
        tab.transaction('read', async ({ confirmedA, confirmedB, meta }) => [
          await confirmedA.range(page),
          await confirmedA.get('product/300'),
          await confirmedA.bulkGet(['product/001', 'product/999']),
          (await confirmedA.range({ index: 'terms', from: 'product/n/7', to: 'product/n/7' })).length,
          [await confirmedA.count({}), await confirmedB.count({})],
          await meta.range({}),
        ])
      const expected = [
        [confirmedRow(6, 1), confirmedRow(7, 2), confirmedRow(8, 1)],
        confirmedRow(300, 1),
        [confirmedRow(1, 1), undefined],
        20,
        [201, 0],
        [],
      ]
      assertEqual(await look(database), expected, 'rows where they were written')
      assertEqual(await look(other), expected, 'rows in another tab')
      await Promise.all([database.close(), other.close()])
      const reloaded = await open()
      assertEqual(await look(reloaded), expected, 'rows after a reload')
      await reloaded.transaction('write', ({ confirmedA }) => confirmedA.clear())
      assertEqual(await reloaded.transaction('read', ({ confirmedA }) => confirmedA.count({})), 0, 'rows after clearing')
      await reloaded.close()
    },
  },
]
