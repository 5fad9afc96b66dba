import { documentNameSchema, sceneLimits, sceneSyncRequestSchema, sceneSyncResultSchema } from '@rejoin/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Relay } from '../relay/relay.ts'
import type { SceneSyncProcessor } from '../scenes/scene-sync-processor.ts'
import { identityOf } from './authentication.ts'
import { deletedDocument, findRefusal, unknownDocument } from './document-rights.ts'
import { replyError, replyRefusal, RequestRefusal } from './error-reply.ts'
import type { JsonConverter } from './json-converter.ts'
import { writeJson } from './sync-routes.ts'
import { takeOrRefuse, type UserRates } from './user-rates.ts'

export interface SceneRoutesOptions {
  readonly relay: Relay
  readonly json: JsonConverter
  readonly scenes: Pick<SceneSyncProcessor, 'processWithRetry'>
  /** Absent where rates are lifted. */
  readonly rates: UserRates | undefined
}

const tags = ['scenes']
const params = z.object({ name: documentNameSchema })
const querystring = z.strictObject({})

/** `/api/v1/scenes/DOCUMENT`: scenes for those who do not hold the document. The rights are those of the document. */
export function registerSceneRoutes(app: FastifyInstance, options: SceneRoutesOptions): void {
  registerElements(app, options)
  registerOperations(app, options)
}

function registerElements(app: FastifyInstance, { relay, json }: SceneRoutesOptions): void {
  app.withTypeProvider<ZodTypeProvider>().get('/api/v1/scenes/:name', {
    schema: {
      tags,
      summary: 'The elements of a scene',
      description: 'As they are in the document, in the order of their ids; `Rejoin-Generation` tells its life.',
      params,
      querystring,
    },
    handler: async (request, reply) => {
      const identity = identityOf(request)
      const { name } = request.params
      const refusal = findRefusal(identity, name, 'read')
      if (refusal) return replyRefusal(reply, refusal)
      const state = await relay.read(identity.tenant, name)
      if (state.type !== 'live') return replyRefusal(reply, state.type === 'deleted' ? deletedDocument : unknownDocument)
      const conversion = await json.convertScene(state.update)
      if (conversion.type === 'busy') return replyError(reply, 'OVERLOADED', 'too many documents wait to become JSON')
      if (conversion.type === 'failed') return replyError(reply, 'UNAVAILABLE', 'this scene could not be turned into JSON')
      return reply.header('rejoin-generation', state.generation).type('application/json; charset=utf-8').send(conversion.answer)
    },
  })
}

function registerOperations(app: FastifyInstance, { scenes, rates }: SceneRoutesOptions): void {
  app.withTypeProvider<ZodTypeProvider>().post('/api/v1/scenes/:name/operations', {
    schema: {
      tags,
      summary: 'Carry out operations on a scene',
      description:
        'One change of the document, seen by everybody who has it open, after it is stored. Each operation takes effect once: a repeat gets its ' +
        'first verdict. Operations without a place in `conflicts` or `failedOperations` were taken; so were those whose conflict was decided ' +
        '`local`. The body may be gzip or deflate (`Content-Encoding`), up to 2 MiB inflated.',
      params,
      querystring,
      body: sceneSyncRequestSchema,
      response: { 200: sceneSyncResultSchema },
    },
    serializerCompiler: writeJson,
    handler: async (request, reply) => {
      const identity = identityOf(request)
      const { name } = request.params
      const { operations, strategy, generation } = request.body
      const refusal = findRefusal(identity, name, 'write')
      if (refusal) throw new RequestRefusal(refusal.code, refusal.message)
      const count = Math.min(operations.length, sceneLimits.operationsMax)
      if (rates) takeOrRefuse(request, reply, { rates, counted: 'operations', count })
      const { tenant, user } = identity
      return scenes.processWithRetry({ tenant, document: name, user, generation }, operations, strategy)
    },
  })
}
