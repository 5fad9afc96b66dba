import type { JsonObject, Priority } from '@rejoin/core'
import { toIsoTime } from '../record-database/iso-time.ts'
import { recordKeyOf } from '../record-database/record-key.ts'
import { coalesce } from './coalesce.ts'
import { entriesToLift, lanesOf } from './lanes.ts'
import type { LocalTransaction, OutboxContext } from './local-transaction.ts'
import type { OperationEntry, QueuedOperation } from './outbox-entry.ts'
import { levelOf, scoreOf } from './priority.ts'

/** A change to be queued: what is not yet known of it is given by the device inside the transaction. */
export interface NewChange {
  readonly operationId: string
  readonly entityType: string
  readonly recordId: string
  readonly operationType: 'create' | 'update' | 'delete'
  readonly payload: JsonObject
  readonly baseVersion: number | null
  readonly priority?: Priority | undefined
  readonly groupId?: string | undefined
  readonly retryOf?: string | undefined
  /** A place in the queue that was given before and is free again. */
  readonly entryId?: number | undefined
  /** Device time with the known offset to the server's, ms since the epoch. */
  readonly at: number
}

/**
 * Queues a change, or lets an earlier one of the record take it in. The record and all lanes it may join have to be loaded. Gives the id of
 * the entry that holds it; `undefined` where a create and its delete cancelled each other.
 */
export async function enqueue(local: LocalTransaction, context: OutboxContext, change: NewChange): Promise<number | undefined> {
  const { outbox, device } = local
  const entity = context.schema.entities[change.entityType]
  const draft = draftEntry(local, context, change)
  const earlier = change.entryId === undefined ? outbox.ofRecord(recordKeyOf(change)).at(-1) : undefined
  const joined = earlier === undefined ? ({ type: 'queued' } as const) : coalesce(earlier, draft, entity)
  // What others refer to has to exist on the server, if only as something deleted: then both are sent.
  if (joined.type === 'cancelled' && earlier !== undefined && !(await isReferredTo(local, recordKeyOf(change)))) {
    outbox.remove(earlier.entryId)
    return undefined
  }
  const entry = joined.type === 'merged' ? joined.entry : numbered(draft, device, change.entryId)
  outbox.put(entry)
  for (const lifted of entriesToLift(entry, (lane) => outbox.ofRecord(lane))) outbox.put(lifted)
  return entry.entryId
}

async function isReferredTo({ outbox }: LocalTransaction, recordKey: string): Promise<boolean> {
  const dependents = await outbox.dependentsOf(recordKey)
  return dependents.some(({ operation }) => recordKeyOf(operation) !== recordKey)
}

/** The entry that it would become, without a place or a number of its own. */
export function draftEntry(
  { outbox, device, priorities }: LocalTransaction,
  context: OutboxContext,
  change: NewChange,
): OperationEntry {
  const { schema, clock } = context
  const { operationId, entityType, recordId, operationType, payload, baseVersion, groupId, retryOf } = change
  const entity = schema.entities[entityType]
  const basePriority = change.priority ?? entity?.priority ?? 'NORMAL'
  const score = scoreOf({ entityType, fields: payload, priority: basePriority }, priorities.rules)
  const operation: QueuedOperation = {
    operationId,
    deviceId: device.deviceId,
    deviceSeq: device.lastDeviceSeq + 1,
    entityType,
    operationType,
    recordId,
    payload,
    baseVersion,
    clientUpdatedAt: toIsoTime(change.at),
    schemaVersion: schema.version,
    priority: levelOf(score, priorities.thresholds),
    ...(groupId !== undefined && { groupId }),
    ...(retryOf !== undefined && { retryOf }),
  }
  const hasUnsettledCreate = (key: string): boolean =>
    outbox.ofRecord(key).some((entry) => entry.operation.operationType === 'create')
  return {
    entryId: Number.MAX_SAFE_INTEGER,
    kind: 'operation',
    operation,
    state: 'ready',
    lanes: lanesOf(operation, entity, hasUnsettledCreate),
    basePriority,
    score,
    attempts: 0,
    createdAt: clock.now(),
  }
}

/** Numbers are taken only by what becomes an entry, so that they stay dense. */
function numbered(draft: OperationEntry, device: LocalTransaction['device'], entryId?: number): OperationEntry {
  const deviceSeq = device.nextDeviceSeq()
  return { ...draft, entryId: entryId ?? device.nextEntryId(), operation: { ...draft.operation, deviceSeq } }
}
