import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { factsOf, type ErrorCode } from '@rejoin/core'
import type { WebSocket } from 'ws'
import { frameDenied } from '../relay/frames.ts'
import { closeWith } from './close-with.ts'
import { socketLimits } from './socket-limits.ts'

/** Answers an upgrade request with an HTTP error and ends it. */
export function refuseUpgrade(socket: Duplex, code: ErrorCode, message: string): void {
  const status = factsOf(code).httpStatus ?? 403
  const body = JSON.stringify({ code, message })
  // The other side may never close its half.
  socket.once('finish', () => socket.destroy())
  const headers = [
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${headers.join('\r\n')}\r\n\r\n${body}`)
}

/**
 * Stock clients that were refused. A browser cannot see why an upgrade fails, and a client that is accepted and closed at once comes straight
 * back: so it is told, held idle for a while, and then closed. Only so many are held.
 */
export class RefusedClients {
  #heldCount = 0
  readonly #after: (delayMs: number, run: () => void) => void

  constructor(after: (delayMs: number, run: () => void) => void) {
    this.#after = after
  }

  get hasRoom(): boolean {
    return this.#heldCount < socketLimits.refusedHeldMax
  }

  /** Takes over an accepted, paused connection and closes it in the end. The code must be a permanent one: others wait by themselves. */
  hold(ws: WebSocket, socket: Duplex, refusal: { readonly code: ErrorCode; readonly reason: string }): void {
    if (ws.readyState !== ws.OPEN) return
    this.#heldCount++
    socket.write(frameDenied(refusal.reason))
    ws.once('close', () => {
      this.#heldCount--
    })
    this.#after(socketLimits.refusedHoldMs, () => closeWith(ws, refusal.code, refusal.reason))
  }
}
