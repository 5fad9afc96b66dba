import { z } from 'zod'
import type { Schema } from '@rejoin/core'
import type { ServerHooks } from '../records/sync-service.ts'

export interface SchemaModule {
  readonly schema: Schema
  readonly hooks?: ServerHooks
}

export type SchemaModuleLoading =
  | { readonly type: 'loaded'; readonly module: SchemaModule }
  /** `message`: one sentence that says what the module lacks. */
  | { readonly type: 'wrong'; readonly message: string }

const isFunction = (value: unknown) => typeof value === 'function'
const isObject = (value: unknown) => typeof value === 'object' && value !== null

/** As far as `defineSchema` leaves marks; what it made is not taken apart again. */
const schemaSchema = z.custom<Schema>(
  (value) =>
    z
      .object({
        version: z.int().positive(),
        entities: z.record(
          z.string(),
          z.object({ fields: z.custom(isObject), policy: z.custom(isObject), references: z.custom(isObject) }),
        ),
        migrations: z.custom(isObject),
      })
      .safeParse(value).success,
  'must export `schema`, made with defineSchema',
)

const hook = z.custom<never>(isFunction).optional()
const hooksSchema = z.custom<ServerHooks>(
  (value) => z.strictObject({ beforeApply: hook, afterCommit: hook }).safeParse(value).success,
  'exports `hooks` that are not `{ beforeApply?, afterCommit? }`',
)

const moduleSchema = z.object({ schema: schemaSchema, hooks: hooksSchema.optional() })

const messageCharactersMax = 300

/** Runs the module: it is the operator's own code. Rejects never. */
export async function loadSchemaModule(url: string): Promise<SchemaModuleLoading> {
  let exported: unknown
  try {
    exported = { ...(await import(url)) }
  } catch (error) {
    return wrong(`cannot be loaded: ${error instanceof Error ? error.message : String(error)}`)
  }
  const module = moduleSchema.safeParse(exported)
  if (!module.success) return wrong(module.error.issues[0]?.message ?? 'is not a schema module')
  const { schema, hooks } = module.data
  return { type: 'loaded', module: hooks === undefined ? { schema } : { schema, hooks } }
}

/** One line, whatever a foreign error says. */
function wrong(message: string): SchemaModuleLoading {
  return { type: 'wrong', message: message.replaceAll(/\s+/g, ' ').slice(0, messageCharactersMax) }
}
