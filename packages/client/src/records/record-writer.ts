import { charactersOf, syncLimits, type JsonObject, type Priority, type RecordRow } from '@rejoin/core'
import { applyPayload } from '../outbox/apply-payload.ts'
import { clockOffsetOf } from '../outbox/clock-sample.ts'
import { enqueue, type NewChange } from '../outbox/enqueue.ts'
import { isGroupTorn } from '../outbox/is-group-torn.ts'
import { isTooLarge } from '../outbox/is-too-large.ts'
import { referencesOf } from '../outbox/lanes.ts'
import { inLocalTransaction, type LocalTransaction, type OutboxContext } from '../outbox/local-transaction.ts'
import { groupOf } from '../outbox/resend-item.ts'
import type { RecordDatabase, RecordTables } from '../record-database/record-database.ts'
import { recordKeyOf } from '../record-database/record-key.ts'
import { uuidV7 } from '../record-database/uuid-v7.ts'
import { foldPending, type RecordView } from './pending-view.ts'
import { RecordValidationError } from './records.ts'
import { WriteBatcher, type WriteOutcome } from './write-batcher.ts'

/** What a person wants done to a record; its fields are valid. */
export interface RecordWrite {
  readonly type: 'create' | 'update' | 'delete' | 'restore'
  readonly entityType: string
  readonly recordId: string
  readonly payload: JsonObject
  /** The id was made just now, so nobody knows it. */
  readonly isNew: boolean
  readonly priority?: Priority | undefined
  readonly groupId?: string | undefined
}

/** What the record is after the write; `undefined`: it is not there (any more). */
export type Written = RecordView | undefined

/** Writes pending changes: entry and view in one strict transaction, many writes of one turn together. */
export class RecordWriter {
  readonly #database: RecordDatabase
  readonly #context: OutboxContext
  readonly #batcher: WriteBatcher<RecordWrite, Written>

  constructor(database: RecordDatabase, context: OutboxContext) {
    this.#database = database
    this.#context = context
    this.#batcher = new WriteBatcher((writes) => this.#writeAll(writes))
  }

  write(write: RecordWrite): Promise<Written> {
    return this.#batcher.add(write)
  }

  settle(): Promise<void> {
    return this.#batcher.settle()
  }

