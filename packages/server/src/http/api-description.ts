import swagger from '@fastify/swagger'
import {
  changesResponseSchema,
  conflictReasonSchema,
  operationResultSchema,
  operationSchema,
  recordRowSchema,
  resultCodeTable,
  sceneConflictSchema,
  sceneElementSchema,
  sceneOperationSchema,
  sceneSyncRequestSchema,
  sceneSyncResultSchema,
  syncRequestSchema,
  syncResponseSchema,
} from '@rejoin/core'
import type { FastifyInstance } from 'fastify'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { packageVersion } from '../config/package-version.ts'
import { answersOf } from './described-answers.ts'
import { batchBodySchema } from './record-routes.ts'

const description = `Offline-first sync of documents and records. Every answer that is not a success is \`{ code, message }\`; the codes are listed in docs/errors.md.

Tokens: \`Authorization: Bearer …\`, unless the server runs without.

WebSockets: \`/documents/NAME\` speaks y-websocket. \`/changes\` says \`{ from, to, head, epoch }\` as JSON text, at the start, on change and at least every 20 s: whoever is not at \`from\` pulls. With \`?deviceId=\` it also says \`{ commands }\`, all that this device has not acknowledged. A browser sends its token as the subprotocols \`rejoin, bearer.TOKEN\`.`

/** What is checked one by one in the service, as it has to look. */
const operations = z.array(operationSchema)
const documentedBodies = new Map<unknown, z.ZodType>([
  [syncRequestSchema, syncRequestSchema.extend({ operations })],
  [batchBodySchema, batchBodySchema.extend({ operations })],
  [sceneSyncRequestSchema, sceneSyncRequestSchema.extend({ operations: z.array(sceneOperationSchema) })],
])

const refusalSchema = z.object({ code: z.string(), message: z.string() })

const schemaRegistry = z.registry<{ id: string }>()
schemaRegistry
  .add(operationSchema, { id: 'Operation' })
  .add(operationResultSchema, { id: 'OperationResult' })
  .add(conflictReasonSchema, { id: 'ConflictReason' })
  .add(recordRowSchema, { id: 'RecordRow' })
  .add(syncResponseSchema, { id: 'SyncResponse' })
  .add(changesResponseSchema, { id: 'ChangesResponse' })
  .add(sceneOperationSchema, { id: 'SceneOperation' })
  .add(sceneElementSchema, { id: 'SceneElement' })
  .add(sceneConflictSchema, { id: 'SceneConflict' })
  .add(sceneSyncResultSchema, { id: 'SceneSyncResult' })
  .add(refusalSchema, { id: 'Refusal' })

const resultCodes = Object.keys(resultCodeTable)

/** What checks of our own stand for, by the name of what they check. */
const customSchemas = new Map<string | number | undefined, object>([
  ['code', { enum: resultCodes }],
  ['error', { enum: resultCodes }],
  // Any JSON.
  ['additionalProperties', {}],
])

const zodToJsonConfig: NonNullable<Parameters<typeof createJsonSchemaTransform>[0]['zodToJsonConfig']> = {
  /** What zod cannot say of its own checks, and what nobody can read. */
  override({ zodSchema, jsonSchema, path }) {
    if (jsonSchema.format !== undefined) delete jsonSchema.pattern
    if (zodSchema._zod.def.type === 'undefined') jsonSchema.type = 'null'
    if (zodSchema._zod.def.type === 'custom') Object.assign(jsonSchema, customSchemas.get(path.at(-1)) ?? { type: 'object' })
  },
}

const toJsonSchema = createJsonSchemaTransform({ schemaRegistry, zodToJsonConfig })
const withComponents = createJsonSchemaTransformObject({ schemaRegistry, zodToJsonConfig })

/** Each schema is made twice, as it is sent and as it is answered. Only what something refers to stays. */
function dropUnreferred(paths: unknown, schemas: Record<string, unknown>): void {
  const referred = new Set<string>()
  const walk = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (referred.has(name)) continue
      referred.add(name)
      walk(schemas[name])
    }
  }
  walk(paths)
  for (const name of Object.keys(schemas)) if (!referred.has(name)) delete schemas[name]
}

/** Describes every route registered from now on, out of the schemas that check it. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Rejoin', version: packageVersion(), description },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    transform: (route) => {
      const schema = { ...route.schema }
      // Pages, and routes that only say which methods there are.
      if (schema.tags === undefined) return { schema: { hide: true }, url: route.url }
      const body = documentedBodies.get(schema.body) ?? schema.body
      const response = { ...answersOf(String(route.route.method), route.url, schema.response), default: refusalSchema }
      return toJsonSchema({ ...route, schema: { ...schema, ...(body !== undefined && { body }), response } })
    },
    transformObject: (document) => {
      const described = withComponents(document)
      if ('components' in described) dropUnreferred(described.paths, described.components?.schemas ?? {})
      return described
    },
  })
}
