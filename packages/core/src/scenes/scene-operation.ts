import { z } from 'zod'
import { idSchema, operationIdSchema } from '../sync/operation.ts'
import { sceneElementChangesSchema, sceneElementIdSchema, sceneElementSchema } from './scene-element.ts'
import { sceneLimits } from './scene-limits.ts'

const common = {
  operationId: operationIdSchema,
  /** Who made it: a device, or a tab of one. Two operations of one client never conflict for having the same time. */
  clientId: idSchema,
  /** By the client's clock, ms since the epoch. */
  timestamp: z.int().min(0).max(sceneLimits.timeMax),
}

/** `updatedAt` of the element as it was when the change was made; then only another one is a conflict, whatever the clocks say. */
const baseUpdatedAt = z.number().optional()

const coordinate = z.number().min(-sceneLimits.coordinateMax).max(sceneLimits.coordinateMax)

export const addElementSchema = z.strictObject({ type: z.literal('AddElement'), ...common, element: sceneElementSchema })

export const updateElementSchema = z.strictObject({
  type: z.literal('UpdateElement'),
  ...common,
  id: sceneElementIdSchema,
  changes: sceneElementChangesSchema,
  baseUpdatedAt,
})

export const removeElementSchema = z.strictObject({
  type: z.literal('RemoveElement'),
  ...common,
  id: sceneElementIdSchema,
  baseUpdatedAt,
})

/** Something that a person did without changing the scene (looked, pointed, chose): logged and counted, never applied. */
export const interactionSchema = z.strictObject({
  type: z.literal('Interaction'),
  ...common,
  /** The element it was about, if any. It need not exist. */
  id: sceneElementIdSchema.optional(),
  kind: z.string().min(1).max(sceneLimits.kindCharactersMax),
  /** Where, in scene units. */
  at: z.strictObject({ x: coordinate, y: coordinate }),
})

/** One intended change of a scene. */
export const sceneOperationSchema = z.discriminatedUnion('type', [
  addElementSchema,
  updateElementSchema,
  removeElementSchema,
  interactionSchema,
])

export type AddElement = z.infer<typeof addElementSchema>
export type UpdateElement = z.infer<typeof updateElementSchema>
export type RemoveElement = z.infer<typeof removeElementSchema>
export type Interaction = z.infer<typeof interactionSchema>
export type SceneOperation = z.infer<typeof sceneOperationSchema>
/** The operations that change an element, and so can meet a conflict. */
export type ElementOperation = AddElement | UpdateElement | RemoveElement

/** Id of the element that the operation changes. */
export function elementIdOf(operation: ElementOperation): string {
  return operation.type === 'AddElement' ? operation.element.id : operation.id
}
