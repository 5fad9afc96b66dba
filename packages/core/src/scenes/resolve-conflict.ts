import { remoteTimeOf, type StoredElementTimes } from './detect-conflict.ts'
import type { SceneConflict, SceneDecision, SceneStrategy } from './scene-conflict.ts'
import { sceneElementSchema, type SceneElement } from './scene-element.ts'
import type { ElementOperation, UpdateElement } from './scene-operation.ts'

type Decide = (operation: ElementOperation, stored: StoredElementTimes | undefined) => SceneDecision

/** Who wins, by strategy. Pure: the same conflict is always decided the same way. */
export const sceneStrategies: Readonly<Record<SceneStrategy, Decide>> = {
  /**
   * The later time; of equal ones the greater client id, so that it does not matter who arrived first. What was removed stays removed: a
   * change alone brings nothing back.
   */
  lastWriteWins(operation, stored) {
    if (stored === undefined) return 'remote'
    const remote = remoteTimeOf(stored)
    if (operation.timestamp !== remote) return operation.timestamp > remote ? 'local' : 'remote'
    return operation.clientId > (stored.updatedBy ?? '') ? 'local' : 'remote'
  },
  localWins: () => 'local',
  remoteWins: () => 'remote',
}

/**
 * Settles a conflict of an operation with the element as it is stored. An update of something that is not there can only win where it has
 * all that makes an element; otherwise the conflict stays unresolved, and nothing is taken.
 */
export function resolveConflict(
  operation: ElementOperation,
  stored: StoredElementTimes | undefined,
  strategy: SceneStrategy,
): Pick<SceneConflict, 'decision' | 'resolved'> {
  const decision = sceneStrategies[strategy](operation, stored)
  const isImpossible = stored === undefined && operation.type === 'UpdateElement' && elementOfUpdate(operation) === undefined
  return decision === 'local' && isImpossible ? { decision: 'remote', resolved: false } : { decision, resolved: true }
}

/** The element that an update makes by itself; `undefined` where it lacks something. */
export function elementOfUpdate({ id, changes, timestamp }: UpdateElement): SceneElement | undefined {
  const fields = Object.entries(changes).filter(([, value]) => value !== null && value !== undefined)
  return sceneElementSchema.safeParse({ ...Object.fromEntries(fields), id, updatedAt: timestamp }).data
}
