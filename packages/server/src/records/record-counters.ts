import type { OperationResult, ResultStatus } from '@rejoin/core'

/** Plain numbers that the work with records leaves behind, read when somebody asks for metrics. */
export interface RecordCounters {
  /** Operations answered, by status. */
  readonly operationsByStatus: Map<ResultStatus, number>
  /** Requests that brought operations. */
  batches: number
  /** Open `WS /changes` connections. */
  feeds: number
  /** Hints sent over them. */
  hintsOut: number
  /** From handing a commit to the store until it was durable. */
  observeCommitMs: (durationMs: number) => void
}

export function createRecordCounters(): RecordCounters {
  return { operationsByStatus: new Map(), batches: 0, feeds: 0, hintsOut: 0, observeCommitMs: () => undefined }
}

export function countResults(counters: RecordCounters, results: readonly OperationResult[]): void {
  if (results.length > 0) counters.batches++
  for (const { status } of results) counters.operationsByStatus.set(status, (counters.operationsByStatus.get(status) ?? 0) + 1)
}
