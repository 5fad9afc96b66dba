import type { StoreTrouble } from '../store/document-store.ts'
import type { FollowedRead } from './follow-reads.ts'
import type { AttentionRow, ConfirmedRow, MetaRow, OutboxRow, RequestBodyRow, RequestRow } from './record-rows.ts'
import type { IndexKey, RowKey } from './row-key.ts'
import type { WrittenRows } from './written-rows.ts'

/** A stretch of a table, in the order of an index (default: of the primary key), then of the primary key. Ends belong to it unless open. */
export interface RowRange {
  readonly index?: string
  readonly from?: IndexKey
  readonly to?: IndexKey
  readonly isFromOpen?: boolean
  readonly isToOpen?: boolean
  readonly limit?: number
}

/** One table. What it gives is `unknown` until a schema has checked it. Rows are never changed in place, neither by the table nor by its user. */
export interface RecordTable<Row, Key extends RowKey> {
  get(key: Key): Promise<unknown>
  /** In the order of the keys, `undefined` where there is no row. */
  bulkGet(keys: readonly Key[]): Promise<readonly unknown[]>
  put(row: Row): Promise<void>
  bulkPut(rows: readonly Row[]): Promise<void>
  bulkDelete(keys: readonly Key[]): Promise<void>
  clear(): Promise<void>
  range(range: RowRange): Promise<readonly unknown[]>
  /** The primary keys of the rows, in the same order, without reading those. */
  keys(range: RowRange): Promise<readonly Key[]>
  /** How many rows there are, without reading them. */
  count(range: RowRange): Promise<number>
}

export type ConfirmedTable = RecordTable<ConfirmedRow, string>

/** `meta` says which of `confirmedA` and `confirmedB` the app reads; a resync fills the other one, then the two change places. */
export interface RecordTables {
  readonly confirmedA: ConfirmedTable
  readonly confirmedB: ConfirmedTable
  readonly outbox: RecordTable<OutboxRow, number>
  /** The outbox's requests of the app; in a table of their own, so that none is ever taken for an operation. Their ids are of the same count. */
  readonly requests: RecordTable<RequestRow, number>
  readonly requestBodies: RecordTable<RequestBodyRow, string>
  readonly attention: RecordTable<AttentionRow, number>
  readonly meta: RecordTable<MetaRow, string>
}

export type RecordTableName = keyof RecordTables

export type ReadWritten<T> = (takeWritten: () => readonly WrittenRows[]) => Promise<FollowedRead<T, WrittenRows>>

/**
 * The records of one person on this device. Promises reject with a `StoreError`, and nothing of the transaction was kept then, except after
 * `connectionLost`, where nobody knows.
 */
export interface RecordDatabase {
  /**
   * All or nothing. `work` awaits calls of its tables and nothing else; a write resolves when the device has it (strict durability).
   * It may run once more after a lost connection, on what the first run may have committed.
   */
  transaction<T>(mode: 'read' | 'write', work: (tables: RecordTables) => Promise<T>): Promise<T>
  /** Calls after a change of one of these tables, from whatever tab. The returned function stops it. */
  observe(tables: readonly RecordTableName[], listener: () => void): () => void
  /**
   * Reads at once, and again after every change of what was read. What fails is told (the first of several failures in a row) and tried again
   * after a while and after a change. The returned function stops it.
   */
  live<T>(read: (tables: RecordTables) => Promise<T>, listener: (result: T) => void, onError?: (error: Error) => void): () => void
  /**
   * As `live`, for who keeps what it read: `takeWritten` gives what was written since it was last called. Called after the first look of a
   * reading transaction, it names everything that this tab wrote and that the transaction sees.
   */
  follow<T>(read: ReadWritten<T>, listener: (result: T) => void, onError?: (error: Error) => void): () => void
  /** Tells of trouble as it happens. The returned function stops it. */
  onTrouble(listener: (trouble: StoreTrouble) => void): () => void
  /** Finishes what was called before; later calls reject with `closed`. */
  close(): Promise<void>
}