  async #writeAll(writes: readonly RecordWrite[]): Promise<readonly WriteOutcome<Written>[]> {
    const ids = writes.map(() => uuidV7(this.#context.clock.now(), this.#context.random))
    let attempt: Attempt | undefined
    return this.#database.transaction('write', async (tables) => {
      if (attempt !== undefined && (await isCommitted(tables, attempt))) return attempt.outcomes
      return inLocalTransaction(tables, this.#context, async (local) => {
        attempt = await this.#plan(local, writes, ids)
        return attempt.outcomes
      })
    })
  }

  async #plan(local: LocalTransaction, writes: readonly RecordWrite[], ids: readonly string[]): Promise<Attempt> {
    const { schema, clock } = this.#context
    const known = writes.filter(({ isNew }) => !isNew).map(recordKeyOf)
    for (const write of writes) if (write.isNew) local.outbox.assumeNew(recordKeyOf(write))
    const references = writes.flatMap(({ entityType, payload }) => referencesOf(schema.entities[entityType], payload))
    await Promise.all([...new Set(writes.flatMap(({ groupId }) => groupId ?? []))].map((id) => groupOf(local, id)))
    await local.outbox.loadWithLanes([...known, ...references])
    const confirmed = await local.confirmed.bulkGet(known)
    const at = clock.now() + (await clockOffsetOf(local.tables))
    const outcomes: WriteOutcome<Written>[] = []
    let first: Attempt['first']
    for (const [index, write] of writes.entries()) {
      const operationId = ids[index] ?? ''
      const outcome = await this.#one(local, write, { operationId, at, confirmed: confirmed.get(recordKeyOf(write)) })
      outcomes.push('refused' in outcome ? outcome : { done: outcome.view })
      if ('view' in outcome && outcome.entryId !== undefined) first ??= { operationId, entryId: outcome.entryId }
    }
    return { outcomes, first }
  }

  async #one(
    local: LocalTransaction,
    write: RecordWrite,
    { operationId, at, confirmed }: { operationId: string; at: number; confirmed: RecordRow | undefined },
  ): Promise<{ readonly refused: Error } | { readonly view: Written; readonly entryId: number | undefined }> {
    const { schema } = this.#context
    const viewNow = (): Written => foldPending(schema, confirmed, local.outbox.ofRecord(recordKeyOf(write)))
    const before = viewNow()
    const planned = planChange(write, before, confirmed)
    if (planned === undefined) return { view: viewNow(), entryId: undefined }
    if (typeof planned === 'string')
      return { refused: new RecordValidationError(write.entityType, [{ field: 'id', message: planned }]) }
    if (isTooLarge(planned.payload))
      return { refused: new RecordValidationError(write.entityType, [{ field: 'payload', message: 'is too large to be sent' }]) }
    const { entityType, recordId, priority, groupId } = write
    const after = applyPayload(schema.entities[entityType], before?.fields ?? {}, planned.payload)
    if (isRecordTooLarge(after, before?.fields ?? {}))
      return {
        refused: new RecordValidationError(entityType, [{ field: 'payload', message: 'makes the record too large to be kept' }]),
      }
    const change: NewChange = { ...planned, operationId, entityType, recordId, priority, groupId, at }
    if (isGroupTorn(local, this.#context, change))
      return { refused: new RecordValidationError(entityType, [{ field: 'groupId', message: tornGroupMessage }]) }
    const entryId = await enqueue(local, this.#context, change)
    return { view: viewNow(), entryId }
  }
}

const tornGroupMessage = 'is that of a group which other changes wait for that come before this one; it needs one of its own'

/** As the server judges it: of one that is too large already, only what makes it larger is refused. */
function isRecordTooLarge(after: JsonObject, before: JsonObject): boolean {
  const characters = charactersOf(after)
  return characters > syncLimits.recordCharactersMax && characters > charactersOf(before)
}

interface Attempt {
  readonly outcomes: readonly WriteOutcome<Written>[]
  /** By which a second run knows that the first was committed all the same. */
  readonly first: { readonly operationId: string; readonly entryId: number } | undefined
}

async function isCommitted({ outbox }: RecordTables, { first }: Attempt): Promise<boolean> {
  if (first === undefined) return false
  const stored = await outbox.get(first.entryId)
  return JSON.stringify(stored ?? null).includes(first.operationId)
}

/** The change to queue; `undefined`: it is so already; text: why it cannot be. */
function planChange(
  { type, payload }: RecordWrite,
  view: Written,
  confirmed: RecordRow | undefined,
): Pick<NewChange, 'operationType' | 'payload' | 'baseVersion'> | string | undefined {
  const baseVersion = confirmed?.version ?? null
  if (view === undefined) return type === 'create' ? { operationType: 'create', payload, baseVersion } : planUnknown(type)
  switch (type) {
    case 'create':
      return view.isDeleted ? 'belongs to a deleted record; restore that one' : 'is taken'
    case 'update':
      if (view.isDeleted) return 'belongs to a deleted record'
      return Object.keys(payload).length === 0 ? undefined : { operationType: 'update', payload, baseVersion }
    case 'delete':
      return view.isDeleted ? undefined : { operationType: 'delete', payload: {}, baseVersion }
    case 'restore':
      return view.isDeleted ? { operationType: 'create', payload: view.fields, baseVersion } : undefined
  }
}

/** What is not there is deleted already; nothing else can be done to it. */
function planUnknown(type: RecordWrite['type']): string | undefined {
  return type === 'delete' ? undefined : 'is not known'
}
