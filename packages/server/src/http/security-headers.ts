import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

const hstsSeconds = 2 * 365 * 24 * 60 * 60

/** What a page served by this server may do: its own scripts, styles and sockets; inline styles and drawn images, as a canvas needs. */
export const pagePolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Headers of every answer. An API answer is no page: as a document it may do nothing. */
export async function installSecurityHeaders(app: FastifyInstance, mode: 'none' | 'jwt'): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    },
    // On loopback it would bind every other program of that machine to https.
    strictTransportSecurity: mode === 'none' ? false : { maxAge: hstsSeconds, includeSubDomains: false },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  })
}
