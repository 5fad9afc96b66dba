import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { factsOf, type ErrorCode } from '@rejoin/core'
import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { KeysUnavailableError } from '../auth/jwt-authenticator.ts'
import { DeviceRequestError } from '../devices/device-service.ts'
import { DocumentStoreError } from '../document-log/document-store-error.ts'
import { SyncRequestError } from '../records/sync-service.ts'
import { SceneRequestError } from '../scenes/scene-request-error.ts'
import { httpLimits } from './http-limits.ts'

/** The body of every answer that is not a success. */
export interface Refusal {
  readonly code: ErrorCode
  /** One sentence for a person. */
  readonly message: string
}

/** Thrown where a request is refused outside of a handler (in a body parser, say). */
export class RequestRefusal extends Error {
  override readonly name = 'RequestRefusal'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Just what is used of a reply, whatever schemas its route has. */
interface ReplyLike<Sent> {
  code(status: number): { send(body: Refusal): Sent }
}

/** Answers with an error of the closed table. */
export function replyError<Sent>(reply: ReplyLike<Sent>, code: ErrorCode, message: string): Sent {
  return reply.code(statusOf(code)).send({ code, message })
}

export function replyRefusal<Sent>(reply: ReplyLike<Sent>, { code, message }: Refusal): Sent {
  return replyError(reply, code, message)
}

function statusOf(code: ErrorCode): number {
  return factsOf(code).httpStatus ?? 500
}

/** What Fastify and its plugins refuse, by HTTP status. */
const codeByStatus = new Map<number, Refusal>([
  [400, { code: 'BAD_REQUEST', message: 'the request cannot be understood' }],
  [404, { code: 'NOT_FOUND', message: 'there is nothing here' }],
  [413, { code: 'TOO_LARGE', message: 'the request body is larger than this route takes' }],
  [414, { code: 'TOO_LARGE', message: 'the address is too long' }],
  [415, { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'a request body is application/json in UTF-8' }],
  [429, { code: 'TOO_FAST', message: 'too many requests; wait as long as Retry-After says' }],
  [503, { code: 'UNAVAILABLE', message: 'the server did not manage this in time' }],
])

/** Gives every error of every route, known or not, the one shape. */
export function installErrorReplies(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>(replyToError)
  app.setNotFoundHandler((_request, reply) => replyError(reply, 'NOT_FOUND', 'there is nothing here'))
}

/** For `frameworkErrors` too: errors of requests that never reach a route. */
export function replyToError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const isName = error.validationContext === 'params'
    const first = error.validation[0]
    const message = `${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim()
    replyError(reply, isName ? 'BAD_NAME' : 'BAD_REQUEST', message.slice(0, httpLimits.foreignTextCharactersMax))
    return
  }
  if (isRefusal(error)) {
    replyError(reply, error.code, error.message)
    return
  }
  const known = typeof error.statusCode === 'number' ? codeByStatus.get(error.statusCode) : undefined
  if (known) {
    replyError(reply, known.code, known.message)
    return
  }
  request.log.error({ err: error, route: request.routeOptions.url }, 'request failed')
  if (error instanceof DocumentStoreError || error instanceof KeysUnavailableError) {
    replyError(reply, 'UNAVAILABLE', 'this cannot be had now; try again later')
    return
  }
  replyError(reply, 'INTERNAL', 'something went wrong on the server; it has been logged')
}

/** What says itself how it is to be answered. */
function isRefusal(error: Error): error is Error & Refusal {
  return (
    error instanceof RequestRefusal ||
    error instanceof SyncRequestError ||
    error instanceof SceneRequestError ||
    error instanceof DeviceRequestError
  )
}

interface ParserError extends Error {
  readonly code?: string
}

const parserAnswers = new Map<string | undefined, Refusal & { readonly status: number }>([
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    { status: statusOf('TOO_SLOW'), code: 'TOO_SLOW', message: 'the request took too long to arrive' },
  ],
  ['HPE_HEADER_OVERFLOW', { status: 431, code: 'TOO_LARGE', message: 'the headers are too large' }],
])

/** Bytes that are no HTTP: answered in the same shape, then cut off. */
export function answerParserError(this: { readonly log: FastifyBaseLogger }, error: ParserError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  this.log.debug({ code: error.code }, 'a connection spoke no HTTP')
  const answer = parserAnswers.get(error.code) ?? { status: 400, code: 'BAD_REQUEST', message: 'this is not HTTP' }
  const body = JSON.stringify({ code: answer.code, message: answer.message })
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
  }
  socket.destroy(error)
}
