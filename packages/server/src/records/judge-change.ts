import {
  charactersOf,
  isClockAdjusted,
  type CheckedChange,
  type Decision,
  type Entity,
  type PolicyOperation,
  type PolicyRecord,
  type ResultCode,
  syncLimits,
} from '@rejoin/core'
import { keyOf, rejectedOperation, type JudgedOperation } from './judged-operation.ts'
import type { Overlay } from './overlay.ts'
import type { PreparedOperation, ReadOperation, Refusal } from './prepare-operation.ts'
import type { RecordRights } from './record-rights.ts'
import type { StoredRecord } from './record-store.ts'

/** What a request is judged by. */
export interface JudgementScene {
  readonly overlay: Overlay
  readonly rights: RecordRights
  /** Server time, ms since the epoch. */
  readonly now: number
}

export interface EntityChange {
  readonly read: ReadOperation
  readonly entity: Entity
  readonly change: CheckedChange
}

/** What would become of a change: the verdict, and the record's next version if there is one. Nothing is written. */
export interface ChangeOutcome {
  readonly judged: JudgedOperation
  readonly record: StoredRecord | undefined
}

/** Judges by rights and policy. Throws what the schema's own rules throw. */
export function judgeChange(
  prepared: PreparedOperation,
  { read, entity, change }: EntityChange,
  scene: JudgementScene,
): ChangeOutcome {
  const { overlay, rights, now } = scene
  const current = overlay.get(read.operation)
  if (current !== undefined && !rights.canChange(entity, current)) return refused(prepared, forbidden)
  const operation = policyOperationOf(read, change)
  const decision = entity.policy.decide(current, operation, { now })
  if (decision.type === 'conflict' || decision.type === 'rejected')
    return { judged: notTaken(prepared, decision), record: undefined }
  const record = decision.record && storedRecordOf(decision.record, { current, read, seq: overlay.seq, now })
  const refusal = record && refusalOf(record, { entity, current, rights })
  if (refusal !== undefined) return refused(prepared, refusal)
  const isAdjusted = record !== undefined && operation.operationType !== 'delete' && isClockAdjusted(operation, { now })
  return {
    judged: {
      result: {
        operationId: prepared.operationId,
        ...takenFacts(decision),
        ...(record && { seq: record.seq }),
        version: record?.version ?? current?.version,
        ...(isAdjusted && { clockAdjusted: true }),
      },
      key: keyOf(prepared),
      isTaken: true,
    },
    record,
  }
}

const forbidden: Refusal = { code: 'FORBIDDEN', message: 'the record may not be changed' }
const tooLarge: Refusal = { code: 'TOO_LARGE', message: `a record has at most ${syncLimits.recordCharactersMax} characters` }

function refused(prepared: PreparedOperation, refusal: Refusal): ChangeOutcome {
  return { judged: rejectedOperation(prepared, refusal), record: undefined }
}

interface Becoming {
  readonly entity: Entity
  readonly current: StoredRecord | undefined
  readonly rights: RecordRights
}

/** Why the record may not become this. Of one that is too large already, only what makes it larger is refused. */
function refusalOf(record: StoredRecord, { entity, current, rights }: Becoming): Refusal | undefined {
  if (!rights.canWrite(entity, record)) return forbidden
  if (current === undefined) return undefined
  const characters = charactersOf(record.fields)
  return characters > syncLimits.recordCharactersMax && characters > charactersOf(current.fields) ? tooLarge : undefined
}

function policyOperationOf({ operation, clientTime }: ReadOperation, { payload, removedFields }: CheckedChange): PolicyOperation {
  const { operationId, operationType, baseVersion } = operation
  return { operationId, operationType, payload, removedFields, baseVersion, clientUpdatedAt: clientTime }
}

interface RecordFacts {
  readonly current: StoredRecord | undefined
  readonly read: ReadOperation
  readonly seq: number
  readonly now: number
}

function storedRecordOf(record: PolicyRecord, { current, read, seq, now }: RecordFacts): StoredRecord {
  const { version, fields, isDeleted, stamps } = record
  return {
    entityType: read.operation.entityType,
    recordId: read.operation.recordId,
    version,
    fields,
    isDeleted,
    stamps,
    seq,
    clientCreatedAt: current?.clientCreatedAt ?? read.clientTime,
    clientUpdatedAt: read.clientTime,
    serverCreatedAt: current?.serverCreatedAt ?? now,
    serverUpdatedAt: now,
  }
}

type Taken = Extract<Decision, { type: 'applied' | 'merged' | 'conflictResolved' }>

function takenFacts(decision: Taken): Pick<JudgedOperation['result'], 'status' | 'code' | 'message' | 'reason' | 'lostFields'> {
  if (decision.type !== 'conflictResolved') return { status: decision.type }
  const { reason, lostFields } = decision
  const message = lostFields.length === 0 ? 'it won over a concurrent change' : 'a concurrent change won'
  return { status: 'conflictResolved', code: 'CONFLICT_RESOLVED', message, reason, lostFields: [...lostFields] }
}

const messageByCode: Readonly<Partial<Record<ResultCode, string>>> = {
  NOT_FOUND: 'there is no such record',
  ALREADY_EXISTS: 'there is such a record already',
  CONFLICT: 'the record was changed meanwhile; its state on the server was kept',
  DELETED: 'the record was deleted meanwhile',
  IMMUTABLE: 'records of this kind never change',
}

function notTaken(prepared: PreparedOperation, decision: Extract<Decision, { type: 'conflict' | 'rejected' }>): JudgedOperation {
  const { type, code, reason } = decision
  const message = messageByCode[code] ?? code
  const rejected = rejectedOperation(prepared, { code, message }, reason === undefined ? {} : { reason })
  return { ...rejected, result: { ...rejected.result, status: type } }
}
