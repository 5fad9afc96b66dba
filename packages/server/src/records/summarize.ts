import { resultCodeTable, type OperationResult, type SyncSummary } from '@rejoin/core'
import { isoTime } from './iso-time.ts'
import type { JudgedOperation } from './judged-operation.ts'
import type { PreparedOperation } from './prepare-operation.ts'

export interface SummaryFacts {
  readonly durationMs: number
  /** ms since the epoch. */
  readonly now: number
}

/**
 * What became of a request. Every operation counts once as synced (taken, now or before), as an unresolved conflict, or as failed;
 * `conflictCount` counts the conflicts that a policy settled, too.
 */
export function summarize(
  operations: readonly PreparedOperation[],
  judged: readonly JudgedOperation[],
  { durationMs, now }: SummaryFacts,
): SyncSummary {
  const conflicts = judged.flatMap(({ result }, index) => conflictOf(result, operations[index]) ?? [])
  const failedOperations = judged.flatMap(({ result, isTaken }) =>
    isTaken || result.status === 'conflict' ? [] : [failureOf(result)],
  )
  const syncedCount = judged.filter(({ isTaken }) => isTaken).length
  return {
    success: syncedCount === judged.length,
    syncedCount,
    conflictCount: conflicts.length,
    failedCount: failedOperations.length,
    conflicts,
    failedOperations,
    durationMs: Math.max(0, durationMs),
    timestamp: isoTime(now),
  }
}

function conflictOf(
  { operationId, status, reason, lostFields, seq }: OperationResult,
  prepared: PreparedOperation | undefined,
): SyncSummary['conflicts'][number] | undefined {
  if ((status !== 'conflict' && status !== 'conflictResolved') || reason === undefined || prepared?.read === undefined)
    return undefined
  const { entityType, recordId } = prepared.read.operation
  const isResolved = status === 'conflictResolved'
  const lostNothing = lostFields === undefined || lostFields.length === 0
  const taken = lostNothing ? 'local' : 'merged'
  return {
    operationId,
    entityType,
    recordId,
    reason,
    resolved: isResolved,
    decision: isResolved && seq !== undefined ? taken : 'remote',
  }
}

function failureOf({ operationId, code, first }: OperationResult): SyncSummary['failedOperations'][number] {
  const error = code ?? first?.code ?? 'INTERNAL'
  return { operation: operationId, error, retryable: resultCodeTable[error].isRetryable }
}
