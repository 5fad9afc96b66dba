import { defineSchema } from '@rejoin/core'
import { expect, test } from 'vitest'
import { sampleEntry } from '../testing/sample-entry.ts'
import { stockSchema } from '../testing/test-records.ts'
import { migrateEntry } from './migrate-entry.ts'

const { entities } = stockSchema
const schema = defineSchema({
  version: 3,
  entities,
  migrations: {
    2: (change) => ({ ...change, payload: { ...change.payload, priceCents: Number(change.payload['price']) * 100 } }),
    3: (change) => {
      if (change.payload['price'] === 13) throw new Error('no such price')
      const { price: _old, ...payload } = change.payload
      return { ...change, payload }
    },
  },
})
const entryOfVersion = (schemaVersion: number, price = 2) => sampleEntry(1, { operation: { schemaVersion, payload: { price } } })

test('[OB11] an unsent operation of an older schema goes through every migration', () => {
  expect(migrateEntry(schema, entryOfVersion(1))).toEqual({
    type: 'fits',
    operation: { ...entryOfVersion(1).operation, schemaVersion: 3, payload: { priceCents: 200 } },
  })
})

test('[OB11] what was sent stays as it was', () => {
  const sent = { ...entryOfVersion(1), firstSentAt: 1 }
  expect(migrateEntry(schema, sent)).toEqual({ type: 'fits', operation: sent.operation })
})

test('[OB11] what this version cannot know does not fit, and says why', () => {
  expect(migrateEntry(schema, entryOfVersion(4))).toEqual({ type: 'unfit', why: 'newerSchema' })
  expect(migrateEntry(schema, entryOfVersion(1, 13))).toEqual({ type: 'unfit', why: 'migrationFailed' })
  const unknown = sampleEntry(1, { operation: { entityType: 'constructor', schemaVersion: 3 } })
  expect(migrateEntry(schema, unknown)).toEqual({ type: 'unfit', why: 'unknownEntity' })
})
