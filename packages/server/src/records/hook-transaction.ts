import { checkCreate, checkUpdate, type Schema } from '@rejoin/core'
import { entityOf } from './entity-of.ts'
import type { JudgementScene } from './judge-change.ts'
import { recordRowOf } from './record-row-of.ts'
import type { ReadOperation } from './prepare-operation.ts'
import type { StoredRecord, TenantRecords } from './record-store.ts'
import type { HookTransaction } from './sync-service.ts'

export interface HookTransactionOptions {
  readonly schema: Schema
  readonly records: TenantRecords
  readonly scene: JudgementScene
  readonly read: ReadOperation
  readonly report: (error: unknown) => void
}

/** What a hook sees and writes is the overlay; once closed it refuses, so that a hook that forgot to wait cannot reach into a later operation. */
export function openHookTransaction(options: HookTransactionOptions): HookTransaction & { close(): void } {
  const { schema, records, scene, read } = options
  let isOpen = true
  const assertOpen = (): void => {
    if (!isOpen) throw new Error('the operation of this transaction is over')
  }
  const recordAt = async (entityType: string, recordId: string): Promise<StoredRecord | undefined> => {
    const key = { entityType, recordId }
    // Should another writer come between, the commit is stale and everything is judged again.
    if (!scene.overlay.knows(key)) scene.overlay.note(key, await records.get(key))
    assertOpen()
    return scene.overlay.get(key)
  }
  const write = async (entityType: string, recordId: string, fields: ServerWrite['fields']): Promise<void> => {
    const { operation } = read
    if (entityType === operation.entityType && recordId === operation.recordId)
      throw new Error('the record of the operation itself is amended by what the hook returns')
    const current = await recordAt(entityType, recordId)
    assertOpen()
    scene.overlay.put(writtenByServer(schema, { entityType, recordId, fields, current }, options), operation.operationId)
  }
  // Nobody may be waiting for these, and a rejection that nobody handles would end the process.
  const watched = <Result>(promise: Promise<Result>): Promise<Result> => {
    promise.catch((error: unknown) => {
      if (!isOpen) options.report(error)
    })
    return promise
  }
  return {
    get: (entityType, recordId) => watched(recordAt(entityType, recordId).then((record) => record && recordRowOf(record))),
    write: (entityType, recordId, fields) => watched(write(entityType, recordId, fields)),
    close: () => (isOpen = false),
  }
}

interface ServerWrite {
  readonly entityType: string
  readonly recordId: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly current: StoredRecord | undefined
}

/** The record's next version, as somebody writes it who has seen the latest. */
function writtenByServer(schema: Schema, write: ServerWrite, { scene, read }: HookTransactionOptions): StoredRecord {
  const { entityType, recordId, fields, current } = write
  const entity = entityOf(schema, entityType)
  if (entity === undefined) throw new Error(`there is no entity "${entityType}"`)
  const isCreate = current === undefined || current.isDeleted
  const checked = isCreate ? checkCreate(entity, fields) : checkUpdate(entity, fields)
  if (checked.type === 'invalid')
    throw new Error(`${entityType}: ${checked.problems.map(({ field, message }) => `${field} ${message}`).join('; ')}`)
  const { now, overlay } = scene
  const decision = entity.policy.decide(
    current,
    {
      operationId: read.operation.operationId,
      operationType: isCreate ? 'create' : 'update',
      ...checked.change,
      baseVersion: current?.version ?? null,
      clientUpdatedAt: now,
    },
    { now },
  )
  if (decision.type !== 'applied' || decision.record === undefined)
    throw new Error(`${entityType}: records of this kind never change`)
  return {
    entityType,
    recordId,
    ...decision.record,
    seq: overlay.seq,
    clientCreatedAt: current?.clientCreatedAt ?? now,
    clientUpdatedAt: now,
    serverCreatedAt: current?.serverCreatedAt ?? now,
    serverUpdatedAt: now,
  }
}
