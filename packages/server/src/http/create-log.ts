import { destination, pino, stdSerializers, type DestinationStream, type Logger } from 'pino'
import type { ServerConfig } from '../config/server-config.ts'
import { httpLimits } from './http-limits.ts'

export type Log = Logger

const secretKeys = ['authorization', 'cookie', 'set-cookie', 'sec-websocket-protocol', 'token', 'password', 'secret']
const stackCharactersMax = 4_000
/** Log that nobody reads is dropped beyond this, not kept. */
const unreadBytesMax = 8 * 1024 * 1024

/**
 * JSON lines. What is logged is chosen where it is logged: never a URL (a stock client's token is in it), a body, or document content,
 * and no document name at `info`. The redaction is the second net, for a day when somebody forgets.
 */
export function createLog(level: ServerConfig['logLevel'], stream: DestinationStream = openStderr()): Log {
  return pino(
    {
      level,
      base: null,
      redact: { paths: secretKeys.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.headers["${key}"]`]), censor: '(not shown)' },
      serializers: {
        err: serializeError,
        req: (request: { method?: unknown; id?: unknown }) => ({ method: request.method, id: request.id }),
        res: (reply: { statusCode?: unknown }) => ({ statusCode: reply.statusCode }),
      },
    },
    stream,
  )
}

/** Not stdout, which carries the ready line only; and not waiting for whoever reads it. What is left is written when the process exits. */
function openStderr(): DestinationStream {
  return destination({ dest: 2, sync: false, maxLength: unreadBytesMax })
}

/** Name, message, stack and code only: libraries hang whole requests and responses on their errors. */
function serializeError(error: Error): object {
  const { type, message, stack, code } = stdSerializers.err(error)
  return {
    type,
    message: message?.slice(0, httpLimits.foreignTextCharactersMax),
    code: typeof code === 'string' ? code : undefined,
    stack: stack?.slice(0, stackCharactersMax),
  }
}
