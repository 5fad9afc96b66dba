import { resultCodeTable, type OperationResult, type ResultCode } from '@rejoin/core'
import type { PreparedOperation, Refusal } from './prepare-operation.ts'
import type { RecordKey, StoredVerdict } from './record-store.ts'

/** The verdict on one operation, before the record's state is added to it. */
export interface JudgedOperation {
  readonly result: OperationResult
  /** The record that it is about; `undefined` where nothing may be said of one. */
  readonly key: RecordKey | undefined
  /** Whether it was taken, now or before, even if the policy took only a part of it. */
  readonly isTaken: boolean
}

/** Of these nothing is shown but the code: the record, if there is one, is none of the asker's concern. */
const silentCodes: ReadonlySet<ResultCode> = new Set(['TENANT_MISMATCH', 'ID_REUSED', 'DEVICE_FORKED', 'UPGRADE_REQUIRED'])

export function rejectedOperation(
  prepared: PreparedOperation,
  { code, message }: Refusal,
  more: Pick<OperationResult, 'reason'> = {},
): JudgedOperation {
  return {
    result: { operationId: prepared.operationId, status: 'rejected', code, message, ...more },
    key: silentCodes.has(code) ? undefined : keyOf(prepared),
    isTaken: false,
  }
}

/** A repeat: what was said the first time, unless that was forgotten. */
export function repeatedOperation(prepared: PreparedOperation, first: StoredVerdict | undefined): JudgedOperation {
  const { operationId } = prepared
  const key = first?.code !== undefined && silentCodes.has(first.code) ? undefined : keyOf(prepared)
  if (first === undefined) return { result: { operationId, status: 'duplicate' }, key, isTaken: true }
  return {
    result: {
      operationId,
      status: 'duplicate',
      first: {
        status: first.status,
        ...(first.code !== undefined && { code: first.code }),
        ...(first.seq !== undefined && { seq: first.seq }),
        ...(first.version !== undefined && { version: first.version }),
      },
    },
    key,
    isTaken: first.status !== 'rejected' && first.status !== 'conflict',
  }
}

/** The verdict as it is kept; `undefined` where none is: the operation could not be read, or may succeed later. */
export function verdictOf(
  prepared: PreparedOperation,
  { result }: JudgedOperation,
  user: string | null,
): StoredVerdict | undefined {
  const { read } = prepared
  const { status, code, seq, version } = result
  if (read === undefined || status === 'duplicate' || code === 'ID_REUSED') return undefined
  if (code !== undefined && resultCodeTable[code].isRetryable) return undefined
  const { operation, payloadHash } = read
  const { operationId, deviceId, deviceSeq } = operation
  return { operationId, user, deviceId, deviceSeq, payloadHash, status, code, seq, version }
}

export function keyOf({ read }: PreparedOperation): RecordKey | undefined {
  return read && { entityType: read.operation.entityType, recordId: read.operation.recordId }
}
