import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { httpLimits } from './http-limits.ts'

const gzipText = promisify(gzip)
/** Records repeat themselves: a higher level saves little more and takes several times as long. */
const level = 4

/** Gzip for JSON that is worth it, where the asker takes it. Made away from the main thread. */
export function compressReplies(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || payload.length < httpLimits.compressedFromBytes) return payload
    const vary = reply.getHeader('vary')
    reply.header('vary', vary === undefined ? 'Accept-Encoding' : `${String(vary)}, Accept-Encoding`)
    if (!doesTakeGzip(request.headers['accept-encoding'])) return payload
    const compressed = await gzipText(payload, { level })
    reply.header('content-encoding', 'gzip').removeHeader('content-length')
    return compressed
  })
}

/** Whether `Accept-Encoding` names gzip with any weight but 0. */
function doesTakeGzip(header: string | string[] | undefined): boolean {
  return [header ?? []]
    .flat()
    .join(',')
    .split(',')
    .some((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
      return (name === 'gzip' || name === '*') && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
    })
}
