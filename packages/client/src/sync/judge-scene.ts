import type { ResultCode, SceneSyncFailure, SceneSyncResult } from '@rejoin/core'

/** An operation on a scene that had its verdict, of which a person should know. */
export interface ToldOperation {
  readonly operationId: string
  readonly kind: 'conflict' | 'rejected'
  readonly code: ResultCode
  /** `undefined`: the server said no more than the code. */
  readonly message: string | undefined
}

/** What became of a batch of operations on a scene. What is in neither list is done. */
export interface SceneVerdict {
  readonly type: 'scene'
  /** How many operations it speaks of: fewer than were sent say nothing of the others. */
  readonly judgedCount: number
  readonly told: readonly ToldOperation[]
  /** Ids of those that failed for now, and what stood in their way. */
  readonly again: { readonly operationIds: readonly string[]; readonly message: string } | undefined
}

/** A conflict that was decided for the operation is as good as none; one that was decided for the scene is told. */
export function judgeScene({ syncedCount, conflicts, failedOperations }: SceneSyncResult): SceneVerdict {
  const lost = conflicts.filter(({ decision, resolved }) => decision === 'remote' || !resolved)
  const rejected = failedOperations.filter(({ retryable }) => !retryable)
  const later = failedOperations.filter(({ retryable }) => retryable)
  const [first] = later
  return {
    type: 'scene',
    judgedCount: syncedCount + failedOperations.length + conflicts.filter(({ decision }) => decision === 'remote').length,
    told: [
      ...lost.map(({ operation, reason }) => toldOf(operation, 'conflict', 'CONFLICT', sentences[reason.type])),
      ...rejected.map(({ operation, error, message }) => toldOf(operation, 'rejected', error, message)),
    ],
    again: first && { operationIds: later.map(({ operation }) => operation), message: sentenceOf(first) },
  }
}

function toldOf(operationId: string, kind: ToldOperation['kind'], code: ResultCode, message: string | undefined): ToldOperation {
  return { operationId, kind, code, message }
}

const sentences = {
  ElementNotFound: 'It is not in the scene any more.',
  ElementAlreadyExists: 'The scene has something else under its name already.',
  StaleTimestamp: 'Somebody else changed it later than you did.',
  ConcurrentModification: 'Somebody else changed it before yours arrived.',
} as const

function sentenceOf({ message, error }: SceneSyncFailure): string {
  return message ?? `The server could not take it for now (${error}).`
}
