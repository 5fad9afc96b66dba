import type { FastifyInstance } from 'fastify'
import type { Metrics } from './metrics.ts'

/** One line and one measurement for each request, by the pattern of its route: URLs carry names and sometimes tokens. */
export function recordRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request
    const route = request.routeOptions.url ?? '(none)'
    const status = reply.statusCode
    const durationMs = Math.round(reply.elapsedTime * 1000) / 1000
    metrics.observeRequest({ method, route, status, durationMs })
    request.log.info({ method, route, status, durationMs }, 'request')
  })
}
