import { createManualTime } from '@rejoin/core/testing'
import { Dexie } from 'dexie'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { describe, expect, test } from 'vitest'
import type { RecordPlace } from '../testing/record-database-case.ts'
import { runRecordDatabaseContract } from '../testing/record-database-cases.ts'
import { rowOf } from '../outbox/outbox-row.ts'
import { sampleEntry } from '../testing/sample-entry.ts'
import { createIndexedDbRecordDatabase } from './indexed-db-record-database.ts'
import { createMemoryRecordDatabase, RecordDisk } from './memory-record-database.ts'
import type { OutboxRow } from './record-rows.ts'

function memoryPlace(): RecordPlace {
  const disk = new RecordDisk()
  return { open: async () => createMemoryRecordDatabase({ disk }) }
}

// Dexie watches nothing where it finds no IndexedDB of the host's own.
Dexie.dependencies.indexedDB = new IDBFactory()

const sampleRow = rowOf(sampleEntry(1), { waitsOn: [], isHeld: false, entity: undefined })

let places = 0

function indexedDbPlace(): RecordPlace {
  const indexedDB = new IDBFactory()
  const databaseName = `contract ${places++}`
  const clock = createManualTime()
  return { open: async () => createIndexedDbRecordDatabase({ databaseName, indexedDB, keyRange: IDBKeyRange, clock }) }
}

describe('the memory database keeps the contract', () => {
  runRecordDatabaseContract(test, memoryPlace)
})

describe('the IndexedDB database keeps the contract', () => {
  runRecordDatabaseContract(test, indexedDbPlace)
})

describe('a memory database can be killed', () => {
  const fates = [
    ['vanish', undefined],
    ['commitUnheard', { key: 'a', value: 1 }],
  ] as const
  for (const [fate, kept] of fates) {
    test(`[RD1] ${fate}: nobody is told, and the next tab goes on`, async () => {
      const disk = new RecordDisk()
      const killed = createMemoryRecordDatabase({ disk, fateOf: async () => fate })
      let isTold = false
      void killed.transaction('write', ({ meta }) => meta.put({ key: 'a', value: 1 })).then(() => (isTold = true))
      const next = createMemoryRecordDatabase({ disk })
      expect(await next.transaction('read', ({ meta }) => meta.get('a'))).toEqual(kept)
      await next.close()
      expect(isTold).toBe(false)
    })
  }
})

for (const [name, createPlace] of [
  ['memory', memoryPlace],
  ['IndexedDB', indexedDbPlace],
] as const) {
  test(`[RD8] ${name}: a free row that is sent now is told to who observes the outbox or reads it live, in another tab as well`, async () => {
    const place = createPlace()
    const [database, other] = [await place.open(), await place.open()]
    const { recordKey, lot: _lot, order: _order, ...entry } = sampleRow
    await other.transaction('write', ({ outbox }) => outbox.put(sampleRow))
    const counts: number[] = []
    let heardCount = 0
    const sent = { index: '[lot+order]', from: ['sent', 0], to: ['sent', Infinity] }
    database.live(
      ({ outbox }) => outbox.count(sent),
      (count) => counts.push(count),
    )
    await expect.poll(() => counts).toEqual([0])
    database.observe(['outbox'], () => heardCount++)
    const operation = { ...sampleRow.operation, tenantId: 'tenant' }
    const asSent: OutboxRow = { ...entry, operation, state: 'sent', firstSentAt: 7, recordKey, lot: 'sent', order: 0 }
    await other.transaction('write', async ({ outbox }) => {
      await outbox.get(1)
      await outbox.put(asSent)
    })
    await expect.poll(() => [counts, heardCount]).toEqual([[0, 1], 1])
    const found = await database.transaction('read', ({ outbox }) => outbox.range(sent))
    expect(found).toEqual([asSent])
    await Promise.all([database.close(), other.close()])
  })
}
