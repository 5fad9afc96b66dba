import type { SceneConflictReason } from './scene-conflict.ts'
import type { ElementOperation } from './scene-operation.ts'

/** As much of a stored element as a conflict is told by. Times are ms since the epoch. */
export interface StoredElementTimes {
  /** As the element says; `undefined` where it says none. */
  readonly updatedAt: number | undefined
  /** The client whose operation set `updatedAt`; `undefined` where that was no operation, or is not known. */
  readonly updatedBy: string | undefined
  /** When the server stored it: no later than this. */
  readonly committedAt: number
}

/**
 * The time of a stored element: what its writer said, but never after it was stored. So a device whose clock is ten years ahead locks nobody out.
 */
export function remoteTimeOf({ updatedAt, committedAt }: StoredElementTimes): number {
  return updatedAt === undefined ? committedAt : Math.min(updatedAt, committedAt)
}

/**
 * What an operation meets in the element as it is stored (`undefined`: not there). Who saw the element as it is (`baseUpdatedAt`) meets
 * nothing, and no clock is read; otherwise an earlier time is stale, and an equal one of another client, or another base, concurrent.
 */
export function detectConflict(
  operation: ElementOperation,
  stored: StoredElementTimes | undefined,
): SceneConflictReason | undefined {
  if (operation.type === 'AddElement') return stored === undefined ? undefined : { type: 'ElementAlreadyExists' }
  if (stored === undefined) return { type: 'ElementNotFound' }
  const { baseUpdatedAt, timestamp } = operation
  if (baseUpdatedAt !== undefined && baseUpdatedAt === stored.updatedAt) return undefined
  const remote = remoteTimeOf(stored)
  if (timestamp < remote) return { type: 'StaleTimestamp', local: timestamp, remote }
  const isConcurrent = baseUpdatedAt !== undefined || (timestamp === remote && operation.clientId !== stored.updatedBy)
  return isConcurrent ? { type: 'ConcurrentModification' } : undefined
}
