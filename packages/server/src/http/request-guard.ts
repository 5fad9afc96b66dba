import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import type { OriginGuard } from '../auth/origin-guard.ts'
import { replyError } from './error-reply.ts'
import { httpLimits } from './http-limits.ts'

export interface RequestGuardOptions {
  readonly originGuard: OriginGuard
  readonly allowedOrigins: readonly string[]
}

/** Before any route: whether a request may come from where it comes from. */
export async function installRequestGuard(app: FastifyInstance, options: RequestGuardOptions): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    // A browser names the page's origin in every request that could do harm; what names none is judged by its token.
    if (!options.originGuard.isAllowed(request.raw)) return replyError(reply, 'FOREIGN_ORIGIN', 'this origin is not allowed here')
    return undefined
  })
  await app.register(cors, {
    origin: [...options.allowedOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: ['authorization', 'content-encoding', 'content-type', 'idempotency-key', 'x-rejoin-replay'],
    exposedHeaders: ['rejoin-generation', 'retry-after'],
    maxAge: httpLimits.preflightSeconds,
  })
}
