import type { WebSocket } from 'ws'
import { socketLimits } from './socket-limits.ts'

/** Pings a connection from time to time, and ends it where nothing comes back. */
export class PingWatch {
  readonly #ws: WebSocket
  #lastPingAt: number
  #missedPongs = 0

  constructor(ws: WebSocket, nowMs: number) {
    this.#ws = ws
    this.#lastPingAt = nowMs
    ws.on('pong', () => this.hear())
  }

  /** The other side is there: it said something. */
  hear(): void {
    this.#missedPongs = 0
  }

  sweep(nowMs: number): void {
    // A paused connection cannot hear the answer.
    if (nowMs - this.#lastPingAt < socketLimits.pingMs || this.#ws.isPaused) return
    if (this.#missedPongs >= socketLimits.missedPongsMax) {
      this.#ws.terminate()
      return
    }
    this.#missedPongs++
    this.#lastPingAt = nowMs
    this.#ws.ping()
  }
}
