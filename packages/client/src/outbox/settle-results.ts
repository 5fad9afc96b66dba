import { isSameJson, resultCodeTable, type OperationResult, type ResultCode } from '@rejoin/core'
import { explainCode } from './explain-code.ts'
import type { QueuedOperation } from './outbox-entry.ts'

/** What a person is told of an operation that left the outbox. */
export interface Notice {
  readonly kind: 'rejected' | 'conflict' | 'overruled'
  readonly code: ResultCode | undefined
  readonly message: string
  readonly lostFields: readonly string[]
}

/**
 * What a result means for its entry.
 * - `settled`: it leaves the outbox. `appliedVersion`: the record's version that it made, nobody else's change between; what was queued
 *   after it builds on that. `isCreateLost`: there is no such record on the server, so what needs it cannot go
 * - `attempt`: the entry itself is to blame, as far as can be known
 * - `later`: the server is busy; no attempt of the entry
 * - `forked`: another copy of this device used its number
 * - `upgradeRequired`: the server does not know this version of the schema yet
 */
export type Verdict =
  | {
      readonly type: 'settled'
      readonly appliedVersion: number | undefined
      readonly notice: Notice | undefined
      readonly isCreateLost: boolean
    }
  | { readonly type: 'attempt' | 'upgradeRequired'; readonly message: string; readonly code: ResultCode }
  | { readonly type: 'later' | 'forked' }

export function judgeResult(operation: QueuedOperation, result: OperationResult): Verdict {
  const verdict = result.status === 'duplicate' ? result.first : result
  // Only what this device acknowledged is forgotten, and this it did not: a copy of the device used the number for something else.
  if (verdict === undefined) return { type: 'forked' }
  const { code } = verdict
  switch (verdict.status) {
    case 'applied':
      return settled(verdict.version)
    case 'merged':
    // A duplicate of a duplicate was settled twice before.
    case 'duplicate':
      return settled()
    case 'conflictResolved':
      return settled(undefined, overruledNotice(operation, result, code))
    case 'conflict':
      return { ...settled(undefined, notice('conflict', code, result)), isCreateLost: isLost(operation, code) }
    case 'rejected':
      return judgeRejection(operation, result, code)
  }
}

function judgeRejection(operation: QueuedOperation, result: OperationResult, code: ResultCode | undefined): Verdict {
  if (code !== undefined && resultCodeTable[code].isRetryable) return judgeRetryable(code, result)
  return { ...settled(undefined, notice('rejected', code, result)), isCreateLost: isLost(operation, code) }
}

function judgeRetryable(code: ResultCode, { message = explainCode(code) }: OperationResult): Verdict {
  if (code === 'RATE_LIMITED') return { type: 'later' }
  if (code === 'DEVICE_FORKED') return { type: 'forked' }
  return { type: code === 'UPGRADE_REQUIRED' ? 'upgradeRequired' : 'attempt', message, code }
}

function settled(appliedVersion?: number, told?: Notice): Extract<Verdict, { type: 'settled' }> {
  return { type: 'settled', appliedVersion, notice: told, isCreateLost: false }
}

function notice(kind: Notice['kind'], code: ResultCode | undefined, { message }: OperationResult): Notice {
  return { kind, code, message: message ?? explainCode(code), lostFields: [] }
}

/** The record of a create that met one of the same id is there. */
function isLost({ operationType }: QueuedOperation, code: ResultCode | undefined): boolean {
  return operationType === 'create' && code !== 'ALREADY_EXISTS'
}

function overruledNotice(operation: QueuedOperation, result: OperationResult, code: ResultCode | undefined): Notice | undefined {
  const lostFields = result.lostFields ?? (result.status === 'duplicate' ? overwrittenFields(operation, result) : [])
  if (lostFields.length === 0) return undefined
  return { ...notice('overruled', code ?? 'CONFLICT_RESOLVED', result), lostFields }
}

/**
 * The first answer was lost and a repeat does not say what it took: whatever the record now holds in place of ours. All of it, where there
 * is no such record any more (deleted, and its tombstone purged): better told once too often than never.
 */
function overwrittenFields({ payload }: QueuedOperation, { serverState }: OperationResult): readonly string[] {
  if (serverState === undefined) return Object.keys(payload)
  return Object.entries(payload).flatMap(([field, wanted]) =>
    isSameJson(serverState.fields[field] ?? null, wanted) ? [] : [field],
  )
}
