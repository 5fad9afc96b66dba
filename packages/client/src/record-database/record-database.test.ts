import { createManualTime } from '@rejoin/core/testing'
import { Dexie } from 'dexie'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { describe, expect, test } from 'vitest'
import { runRecordDatabaseContract, type RecordPlace } from '../testing/record-database-cases.ts'
import { createIndexedDbRecordDatabase } from './indexed-db-record-database.ts'
import { createMemoryRecordDatabase, RecordDisk } from './memory-record-database.ts'

function memoryPlace(): RecordPlace {
  const disk = new RecordDisk()
  return { open: async () => createMemoryRecordDatabase({ disk }) }
}

// Dexie watches nothing where it finds no IndexedDB of the host's own.
Dexie.dependencies.indexedDB = new IDBFactory()

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
