import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { answerParserError, installErrorReplies, replyToError } from './error-reply.ts'
import { httpLimits } from './http-limits.ts'

/** Fastify with every permissive default closed: times, sizes, logging, error shapes. Schemas are zod's; nothing is coerced. */
export function createFramework(log: FastifyBaseLogger): FastifyInstance {
  const app = fastify({
    loggerInstance: log,
    // Its own lines carry URLs; request-log.ts writes ours.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: httpLimits.bodyBytesMax,
    requestTimeout: httpLimits.requestMs,
    handlerTimeout: httpLimits.handlerMs,
    connectionTimeout: httpLimits.connectionIdleMs,
    keepAliveTimeout: httpLimits.keepAliveMs,
    maxRequestsPerSocket: httpLimits.requestsPerConnectionMax,
    // Health answers for itself while the server closes, and the API in its own shape.
    return503OnClosing: false,
    trustProxy: false,
    // A name is judged by its schema, which answers better; the headers' limit holds for the whole address.
    routerOptions: { maxParamLength: httpLimits.headerBytesMax },
    http: {
      headersTimeout: httpLimits.headersMs,
      maxHeaderSize: httpLimits.headerBytesMax,
      connectionsCheckingInterval: httpLimits.connectionsCheckMs,
    },
    frameworkErrors: replyToError,
    clientErrorHandler: answerParserError,
  })
  app.server.maxHeadersCount = httpLimits.headersCountMax
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  installErrorReplies(app)
  return app
}
