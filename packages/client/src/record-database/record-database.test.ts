import { createManualTime } from '@rejoin/core/testing'
import { Dexie } from 'dexie'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { describe, test } from 'vitest'
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
