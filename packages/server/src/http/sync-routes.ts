import {
  briefAnswerType,
  changesResponseSchema,
  syncLimits,
  syncRequestSchema,
  syncResponseSchema,
  toBriefAnswer,
} from '@rejoin/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { countResults, type RecordCounters } from '../records/record-counters.ts'
import type { SyncService } from '../records/sync-service.ts'
import { identityOf } from './authentication.ts'
import { checkIdempotencyKey } from './idempotency-key.ts'
import { takeOrRefuse, type UserRates } from './user-rates.ts'

export interface RecordRoutesOptions {
  readonly service: SyncService
  readonly counters: RecordCounters
  /** `undefined` where rate limits are off. */
  readonly rates: UserRates | undefined
}

/** Answers of the service fit their schema by type; checking thousands of rows again would cost more than judging them did. */
export const writeJson = () => (body: unknown) => JSON.stringify(body)

/** A whole number of rows, or nothing after `limit=`. `Number` alone would take ` 1e3` and the like. */
export const pageLimitSchema = z
  .string()
  .regex(/^\d{0,4}$/, 'a whole number')
  .transform((text) => (text === '' ? syncLimits.changesMax : Number(text)))
  .pipe(z.int().min(1).max(syncLimits.changesMax))
  .default(syncLimits.changesMax)

/** A checkpoint; whether it is one is the service's to say. With nothing behind the `=` it is somebody who has none yet. */
export const startSchema = z.string().max(1024).optional()

/** Whether `Accept` names brief answers, among others or alone. */
function wantsBrief(accept: string | undefined): boolean {
  return accept !== undefined && accept.split(',').some((type) => type.replaceAll(' ', '').toLowerCase() === briefAnswerType)
}

const pullQuerySchema = z.strictObject({ checkpoint: startSchema, limit: pageLimitSchema })

/** `POST /api/sync` and `GET /api/sync/changes`: a device gives what it did and gets what others did. */
export function registerSyncRoutes(app: FastifyInstance, { service, counters, rates }: RecordRoutesOptions): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  routes.post('/api/sync', {
    schema: {
      tags: ['sync'],
      summary: 'Push operations, pull changes',
      description:
        'Each operation gets its own result, whatever the status of the answer. A repeat gets its first verdict as `duplicate`. ' +
        '`checkpoint` covers exactly `changes`. The body may be gzip or deflate (`Content-Encoding`), up to 512 KiB inflated. ' +
        'With a single operation `Idempotency-Key` may be sent, equal to its `operationId`. ' +
        `With \`Accept: ${briefAnswerType}\` the answer is brief: \`createdAt\` in place of a row that is as the operation created it, ` +
        '`isInChanges` in place of one that `changes` tells. `checkpoint` covers the rows behind `createdAt` too.',
      querystring: z.strictObject({}),
      body: syncRequestSchema,
      response: { 200: syncResponseSchema },
    },
    serializerCompiler: writeJson,
    handler: async (request, reply) => {
      const { operations } = request.body
      checkIdempotencyKey(request.headers['idempotency-key'], operations)
      // More than a request may have is refused by the service, and must not be counted as if it had been done.
      const count = Math.min(operations.length, syncLimits.operationsMax)
      if (rates) takeOrRefuse(request, reply, { rates, counted: 'operations', count })
      const response = await service.sync(identityOf(request), request.body)
      countResults(counters, response.results)
      return wantsBrief(request.headers.accept) ? toBriefAnswer(operations, response) : response
    },
  })

  routes.get('/api/sync/changes', {
    schema: {
      tags: ['sync'],
      summary: 'Pull changes without pushing',
      description: 'Rows after `checkpoint`, from the start without one. With `hasMore`, go on with the new checkpoint at once.',
      querystring: pullQuerySchema,
      response: { 200: changesResponseSchema },
    },
    serializerCompiler: writeJson,
    handler: (request) => {
      const { checkpoint, limit } = request.query
      return service.changes(identityOf(request), { checkpoint: checkpoint || undefined, limit })
    },
  })
}
