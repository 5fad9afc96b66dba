import {
  detectConflict,
  elementIdOf,
  remoteTimeOf,
  resolveConflict,
  type ElementOperation,
  type StoredElementTimes,
} from '@rejoin/core'
import type { AppliedScene, ElementOutcome, SceneJob } from './scene-applier.ts'
import type { SceneDocument } from './scene-document.ts'

/** Applies the operations in order, each to what the one before left, as one Yjs transaction. The scene is in the state of the job. */
export function applyOperations(scene: SceneDocument, job: SceneJob): AppliedScene {
  const outcomes: ElementOutcome[] = []
  const update = scene.change(() => {
    for (const operation of job.operations) outcomes.push(applyOperation(scene, operation, job))
  })
  return { update, outcomes }
}

function applyOperation(scene: SceneDocument, operation: ElementOperation, { strategy, now }: SceneJob): ElementOutcome {
  const stored = scene.timesOf(elementIdOf(operation))
  const reason = detectConflict(operation, stored)
  const settled = reason && resolveConflict(operation, stored, strategy)
  if (settled?.decision !== 'remote') {
    const isOwn = stored?.updatedBy === operation.clientId
    const isTimed = isOwn || (reason !== undefined && strategy === 'lastWriteWins')
    scene.write(operation, { updatedAt: timeAfter(operation, stored, { now, isTimed }), updatedBy: operation.clientId })
  }
  return reason === undefined || settled === undefined ? { type: 'applied' } : { type: 'conflict', reason, ...settled }
}

/**
 * The time that an element has after an operation: the operation's, but never in the future, and later than what it replaces, so that another
 * writer's base tells them apart. Where time itself decided, of two equal ones both sides keep it; and so does a client that made several at one
 * time, or its third would be earlier than its second.
 */
function timeAfter(
  { timestamp }: ElementOperation,
  stored: StoredElementTimes | undefined,
  { now, isTimed }: { readonly now: number; readonly isTimed: boolean },
): number {
  const local = Math.min(timestamp, now)
  if (stored === undefined) return local
  const remote = remoteTimeOf(stored)
  return local > remote || (local === remote && isTimed) ? local : remote + 1
}
