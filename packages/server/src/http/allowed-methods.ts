import type { FastifyInstance } from 'fastify'
import { replyError } from './error-reply.ts'

const answeredMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE']

/** A path that exists answers the other methods with 405 and the ones it has, not with 404. Paths as given to the router. */
export function refuseOtherMethods(app: FastifyInstance, methodsByPath: Readonly<Record<string, readonly string[]>>): void {
  for (const [path, allowed] of Object.entries(methodsByPath)) {
    app.route({
      method: answeredMethods.filter((method) => !allowed.includes(method)),
      url: path,
      // Before the body is read: nobody is going to use it.
      onRequest: async (_request, reply) =>
        replyError(reply.header('allow', allowed.join(', ')), 'METHOD_NOT_ALLOWED', 'this path has no such method'),
      handler: () => undefined,
    })
  }
}
