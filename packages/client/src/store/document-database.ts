import { Dexie, type Table } from 'dexie'
import { StoreError } from './store-error.ts'
import type { DirtyRow, DocumentRow, IdentityRow, ImportRow, SetAsideContentRow, SetAsideRow, UpdateRow } from './stored-rows.ts'

/** Raised with every change of the tables. Dexie stores ten times this number, so that 1 is version 10 in the browser's tools. */
export const schemaVersion = 1

/** The browser's own IndexedDB, or another one that is put in its place. */
export interface IndexedDbHost {
  readonly indexedDB?: IDBFactory
  readonly keyRange?: typeof IDBKeyRange
}

/** The tables. What they give is `unknown` until a schema has checked it. */
export interface DocumentDatabase {
  readonly dexie: Dexie
  readonly documents: Table<unknown, string, DocumentRow>
  readonly updates: Table<unknown, readonly [string, number], UpdateRow>
  readonly dirty: Table<unknown, readonly [string, number], DirtyRow>
  readonly setAside: Table<unknown, number, Omit<SetAsideRow, 'id'>>
  readonly setAsideContents: Table<unknown, number, SetAsideContentRow>
  readonly imports: Table<unknown, string, ImportRow>
  readonly identity: Table<unknown, string, IdentityRow>
}

/** One connection that is not open yet. */
export function createDocumentDatabase(databaseName: string, host: IndexedDbHost): DocumentDatabase {
  const dexie = new Dexie(databaseName, {
    autoOpen: false,
    cache: 'disabled',
    // Without `strict` a resolved write may still be only in the operating system's memory, and a power cut takes it.
    chromeTransactionDurability: 'strict',
    ...(host.indexedDB !== undefined && { indexedDB: host.indexedDB }),
    ...(host.keyRange !== undefined && { IDBKeyRange: host.keyRange }),
  })
  dexie.version(schemaVersion).stores({
    documents: 'name, dirtySince',
    updates: '[name+seq]',
    dirty: '[name+seq]',
    setAside: '++id',
    setAsideContents: 'id',
    imports: 'source',
    identity: 'key',
  })
  refuseToReopen(dexie)
  return {
    dexie,
    documents: dexie.table('documents'),
    updates: dexie.table('updates'),
    dirty: dexie.table('dirty'),
    setAside: dexie.table('setAside'),
    setAsideContents: dexie.table('setAsideContents'),
    imports: dexie.table('imports'),
    identity: dexie.table('identity'),
  }
}

/** Dexie opens a lost connection again by itself, and would not notice that the database is another one by now; our own reopening looks. */
function refuseToReopen(dexie: Dexie): void {
  let hasOpened = false
  const isSticky = true
  dexie.on(
    'ready',
    () => {
      if (hasOpened) throw new StoreError('connectionLost', 'the browser cut the connection to the local database')
      hasOpened = true
    },
    isSticky,
  )
}

/** From the first to the last sequence number that a name may have. */
export function seqRange(name: string, fromSeq = 0, toSeq = Infinity): [[string, number], [string, number], boolean, boolean] {
  return [[name, fromSeq], [name, toSeq], true, true]
}
