import { Buffer } from 'node:buffer'
import { documentNameSchema } from '@rejoin/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { DocumentStore } from '../relay/document-store.ts'
import type { Relay } from '../relay/relay.ts'
import { identityOf } from './authentication.ts'
import { listQuerySchema, listReply, listReplySchema } from './document-list.ts'
import { deletedDocument, findRefusal, unknownDocument } from './document-rights.ts'
import { replyError, replyRefusal } from './error-reply.ts'
import type { JsonConverter } from './json-converter.ts'

export interface DocumentRoutesOptions {
  readonly relay: Relay
  readonly store: DocumentStore
  readonly json: JsonConverter
}

const updateType = 'application/octet-stream'
const jsonType = 'application/json'
const jsonTypeInFull = 'application/json; charset=utf-8'

const params = z.object({ name: documentNameSchema })
const querystring = z.strictObject({})
const tags = ['documents']

/** `/api/v1/documents`. A name is one percent-encoded segment of the path, decoded once, and never a path of anything. */
export function registerDocumentRoutes(app: FastifyInstance, options: DocumentRoutesOptions): void {
  registerCollection(app, options)
  registerContent(app, options)
  registerLifecycle(app, options)
}

function registerCollection(app: FastifyInstance, { relay, store }: DocumentRoutesOptions): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  routes.get('/api/v1/documents', {
    schema: {
      tags,
      summary: 'The documents that this token may read',
      querystring: listQuerySchema,
      response: { 200: listReplySchema },
    },
    handler: (request) => listReply(store, identityOf(request), request.query),
  })

  routes.post('/api/v1/documents', {
    schema: {
      tags,
      summary: 'Start a new or deleted document, empty',
      querystring,
      body: z.strictObject({ name: documentNameSchema }),
    },
    handler: async (request, reply) => {
      const identity = identityOf(request)
      const { name } = request.body
      if (identity.documentAccess(name) !== 'write') return replyError(reply, 'FORBIDDEN', 'you may not create this document')
      const generation = await relay.create(identity.tenant, name)
      if (generation === undefined) return replyError(reply, 'NOT_DELETED', 'this document exists')
      return reply
        .code(201)
        .header('location', `/api/v1/documents/${encodeURIComponent(name)}`)
        .send({ generation })
    },
  })
}

function registerContent(app: FastifyInstance, { relay, json }: DocumentRoutesOptions): void {
  app.withTypeProvider<ZodTypeProvider>().get('/api/v1/documents/:name', {
    schema: { tags, summary: 'A document as a Yjs update, or as JSON', params, querystring },
    handler: async (request, reply) => {
      const identity = identityOf(request)
      const { name } = request.params
      const refusal = findRefusal(identity, name, 'read')
      if (refusal) return replyRefusal(reply, refusal)
      const state = await relay.read(identity.tenant, name)
      if (state.type !== 'live') return replyRefusal(reply, state.type === 'deleted' ? deletedDocument : unknownDocument)

      reply.header('vary', 'Origin, Accept').header('rejoin-generation', state.generation)
      const accepted = request.accepts().type([updateType, jsonType, jsonTypeInFull])
      if (accepted === updateType) return reply.type(updateType).send(Buffer.from(state.update))
      if (accepted === false) return replyError(reply, 'NOT_ACCEPTABLE', `a document is ${updateType} or ${jsonType}`)
      const conversion = await json.convert(state.update)
      if (conversion.type === 'busy') return replyError(reply, 'OVERLOADED', 'too many documents wait to become JSON')
      if (conversion.type === 'failed')
        return replyError(reply, 'UNAVAILABLE', 'this document could not be turned into JSON; its update can be had')
      return reply.type(jsonTypeInFull).send(conversion.answer)
    },
  })
}

function registerLifecycle(app: FastifyInstance, { relay }: DocumentRoutesOptions): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  routes.delete('/api/v1/documents/:name', {
    schema: { tags, summary: 'Delete a document', params, querystring },
    handler: async (request, reply) => {
      const identity = identityOf(request)
      const { name } = request.params
      const refusal = findRefusal(identity, name, 'write')
      if (refusal) return replyRefusal(reply, refusal)
      if (await relay.delete(identity.tenant, name)) return reply.code(204).send()
      const state = await relay.read(identity.tenant, name)
      return replyRefusal(reply, state.type === 'deleted' ? deletedDocument : unknownDocument)
    },
  })

  routes.post('/api/v1/documents/:name/restore', {
    schema: { tags, summary: 'Bring a deleted document back', params, querystring },
    handler: async (request, reply) => {
      const identity = identityOf(request)
      const { name } = request.params
      const refusal = findRefusal(identity, name, 'write')
      if (refusal) return replyRefusal(reply, refusal)
      const generation = await relay.restore(identity.tenant, name)
      if (generation !== undefined) return reply.send({ generation })
      const state = await relay.read(identity.tenant, name)
      return state.type === 'absent'
        ? replyRefusal(reply, unknownDocument)
        : replyError(reply, 'NOT_DELETED', 'this document is not deleted')
    },
  })
}
