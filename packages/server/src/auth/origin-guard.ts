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
  const readHost = rememberingLast((host: string | undefined) => ({
    isAllowed: isHostAllowed(host, { mode, allowedOrigins }),
    ownOrigins: ownOriginsOf(host, { mode, servesPages }),
  }))
  const isLoopback = rememberingLast(isLoopbackAddress)
  return {
    isAllowed({ headers, socket }) {
      // The last wall: a program that embeds the server may have made it listen anywhere.
      if (mode === 'none' && socket.localAddress !== undefined && !isLoopback(socket.localAddress)) return false
      const host = readHost(headers.host)
      return host.isAllowed && isOriginAllowed(headers.origin, { allowedOrigins, ownOrigins: host.ownOrigins })
    },
  }
}

/** Nearly all that come to a server name it alike, and reading a name costs more than the rest of an upgrade's checks. */
function rememberingLast<Argument, Result>(read: (argument: Argument) => Result): (argument: Argument) => Result {
  let last: { readonly argument: Argument; readonly result: Result } | undefined
  return (argument) => {
    if (last === undefined || last.argument !== argument) last = { argument, result: read(argument) }
    return last.result
  }
}
