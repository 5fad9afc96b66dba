import type { FastifyInstance, FastifyRequest } from 'fastify'
import { readRequestToken } from '../auth/bearer-token.ts'
import type { Authenticator, Identity } from '../auth/identity.ts'
import { replyError } from './error-reply.ts'

const decorator = 'identity'

/** Every route registered in this scope from now on wants to know who asks: none can forget to. */
export function requireIdentity(app: FastifyInstance, authenticator: Authenticator): void {
  app.decorateRequest(decorator, null)
  app.addHook('onRequest', async (request, reply) => {
    const reading = readRequestToken(request.headers)
    if (reading.type === 'ambiguous' && authenticator.mode === 'jwt') {
      return replyError(reply.header('www-authenticate', 'Bearer'), 'UNAUTHENTICATED', 'Authorization must be one Bearer token')
    }
    const answer = await authenticator.authenticate(reading.type === 'token' ? reading.token : undefined)
    if (answer.type === 'refused') return replyError(reply.header('www-authenticate', 'Bearer'), answer.code, answer.reason)
    request.setDecorator(decorator, answer.identity)
    return undefined
  })
}

/** Who asks, in a route behind `requireIdentity`. */
export function identityOf(request: Pick<FastifyRequest, 'getDecorator'>): Identity {
  const identity = request.getDecorator<Identity | null>(decorator)
  if (identity === null) throw new Error('this route does not require an identity')
  return identity
}
