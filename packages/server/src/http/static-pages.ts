import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { pagePolicy } from './security-headers.ts'

/** A file whose name carries a digest of its content, as bundlers make it: it never changes. */
const digestedFile = /[/\\]assets[/\\][^/\\]+-[\w-]{8,}\.\w+$/

/**
 * Serves a folder of built pages. What is not in it is 404, never the front page: a room belongs behind `/#`, which needs no server,
 * works offline and reaches no log, and a missing script must not be answered with HTML.
 */
export async function serveStaticPages(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    dotfiles: 'ignore',
    index: ['index.html'],
    // The headers below decide, not the plugin.
    cacheControl: false,
    setHeaders(reply, path) {
      reply.header('content-security-policy', pagePolicy)
      reply.header('cache-control', digestedFile.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}
