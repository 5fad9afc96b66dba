import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Revocations } from '../auth/revocations.ts'
import { identityOf } from './authentication.ts'
import { replyError } from './error-reply.ts'

const idCharactersMax = 256
const id = z.string().min(1).max(idCharactersMax)
/** One or the other, never both: a request must not name two things of which one is checked. */
const revocationSchema = z.union([z.strictObject({ user: id }), z.strictObject({ tokenId: id })])

/** `POST /api/v1/admin/revocations`: ends a user's or one token's access to the administrator's own tenant, live connections included. */
export function registerAdminRoutes(app: FastifyInstance, revocations: Revocations): void {
  app.withTypeProvider<ZodTypeProvider>().post('/api/v1/admin/revocations', {
    schema: {
      tags: ['admin'],
      summary: 'End the access of a user or a token',
      body: revocationSchema,
      querystring: z.strictObject({}),
    },
    handler: async (request, reply) => {
      const identity = identityOf(request)
      if (!identity.isAdmin) return replyError(reply, 'FORBIDDEN', 'only an administrator may revoke')
      if (!(await revocations.revoke(identity.tenant, request.body))) {
        return replyError(reply, 'OVERLOADED', 'the list of revocations is full; change the key of the tokens instead')
      }
      request.log.info({ tenant: identity.tenant, actor: identity.user, kind: Object.keys(request.body)[0] }, 'access revoked')
      return reply.code(204).send()
    },
  })
}
