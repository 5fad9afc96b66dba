import { z } from 'zod'
import type { Entity } from './entity.ts'
import { isJsonObject, type JsonObject, type JsonValue } from './json-value.ts'

export interface CheckedChange {
  /** Fields with their values, defaults filled in (create only). */
  readonly payload: JsonObject
  /** Optional fields that are taken away (update only). */
  readonly removedFields: readonly string[]
}

/** One sentence for each thing that is wrong, with the field it is about; never a value. */
export interface FieldProblem {
  readonly field: string
  readonly message: string
}

export type FieldsCheck =
  | { readonly type: 'valid'; readonly change: CheckedChange }
  | { readonly type: 'invalid'; readonly problems: readonly FieldProblem[] }

/** Checks all fields of a new record. Unknown fields are refused, never dropped. */
export function checkCreate(entity: Entity, payload: Readonly<Record<string, unknown>>): FieldsCheck {
  const unknown = unknownFields(entity, payload)
  if (unknown.length > 0) return { type: 'invalid', problems: unknown }
  const parsed = z.core.safeParse(entity.fields, payload)
  if (!parsed.success) return { type: 'invalid', problems: problemsOf(parsed.error) }
  return asJson(Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined)), [])
}

/**
 * Checks the changed fields of an update, each by its own schema. An optional field is taken away by `undefined`, or by `null` where it is
 * not nullable: JSON cannot carry `undefined`.
 */
export function checkUpdate(entity: Entity, payload: Readonly<Record<string, unknown>>): FieldsCheck {
  const problems: FieldProblem[] = [...unknownFields(entity, payload)]
  const checked: Record<string, unknown> = {}
  const removedFields: string[] = []
  for (const [field, value] of Object.entries(payload)) {
    const schema = fieldSchema(entity, field)
    if (schema === undefined) continue
    const parsed = z.core.safeParse(schema, value)
    const isRemoval = value === undefined || (value === null && !parsed.success)
    if (isRemoval && isOptional(schema)) removedFields.push(field)
    else if (!parsed.success) problems.push(...problemsOf(parsed.error, field))
    else checked[field] = parsed.data
  }
  return problems.length > 0 ? { type: 'invalid', problems } : asJson(checked, removedFields)
}

/** The wire's form of an update: `null` stands for a field that is taken away. */
export function toPayload({ payload, removedFields }: CheckedChange): JsonObject {
  return { ...payload, ...Object.fromEntries(removedFields.map((field): [string, JsonValue] => [field, null])) }
}

function asJson(values: Record<string, unknown>, removedFields: readonly string[]): FieldsCheck {
  if (isJsonObject(values)) return { type: 'valid', change: { payload: values, removedFields } }
  const isNoJson = ([, value]: [string, unknown]): boolean => !isJsonObject({ value })
  const problems = Object.entries(values)
    .filter(isNoJson)
    .map(([field]) => ({ field, message: 'is no JSON value (a date or a number that is not finite, say)' }))
  return { type: 'invalid', problems }
}

function isOptional(schema: z.core.$ZodType): boolean {
  const parsed = z.core.safeParse(schema, undefined)
  return parsed.success && parsed.data === undefined
}

function unknownFields(entity: Entity, payload: Readonly<Record<string, unknown>>): FieldProblem[] {
  return Object.keys(payload)
    .filter((field) => fieldSchema(entity, field) === undefined)
    .map((field) => ({ field: field.slice(0, 64), message: 'is not a field of this entity' }))
}

/** Own fields only: a payload may be named after a member of every object. */
function fieldSchema({ fields }: Entity, field: string): z.core.$ZodType | undefined {
  const { shape } = fields._zod.def
  return Object.hasOwn(shape, field) ? shape[field] : undefined
}

function problemsOf(error: z.core.$ZodError, field?: string): FieldProblem[] {
  return error.issues.map(({ path, message }) => ({
    field: field ?? String(path[0] ?? '').slice(0, 64),
    message,
  }))
}
