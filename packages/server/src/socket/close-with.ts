import { factsOf, type ErrorCode } from '@rejoin/core'
import type { WebSocket } from 'ws'
import { socketLimits } from './socket-limits.ts'

/** The close code of an error; what has none is a mistake of ours. */
export function closeCodeOf(code: ErrorCode): number {
  return factsOf(code).closeCode ?? 1011
}

/** Closes with the error's close code. The reason begins with the error's code, for programs; then the sentence, cut to what the protocol carries. */
export function closeWith(ws: WebSocket, code: ErrorCode, reason: string): void {
  // A paused socket would not see the other side's close frame.
  if (ws.isPaused) ws.resume()
  ws.close(closeCodeOf(code), cut(`${code}: ${reason}`))
}

function cut(text: string): string {
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length <= socketLimits.closeReasonBytesMax) return text
  return bytes
    .subarray(0, socketLimits.closeReasonBytesMax)
    .toString('utf8')
    .replace(/\uFFFD+$/u, '')
}
