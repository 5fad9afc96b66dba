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

test('[RD10] where it cannot be read which rows are shown, none is, and bringing them anew mends it', async () => {
  const database = createMemoryRecordDatabase()
  const work = <T>(run: (confirmed: ConfirmedRecords) => Promise<T>): Promise<T> =>
    database.transaction('write', async (tables) => run(await ConfirmedRecords.open(tables, schema)))
  await work((confirmed) => confirmed.putNewer([row({ version: 1, seq: 1 })]))
  await database.transaction('write', ({ meta }) => meta.put({ key: 'sides', value: 'what' }))
  const read = () => work((confirmed) => confirmed.get('product/p1'))
  await expect(read()).rejects.toMatchObject({ code: 'corrupt' })
  await expect(work(({ current }) => current.range({}))).rejects.toMatchObject({ code: 'corrupt' })
  // What an answer says meanwhile is not lost, whichever side is shown.
  await work((confirmed) => confirmed.putNewer([row({ version: 2, seq: 2 })]))
  await work((confirmed) => confirmed.beginResync())
  await expect(read()).rejects.toMatchObject({ code: 'corrupt' })
  await work((confirmed) => confirmed.putNewer([row({ version: 3, seq: 3 })]))
  await work((confirmed) => confirmed.putResynced([row({ version: 2, seq: 2 })]))
  expect(await work((confirmed) => confirmed.finishResync())).toBe(true)
  expect(await read()).toEqual(row({ version: 3, seq: 3 }))
})
