import { Buffer, isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { jsonInUtf8 } from './content-type.ts'
import { RequestRefusal, replyError } from './error-reply.ts'
import { bodyEncodings, inflateBody, isBodyEncoding } from './inflate-body.ts'

/**
 * Bodies of the routes for operations: JSON in UTF-8, plain, gzip or deflate, bounded by what they are when inflated. Names of prototypes are left
 * for the schemas, which refuse one operation for them and not the request.
 */
export function acceptOperationBodies(app: FastifyInstance, requestBytesMax: number): void {
  app.removeAllContentTypeParsers()
  app.addHook('onRequest', async (request, reply) => {
    const { 'content-type': type, 'content-encoding': encoding = 'identity' } = request.headers
    if ((type === undefined || jsonInUtf8.test(type)) && isBodyEncoding(encoding.toLowerCase())) return undefined
    reply.header('accept-encoding', bodyEncodings.join(', '))
    return replyError(reply, 'UNSUPPORTED_MEDIA_TYPE', 'a request body is application/json in UTF-8, plain, gzip or deflate')
  })
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: requestBytesMax },
    async (request: FastifyRequest, sent: Buffer) => {
      const encoding = request.headers['content-encoding'] ?? 'identity'
      const body = await inflateBody(sent, encoding.toLowerCase(), requestBytesMax)
      if (body.type === 'tooLarge') {
        throw new RequestRefusal('TOO_LARGE', `a request body has at most ${requestBytesMax} bytes once inflated`)
      }
      if (body.type === 'damaged') throw new RequestRefusal('BAD_REQUEST', `the body is not ${encoding}`)
      return parseJson(body.bytes)
    },
  )
}

function parseJson(bytes: Uint8Array): unknown {
  if (!isUtf8(bytes)) throw new RequestRefusal('BAD_REQUEST', 'the body is not UTF-8')
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'))
    return value
  } catch {
    throw new RequestRefusal('BAD_REQUEST', 'the body is not JSON')
  }
}
