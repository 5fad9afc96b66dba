import type { FastifyInstance } from 'fastify'
import { SignJWT, type JWTPayload } from 'jose'
import type { ServerConfig } from '../config/server-config.ts'
import { createServer, type ServerOptions } from '../create-server.ts'
import { createLog } from '../http/create-log.ts'
import { createMemoryRecordStore } from '../memory/memory-record-store.ts'
import { createMemoryDocumentStore, type MemoryDocumentStore } from '../memory/memory-document-store.ts'

const secret = 'b2f1c09ee5d94d1fa1c9a6f1f0a7d3e4'

const config: ServerConfig = {
  host: '127.0.0.1',
  port: 0,
  dataDir: '/nowhere',
  auth: { mode: 'none' },
  allowedOrigins: [],
  staticDir: undefined,
  schemaModule: undefined,
  logLevel: 'trace',
  rateLimits: true,
}

/** The part of a configuration that asks for tokens as `bearer` makes them. */
export const jwtAuth: Pick<ServerConfig, 'auth'> = {
  auth: { mode: 'jwt', key: { type: 'secret', secret }, issuer: undefined, audience: undefined },
}

export interface TestServer extends AsyncDisposable {
  readonly app: FastifyInstance
  readonly store: MemoryDocumentStore
  /** Everything logged so far. */
  log(): string
}

/** A server in memory that listens nowhere until told to. Ask it with `app.inject`. */
export async function createTestServer(
  changes: Partial<ServerConfig> = {},
  options: Partial<ServerOptions> = {},
): Promise<TestServer> {
  const store = createMemoryDocumentStore()
  let lines = ''
  const log = createLog('trace', {
    write: (line) => {
      lines += line
    },
  })
  const recordStore = createMemoryRecordStore()
  const app = await createServer({ config: { ...config, ...changes }, store, recordStore, log, ...options })
  return { app, store, log: () => lines, [Symbol.asyncDispose]: () => app.close() }
}

/** Headers with a good token of these claims: of the tenant `acme` and ten minutes, unless they say otherwise. */
export async function bearer(claims: JWTPayload): Promise<{ authorization: string }> {
  const now = Math.floor(Date.now() / 1000)
  const token = await new SignJWT({ tenant: 'acme', iat: now, exp: now + 600, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret))
  return { authorization: `Bearer ${token}` }
}
