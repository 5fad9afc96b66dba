import accepts from '@fastify/accepts'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import type { Authenticator } from '../auth/identity.ts'
import type { Revocations } from '../auth/revocations.ts'
import { registerAdminRoutes } from './admin.ts'
import { refuseOtherMethods } from './allowed-methods.ts'
import { requireIdentity } from './authentication.ts'
import { acceptOnlyJson } from './content-type.ts'
import { registerDocumentRoutes, type DocumentRoutesOptions } from './documents.ts'
import { replyError } from './error-reply.ts'
import { httpLimits } from './http-limits.ts'
import { registerMetricsRoute, type Metrics } from './metrics.ts'
import type { Readiness } from './readiness.ts'

export interface ApiOptions extends DocumentRoutesOptions {
  readonly authenticator: Authenticator
  readonly revocations: Revocations
  readonly readiness: Readiness
  readonly metrics: Metrics
  /** `false` lifts the rate, never a size. */
  readonly rateLimits: boolean
}

/** Everything that wants to know who asks. */
export async function registerApi(app: FastifyInstance, options: ApiOptions): Promise<void> {
  await app.register(async (api) => {
    refuseWhileDraining(api, options.readiness)
    if (options.rateLimits) await limitRate(api)
    await api.register(accepts)
    acceptOnlyJson(api)
    requireIdentity(api, options.authenticator)
    api.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })

    registerDocumentRoutes(api, options)
    registerMetricsRoute(api, options.metrics)
    // Without tokens there is nothing to revoke.
    if (options.authenticator.mode === 'jwt') registerAdminRoutes(api, options.revocations)
    refuseOtherMethods(api, {
      '/api/v1/documents': ['GET', 'HEAD', 'POST'],
      '/api/v1/documents/:name': ['GET', 'HEAD', 'DELETE'],
      '/api/v1/documents/:name/restore': ['POST'],
      '/metrics': ['GET', 'HEAD'],
      ...(options.authenticator.mode === 'jwt' && { '/api/v1/admin/revocations': ['POST'] }),
    })
  })
}

function refuseWhileDraining(api: FastifyInstance, readiness: Readiness): void {
  api.addHook('onRequest', async (_request, reply) => {
    if (!readiness.isDraining) return undefined
    return replyError(reply.header('connection', 'close').header('retry-after', '1'), 'RESTARTING', 'the server is shutting down')
  })
}

async function limitRate(api: FastifyInstance): Promise<void> {
  await api.register(rateLimit, {
    max: httpLimits.requestsPerMinuteMax,
    timeWindow: 60_000,
    // The address of the socket: forwarded headers are anybody's word.
    keyGenerator: (request) => request.socket.remoteAddress ?? 'unknown',
  })
}
