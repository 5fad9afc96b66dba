import type { IncomingMessage } from 'node:http'
import { isLoopbackAddress } from './loopback.ts'
import { isHostAllowed, isOriginAllowed, ownOriginsOf } from './origin.ts'

/** Whether a request or upgrade may be served, as far as where it comes from can tell. */
export interface OriginGuard {
  /** By its `Origin`, and under auth none by whether it reached us on loopback, under a name of this machine. */
  isAllowed(request: IncomingMessage): boolean
}

export interface OriginGuardOptions {
  readonly mode: 'none' | 'jwt'
  readonly allowedOrigins: readonly string[]
  readonly servesPages: boolean
}

export function createOriginGuard({ mode, allowedOrigins, servesPages }: OriginGuardOptions): OriginGuard {
  const isHostFine = ({ headers, socket }: IncomingMessage) => {
    // The last wall: a program that embeds the server may have made it listen anywhere.
    if (mode === 'none' && socket.localAddress !== undefined && !isLoopbackAddress(socket.localAddress)) return false
    return isHostAllowed(headers.host, { mode, allowedOrigins })
  }
  return {
    isAllowed(request) {
      const { origin, host } = request.headers
      const ownOrigins = ownOriginsOf(host, { mode, servesPages })
      return isHostFine(request) && isOriginAllowed(origin, { allowedOrigins, ownOrigins })
    },
  }
}
