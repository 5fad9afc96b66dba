import type { FastifyInstance } from 'fastify'
import { replyError } from './error-reply.ts'

export const jsonInUtf8 = /^application\/json(?:\s*;\s*charset="?utf-8"?)?$/i

/** A body is JSON in UTF-8, plain: whatever else a `Content-Type` says, no parser guesses at it. */
export function acceptOnlyJson(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain')
  app.addHook('onRequest', async (request, reply) => {
    const { 'content-type': type, 'content-encoding': encoding = 'identity' } = request.headers
    if ((type === undefined || jsonInUtf8.test(type)) && encoding === 'identity') return undefined
    return replyError(reply, 'UNSUPPORTED_MEDIA_TYPE', 'a request body is application/json in UTF-8, not compressed')
  })
}
