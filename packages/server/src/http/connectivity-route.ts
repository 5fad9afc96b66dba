import type { Clock } from '@rejoin/core'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

/** Names the server, so that the page of a captive portal is not taken for it. */
const replySchema = z.object({ service: z.literal('rejoin'), serverTime: z.iso.datetime() })

/** `GET /api/v1/sync/connectivity-test`: is this really the server? Small and quick, for whoever asks. */
export function registerConnectivityRoute(app: FastifyInstance, clock: Clock): void {
  app.get('/api/v1/sync/connectivity-test', {
    schema: {
      tags: ['sync'],
      summary: 'Is the server reached?',
      description: 'Needs no token and touches nothing. What does not answer exactly so is something in between.',
      response: { 200: replySchema },
    },
    handler: (_request, reply) =>
      reply.header('cache-control', 'no-store').send({ service: 'rejoin', serverTime: new Date(clock.now()).toISOString() }),
  })
}
