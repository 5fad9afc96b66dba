import { socketLimits } from './socket-limits.ts'

/** A token bucket over messages and bytes. Time comes in from outside, in ms. */
export class MessageBudget {
  #messages: number = socketLimits.messagesBurst
  #bytes: number = socketLimits.bytesBurst
  #at: number

  constructor(nowMs: number) {
    this.#at = nowMs
  }

  /** Takes a message of that size that counts for `weight` messages. Returns how long to stop reading, in ms; 0 where there is budget left. */
  take(byteLength: number, weight: number, nowMs: number): number {
    const elapsedSeconds = Math.max(0, nowMs - this.#at) / 1000
    this.#at = nowMs
    this.#messages =
      Math.min(socketLimits.messagesBurst, this.#messages + elapsedSeconds * socketLimits.messagesPerSecond) - weight
    this.#bytes = Math.min(socketLimits.bytesBurst, this.#bytes + elapsedSeconds * socketLimits.bytesPerSecond) - byteLength
    return Math.max(
      0,
      (-this.#messages / socketLimits.messagesPerSecond) * 1000,
      (-this.#bytes / socketLimits.bytesPerSecond) * 1000,
    )
  }
}
