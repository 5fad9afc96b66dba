import type { CreateInput, Entity, FieldsOf, Priority, Schema, UpdateInput } from '@rejoin/core'

/** What is known of a record beside its fields. Times are ms since the epoch. */
export interface RecordMeta {
  /** The server's version; `undefined` before the server has it. */
  readonly version: number | undefined
  /** Some of what is shown has not been settled by the server. */
  readonly isPending: boolean
  readonly isDeleted: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

/** A record as the app sees it: what is pending, folded over what the server confirmed. */
export type RecordOf<Own extends Entity> = FieldsOf<Own> & { readonly id: string; readonly meta: RecordMeta }

export interface WriteOptions {
  readonly priority?: Priority | undefined
  /** Writes of one group take effect all or none. */
  readonly groupId?: string | undefined
}

export interface RecordQuery<Own extends Entity> {
  /** Equal to all of these; indexed fields are looked up. */
  readonly where?: Partial<FieldsOf<Own>> | undefined
  readonly filter?: ((record: RecordOf<Own>) => boolean) | undefined
  /** Default: by creation. */
  readonly orderBy?: (keyof FieldsOf<Own> & string) | undefined
  readonly direction?: 'ascending' | 'descending' | undefined
  readonly limit?: number | undefined
  /** Default `false`: deleted records are hidden. */
  readonly includeDeleted?: boolean | undefined
}

/** A query that is answered again after every change, from whatever tab. */
export interface LiveQuery<Result> {
  /** The latest answer; `undefined` before the first. */
  readonly current: Result | undefined
  /**
   * Calls at once where there is an answer, and after every change of it. What fails is told, and read again after a while and after a change.
   * The returned function stops it.
   */
  subscribe(listener: (result: Result) => void, onError?: (error: Error) => void): () => void
}

/** The fields do not fit the schema: nothing was written. */
export class RecordValidationError extends Error {
  override readonly name = 'RecordValidationError'
  readonly problems: readonly { readonly field: string; readonly message: string }[]

  constructor(entityType: string, problems: RecordValidationError['problems']) {
    super(`this ${entityType} is not valid: ${problems.map(({ field, message }) => `${field} ${message}`).join('; ')}`)
    this.problems = problems
  }
}

/**
 * Records of one entity. Writes are checked against the schema at the call, show at once, and resolve when the device has them
 * (IndexedDB, strict durability); they reject with `RecordValidationError` or a `StoreError` and have written nothing then.
 */
export interface RecordCollection<Own extends Entity> {
  create(fields: CreateInput<Own>, options?: WriteOptions & { readonly id?: string | undefined }): Promise<RecordOf<Own>>
  update(id: string, changes: UpdateInput<Own>, options?: WriteOptions): Promise<RecordOf<Own>>
  delete(id: string, options?: WriteOptions): Promise<void>
  /** Brings a deleted record back with its last fields. */
  restore(id: string, options?: WriteOptions): Promise<RecordOf<Own>>
  get(id: string): Promise<RecordOf<Own> | undefined>
  query(query?: RecordQuery<Own>): Promise<readonly RecordOf<Own>[]>
  liveQuery(query?: RecordQuery<Own>): LiveQuery<readonly RecordOf<Own>[]>
  /** As `get`; `null` where there is none, or it is deleted. */
  liveRecord(id: string): LiveQuery<RecordOf<Own> | null>
}

/** Of an append-only entity records are made and read. */
type CollectionOf<Own extends Entity> = Own['policy']['name'] extends 'appendOnly'
  ? Omit<RecordCollection<Own>, 'update' | 'delete' | 'restore'>
  : RecordCollection<Own>

export type Records<Own extends Schema> = {
  readonly [Name in keyof Own['entities'] & string]: CollectionOf<Own['entities'][Name]>
}
