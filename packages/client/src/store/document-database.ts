import type { Dexie, Table } from 'dexie'
import { createDexie } from './create-dexie.ts'
import type { IndexedDbHost } from './store-connection.ts'
import type { DirtyRow, DocumentRow, IdentityRow, ImportRow, SetAsideContentRow, SetAsideRow, UpdateRow } from './stored-rows.ts'

/** Raised with every change of the tables. Dexie stores ten times this number, so that 1 is version 10 in the browser's tools. */
export const schemaVersion = 1

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
  const dexie = createDexie(databaseName, host)
  dexie.version(schemaVersion).stores({
    documents: 'name, dirtySince',
    updates: '[name+seq]',
    dirty: '[name+seq]',
    setAside: '++id',
    setAsideContents: 'id',
    imports: 'source',
    identity: 'key',
  })
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

/** From the first to the last sequence number that a name may have. */
export function seqRange(name: string, fromSeq = 0, toSeq = Infinity): [[string, number], [string, number], boolean, boolean] {
  return [[name, fromSeq], [name, toSeq], true, true]
}
