import { resultCodeTable, type ResultCode, type SceneSyncResult } from '@rejoin/core'
import type { ElementOutcome } from './scene-applier.ts'

/** What became of an operation, whether now or before. */
export type OperationOutcome = ElementOutcome | { readonly type: 'failed'; readonly code: ResultCode; readonly message: string }

export interface JudgedOperation {
  readonly operationId: string
  readonly outcome: OperationOutcome
  /** It had its verdict before this batch, or before this place in it. */
  readonly isRepeat: boolean
}

/** What became of a batch: every operation counts once as synced, as decided for the stored element, or as failed. */
export function summarizeBatch(
  judged: readonly JudgedOperation[],
  { durationMs, timestamp }: Pick<SceneSyncResult, 'durationMs' | 'timestamp'>,
): SceneSyncResult {
  const conflicts: SceneSyncResult['conflicts'] = []
  const failedOperations: SceneSyncResult['failedOperations'] = []
  let syncedCount = 0
  for (const { operationId: operation, outcome } of judged) {
    switch (outcome.type) {
      case 'applied':
        syncedCount++
        break
      case 'conflict': {
        const { reason, resolved, decision } = outcome
        conflicts.push({ operation, reason, resolved, decision })
        if (decision === 'local') syncedCount++
        break
      }
      case 'failed': {
        const { code: error, message } = outcome
        failedOperations.push({ operation, error, message, retryable: resultCodeTable[error].isRetryable })
      }
    }
  }
  return {
    success: failedOperations.length === 0 && conflicts.every(({ resolved }) => resolved),
    syncedCount,
    conflictCount: conflicts.length,
    failedCount: failedOperations.length,
    conflicts,
    failedOperations,
    durationMs: Math.max(0, durationMs),
    timestamp,
    retryAttempts: 0,
  }
}
