import {
  sceneLimits,
  sceneOperationSchema,
  type Interaction,
  type RemoveElement,
  type SceneElement,
  type SceneOperation,
  type UpdateElement,
} from '@rejoin/core'
import type { NewElement } from './element-fields.ts'
import { problemsOf, SceneValidationError } from './scene-validation-error.ts'

/** Who changes a scene, when, and under which name: every operation gets it when it is kept. */
type Stamp = 'operationId' | 'clientId' | 'timestamp'

/**
 * One intended change of a scene. `baseUpdatedAt`: `updatedAt` of the element as the person saw it; then only somebody's change since is a conflict,
 * whatever the clocks say.
 */
export type SceneChange =
  | { readonly type: 'AddElement'; readonly element: NewElement<SceneElement> }
  | Readonly<Omit<UpdateElement, Stamp>>
  | Readonly<Omit<RemoveElement, Stamp>>
  /** Something that was done without changing the scene: logged by the server, and applied by nobody. */
  | Readonly<Omit<Interaction, Stamp>>

/** The operation that a change becomes, checked. Throws `SceneValidationError`. */
export function checkChange(change: SceneChange, stamp: Pick<SceneOperation, Stamp>): SceneOperation {
  const { success, data, error } = sceneOperationSchema.safeParse(withStamp(change, stamp))
  if (!success) throw new SceneValidationError(`this ${change.type}`, problemsOf(error))
  if (JSON.stringify(data).length > sceneLimits.operationCharactersMax)
    throw new SceneValidationError(`this ${change.type}`, ['it is too large to be sent'])
  return data
}

/** The same operation by this client, at this time. */
export function restamp(operation: SceneOperation, stamp: Pick<SceneOperation, 'clientId' | 'timestamp'>): SceneOperation {
  return operation.type === 'AddElement'
    ? { ...operation, ...stamp, element: Object.assign({}, operation.element, { updatedAt: stamp.timestamp }) }
    : { ...operation, ...stamp }
}

function withStamp(change: SceneChange, stamp: Pick<SceneOperation, Stamp>): unknown {
  return change.type === 'AddElement'
    ? { ...change, ...stamp, element: { ...change.element, updatedAt: stamp.timestamp } }
    : { ...change, ...stamp }
}
