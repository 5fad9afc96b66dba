import { lastWriteWins, entity, defineSchema, type RecordRow } from '@rejoin/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createMemoryRecordDatabase } from '../record-database/memory-record-database.ts'
import { ConfirmedRecords } from './confirmed-records.ts'

const product = entity({ fields: z.object({ name: z.string() }), policy: lastWriteWins() })
const schema = defineSchema({ version: 1, entities: { product } })
const at = '2026-11-21T12:00:00.000Z'

function row(facts: Pick<RecordRow, 'version' | 'seq'> & Partial<RecordRow>): RecordRow {
  const times = { clientCreatedAt: at, clientUpdatedAt: at, serverCreatedAt: at, serverUpdatedAt: at }
  return { entityType: 'product', recordId: 'p1', fields: { name: `${facts.seq}` }, isDeleted: false, ...times, ...facts }
}

test('[PT2] a late page undoes nothing, and a record that began anew after its tombstone was purged is taken', async () => {
  const database = createMemoryRecordDatabase()
  const keep = (rows: readonly RecordRow[]) =>
    database.transaction('write', async (tables) => {
      const confirmed = await ConfirmedRecords.open(tables, schema)
      await confirmed.putNewer(rows)
      return confirmed.get('product/p1')
    })
  const deleted = row({ version: 3, seq: 7, isDeleted: true })
  expect(await keep([deleted])).toEqual(deleted)
  expect(await keep([row({ version: 2, seq: 5 })])).toEqual(deleted)
  const anew = row({ version: 1, seq: 9 })
  expect(await keep([anew, row({ version: 2, seq: 5 })])).toEqual(anew)
})
