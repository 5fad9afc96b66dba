import type { FastifyInstance } from 'fastify'
import { apiDocsPage } from './api-docs-page.ts'
import { pagePolicy } from './security-headers.ts'

/**
 * `/api/docs` for people, `/api/docs/json` (OpenAPI 3.1) for programs. It says what is in the manual of every server of this version, and
 * nothing of this one: nobody needs a token.
 */
export function serveApiDocs(app: FastifyInstance): void {
  app.get('/api/docs/json', (_request, reply) => reply.header('cache-control', 'no-cache').send(app.swagger()))

  app.get('/api/docs', (_request, reply) =>
    reply
      .header('content-security-policy', pagePolicy)
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(apiDocsPage(app.swagger())),
  )
}
