import {
  changesResponseSchema,
  idSchema,
  operationResultSchema,
  recordRowSchema,
  syncLimits,
  type OperationResult,
} from '@rejoin/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { countResults } from '../records/record-counters.ts'
import { identityOf } from './authentication.ts'
import { RequestRefusal } from './error-reply.ts'
import { checkIdempotencyKey } from './idempotency-key.ts'
import { pageLimitSchema, startSchema, writeJson, type RecordRoutesOptions } from './sync-routes.ts'
import { takeOrRefuse } from './user-rates.ts'

const tags = ['records']
const noQuery = z.strictObject({})
const entityParams = z.object({ entity: z.string() })
const recordParams = z.object({ entity: z.string(), id: z.string() })
const listQuerySchema = z.strictObject({ since: startSchema, limit: pageLimitSchema })

const restRowSchema = recordRowSchema.extend({ id: z.string(), serverId: z.string() })
const listReplySchema = changesResponseSchema.omit({ changes: true }).extend({ records: z.array(restRowSchema).readonly() })

export const batchBodySchema = z.strictObject({ operations: z.array(z.unknown()) })
const batchReplySchema = z.object({ results: z.array(operationResultSchema).readonly() })
const conflictReplySchema = batchReplySchema.extend({
  code: z.literal('CONFLICT'),
  message: z.string(),
  serverState: recordRowSchema.optional(),
})

/** `/api/v1/records/ENTITY`: for clients without an outbox. The same service, so the same rules, verdicts and rights. */
export function registerRecordRoutes(app: FastifyInstance, options: RecordRoutesOptions): void {
  registerReading(app, options)
  registerBatch(app, options)
}

function registerReading(app: FastifyInstance, { service }: RecordRoutesOptions): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  routes.get('/api/v1/records/:entity', {
    schema: {
      tags,
      summary: 'Records of an entity, in the order they changed',
      description: '`since` is the `checkpoint` of the answer before, or an ISO time. Deleted records are there, as `isDeleted`.',
      params: entityParams,
      querystring: listQuerySchema,
      response: { 200: listReplySchema },
    },
    serializerCompiler: writeJson,
    handler: (request) => {
      const { since, limit } = request.query
      return service.list(identityOf(request), { entityType: request.params.entity, since: since || undefined, limit })
    },
  })

  routes.get('/api/v1/records/:entity/:id', {
    schema: {
      tags,
      summary: 'One record',
      description: 'A record that this token may not see answers as one that does not exist.',
      params: recordParams,
      querystring: noQuery,
      response: { 200: restRowSchema },
    },
    serializerCompiler: writeJson,
    handler: async (request) => {
      const { entity, id } = request.params
      const isId = idSchema.safeParse(id).success
      const row = isId ? await service.get(identityOf(request), { entityType: entity, recordId: id }) : undefined
      if (row === undefined) throw new RequestRefusal('NOT_FOUND', 'there is no such record')
      return row
    },
  })
}

function registerBatch(app: FastifyInstance, { service, counters, rates }: RecordRoutesOptions): void {
  app.withTypeProvider<ZodTypeProvider>().post('/api/v1/records/:entity/batch', {
    schema: {
      tags,
      summary: 'Apply operations to records of an entity',
      description:
        'Operations as in `POST /api/sync`, each with its own `deviceId` and `deviceSeq`, all of this entity. 409 where any of them met a ' +
        'conflict: the others have their results all the same. With one operation, `serverState` is the record as it is.',
      params: entityParams,
      querystring: noQuery,
      body: batchBodySchema,
      response: { 200: batchReplySchema, 409: conflictReplySchema },
    },
    serializerCompiler: writeJson,
    handler: async (request, reply) => {
      const { operations } = request.body
      checkIdempotencyKey(request.headers['idempotency-key'], operations)
      const count = Math.min(operations.length, syncLimits.operationsMax)
      if (rates) takeOrRefuse(request, reply, { rates, counted: 'operations', count })
      const results = await service.apply(identityOf(request), request.params.entity, operations)
      countResults(counters, results)
      if (!results.some(isConflict)) return reply.send({ results })
      const state = results.length === 1 ? results[0]?.serverState : undefined
      return reply.code(409).send({
        code: 'CONFLICT',
        message: 'somebody changed the record meanwhile; the results say what was taken',
        results,
        ...(state !== undefined && { serverState: state }),
      })
    },
  })
}

/** A repeat is answered as its first time was. */
function isConflict({ status, first }: OperationResult): boolean {
  return (first?.status ?? status) === 'conflict'
}
