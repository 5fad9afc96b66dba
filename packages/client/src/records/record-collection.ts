import { checkCreate, checkUpdate, idSchema, toPayload, type Entity, type JsonObject } from '@rejoin/core'
import { z } from 'zod'
import type { OutboxContext } from '../outbox/local-transaction.ts'
import type { RecordDatabase, RecordTables } from '../record-database/record-database.ts'
import { uuidV7 } from '../record-database/uuid-v7.ts'
import { KeptAnswer } from './kept-answer.ts'
import { foldPending, type RecordView } from './pending-view.ts'
import { selectRecords, toRecord, type AnyQuery, type AnyRecord } from './query-records.ts'
import { readCandidates, readRecord, type RecordParts } from './read-records.ts'
import type { RecordWrite, RecordWriter } from './record-writer.ts'
import { RecordValidationError, type LiveQuery, type RecordCollection, type WriteOptions } from './records.ts'
import { shareLiveQuery } from './share-live-query.ts'

export interface CollectionParts {
  readonly entityType: string
  readonly entity: Entity
  readonly database: RecordDatabase
  readonly writer: RecordWriter
  readonly context: OutboxContext
  /** Lets the page do what waits, between two slices of work. */
  readonly yieldToHost: () => Promise<void>
}

const optionsSchema = z.object({ priority: z.enum(['HIGH', 'NORMAL', 'LOW']).optional(), groupId: idSchema.optional() })

/** The records of one entity. Every entity has the same code; its types are given where the collections are made. */
export class EntityRecords implements RecordCollection<Entity> {
  readonly #parts: CollectionParts

  constructor(parts: CollectionParts) {
    this.#parts = parts
  }

  async create(
    fields: Record<string, unknown>,
    options: WriteOptions & { readonly id?: string | undefined } = {},
  ): Promise<AnyRecord> {
    const { entity, entityType, context } = this.#parts
    refuseNothing(entityType, fields)
    const check = checkCreate(entity, fields)
    if (check.type === 'invalid') throw new RecordValidationError(entityType, check.problems)
    const { id } = options
    const recordId = id ?? uuidV7(context.clock.now(), context.random)
    if (!idSchema.safeParse(recordId).success)
      throw new RecordValidationError(entityType, [
        { field: 'id', message: 'has 1 to 128 characters, none of them control characters' },
      ])
    return this.#written(recordId, { type: 'create', payload: check.change.payload, isNew: id === undefined }, options)
  }

  async update(id: string, changes: Record<string, unknown>, options: WriteOptions = {}): Promise<AnyRecord> {
    const { entity, entityType } = this.#parts
    this.#refuseChangeOfImmutable()
    refuseNothing(entityType, changes)
    const check = checkUpdate(entity, changes)
    if (check.type === 'invalid') throw new RecordValidationError(entityType, check.problems)
    return this.#written(id, { type: 'update', payload: toPayload(check.change), isNew: false }, options)
  }

  async delete(id: string, options: WriteOptions = {}): Promise<void> {
    this.#refuseChangeOfImmutable()
    await this.#write(id, { type: 'delete', payload: {}, isNew: false }, options)
  }

  async restore(id: string, options: WriteOptions = {}): Promise<AnyRecord> {
    return this.#written(id, { type: 'restore', payload: {}, isNew: false }, options)
  }

  async get(id: string): Promise<AnyRecord | undefined> {
    const { database, context, entityType } = this.#parts
    const parts = await database.transaction('read', (tables) => readRecord(tables, context.schema, { entityType, recordId: id }))
    return this.#show(id, parts)
  }

  async query(query: AnyQuery = {}): Promise<readonly AnyRecord[]> {
    const { database, context, entityType, yieldToHost } = this.#parts
    const { schema } = context
    const asked = { entityType, where: asTerms(query.where ?? {}) }
    const { records } = await database.transaction('read', (tables) => readCandidates(tables, schema, asked))
    return selectRecords(records, query, { schema, yieldToHost })
  }

  liveQuery(query: AnyQuery = {}): LiveQuery<readonly AnyRecord[]> {
    const { database, context, entityType, yieldToHost } = this.#parts
    const options = { database, entityType, query, yieldToHost, schema: context.schema, where: asTerms(query.where ?? {}) }
    return shareLiveQuery((listener, onError) => {
      const answer = new KeptAnswer(options)
      return database.follow((takeWritten) => answer.read(takeWritten), listener, onError)
    })
  }

  liveRecord(id: string): LiveQuery<AnyRecord | null> {
    const { database, context, entityType } = this.#parts
    const read = async (tables: RecordTables): Promise<AnyRecord | null> => {
      const parts = await readRecord(tables, context.schema, { entityType, recordId: id })
      return this.#show(id, parts) ?? null
    }
    return shareLiveQuery((listener, onError) => database.live(read, listener, onError))
  }

  #show(id: string, { confirmed, entries }: RecordParts): AnyRecord | undefined {
    const view = foldPending(this.#parts.context.schema, confirmed, entries)
    return view === undefined || view.isDeleted ? undefined : toRecord(id, view)
  }

  async #written(id: string, write: Pick<RecordWrite, 'type' | 'payload' | 'isNew'>, options: WriteOptions): Promise<AnyRecord> {
    const view = await this.#write(id, write, options)
    if (view === undefined) throw new Error(`${this.#parts.entityType} ${id} was written and is not there`)
    return toRecord(id, view)
  }

  async #write(
    recordId: string,
    write: Pick<RecordWrite, 'type' | 'payload' | 'isNew'>,
    { priority, groupId }: WriteOptions,
  ): Promise<RecordView | undefined> {
    this.#refuseOptions({ priority, groupId })
    return this.#parts.writer.write({ ...write, recordId, priority, groupId, entityType: this.#parts.entityType })
  }

  /** What does not fit would be stored and could not be read again. */
  #refuseOptions(options: WriteOptions): void {
    const check = optionsSchema.safeParse(options)
    if (check.success) return
    throw new RecordValidationError(
      this.#parts.entityType,
      check.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })),
    )
  }

  /** The server would refuse it; better now, in front of the person. */
  #refuseChangeOfImmutable(): void {
    const { entity, entityType } = this.#parts
    if (entity.policy.name === 'appendOnly')
      throw new RecordValidationError(entityType, [{ field: 'id', message: 'belongs to a record that never changes' }])
  }
}

/** For apps without types. */
function refuseNothing(entityType: string, fields: unknown): void {
  if (typeof fields !== 'object' || fields === null)
    throw new RecordValidationError(entityType, [{ field: 'fields', message: 'are missing' }])
}

/** Only JSON can be looked up; the rest is compared afterwards. */
function asTerms(where: Readonly<Record<string, unknown>>): JsonObject {
  const terms: Record<string, string | number | boolean | null> = {}
  for (const [field, value] of Object.entries(where)) {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      terms[field] = value
  }
  return terms
}
