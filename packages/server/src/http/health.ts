import type { FastifyInstance } from 'fastify'
import { replyError } from './error-reply.ts'
import type { Readiness } from './readiness.ts'

/** For whoever restarts and feeds this process. `/livez`: it turns. `/readyz`: it can store. Nobody needs a token for these. */
export function registerHealthRoutes(app: FastifyInstance, readiness: Readiness): void {
  const tags = ['health']
  app.get('/livez', { schema: { tags, summary: 'Does the process turn?' } }, (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  )
  app.get('/readyz', { schema: { tags, summary: 'Can it store?' } }, async (_request, reply) => {
    const state = await readiness.check()
    reply.header('cache-control', 'no-store')
    return state.isReady ? reply.send({ status: 'ready' }) : replyError(reply, 'UNAVAILABLE', state.reason)
  })
}
