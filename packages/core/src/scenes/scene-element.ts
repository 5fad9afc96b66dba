import { z } from 'zod'
import { isJsonValue, type JsonValue } from '../records/json-value.ts'
import { sceneLimits } from './scene-limits.ts'

/** Name of the root map of a scene: element id → `Y.Map` of the element's fields. */
export const sceneElementsRoot = 'elements'

const unsafeName = /[\p{Cc}\p{Surrogate}]/u
/** Names of prototypes: as a key they would name no member of an object that is copied carelessly. */
const prototypeNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
const isSafeName = (name: string): boolean => !unsafeName.test(name) && !prototypeNames.has(name)

/** 1 to 64 characters, no control characters, no prototype's name: it becomes a key of the root map. */
export const sceneElementIdSchema = z
  .string()
  .min(1)
  .max(sceneLimits.elementIdCharactersMax)
  .refine(isSafeName, 'an element id has no control characters and names no prototype')

const coordinate = z.number().min(-sceneLimits.coordinateMax).max(sceneLimits.coordinateMax)
const length = z.number().min(0).max(sceneLimits.coordinateMax)
const kind = z.string().min(1).max(sceneLimits.kindCharactersMax)
/** ms since the epoch. */
const sceneTimeSchema = z.number().min(0).max(sceneLimits.timeMax)

/** Fields that every element has. */
const geometry = { kind, x: coordinate, y: coordinate, width: length, height: length }

const jsonValue = z.custom<JsonValue>(
  (value) => isJsonValue(value),
  'a field is JSON, without NaN, prototype keys or deep nesting',
)

/** Further fields pass as they are; so do not more than an element may have, nor names that no map takes. */
function hasFittingFields(fields: object): boolean {
  const names = Object.keys(fields)
  return (
    names.length <= sceneLimits.fieldsMax &&
    names.every((name) => name !== '' && name.length <= sceneLimits.fieldNameCharactersMax && isSafeName(name))
  )
}
const fieldsMessage = `at most ${sceneLimits.fieldsMax} fields, each with a plain name of up to ${sceneLimits.fieldNameCharactersMax} characters`

/** An element of a scene. What an app keeps of it beyond this (colours, points, text) is JSON, and passes unseen. */
export const sceneElementSchema = z
  .object({
    id: sceneElementIdSchema,
    ...geometry,
    /** Time of the last change, ms since the epoch. */
    updatedAt: sceneTimeSchema,
    /** The client whose operation set `updatedAt`; absent where somebody edited the document itself. */
    updatedBy: z.string().optional(),
  })
  .catchall(jsonValue)
  .refine(hasFittingFields, fieldsMessage)

/**
 * Fields to be written; `null` takes one away. The id is no field that changes, and `updatedAt` and `updatedBy` are set by whoever applies the change.
 */
export const sceneElementChangesSchema = z
  .object({
    id: z.never('an element keeps its id').optional(),
    kind: kind.optional(),
    x: coordinate.optional(),
    y: coordinate.optional(),
    width: length.optional(),
    height: length.optional(),
    updatedAt: sceneTimeSchema.optional(),
    updatedBy: z.string().optional(),
  })
  .catchall(jsonValue)
  .refine(hasFittingFields, fieldsMessage)

export type SceneElement = z.infer<typeof sceneElementSchema>
export type SceneElementChanges = z.infer<typeof sceneElementChangesSchema>
