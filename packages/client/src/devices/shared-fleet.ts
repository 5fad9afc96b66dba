import type { Device, Scheduler } from '@rejoin/core'
import { callListener } from '../record-database/call-listener.ts'
import type { TransportReply } from '../sync/sync-transport.ts'
import type { Fleet } from './devices.ts'

export interface SharedFleetParts {
  readonly list: () => Promise<TransportReply<{ readonly devices: readonly Device[] }>>
  /** Nothing is asked while nobody can see it, or nothing may leave this device. */
  readonly mayAsk: () => boolean
  readonly scheduler: Scheduler
}

const askEveryMs = 3_000
/** After something was asked of a device: whoever asked waits for it. */
const askSoonMs = 500
const soonAnswersMax = 4
const nothingYet: Fleet = { devices: undefined, error: undefined }

/** One's devices, asked for while anybody listens: one question for all who do. */
export class SharedFleet {
  readonly #parts: SharedFleetParts
  readonly #listeners = new Set<() => void>()
  #fleet = nothingYet
  #cancelNext: (() => void) | undefined
  #askCount = 0
  #soonLeft = 0

  constructor(parts: SharedFleetParts) {
    this.#parts = parts
  }

  get current(): Fleet {
    return this.#fleet
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) void this.ask()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.close()
    }
  }

  /** Something will be otherwise in a moment. */
  hurry(): void {
    this.#soonLeft = soonAnswersMax
    void this.ask()
  }

  /** Now, and again after a while. */
  async ask(): Promise<void> {
    const ordinal = ++this.#askCount
    this.#cancelNext?.()
    this.#cancelNext = undefined
    if (this.#listeners.size === 0) return
    const reply = this.#parts.mayAsk() ? await this.#parts.list() : undefined
    if (ordinal !== this.#askCount) return
    if (reply !== undefined) this.#take(reply)
    const delayMs = this.#soonLeft > 0 ? askSoonMs : askEveryMs
    this.#soonLeft = Math.max(0, this.#soonLeft - 1)
    this.#cancelNext = this.#parts.scheduler.after(delayMs, () => void this.ask())
  }

  close(): void {
    this.#askCount++
    this.#cancelNext?.()
    this.#cancelNext = undefined
  }

  #take(reply: Awaited<ReturnType<SharedFleetParts['list']>>): void {
    const next: Fleet =
      reply.type === 'answered'
        ? { devices: reply.body.devices, error: undefined }
        : {
            devices: this.#fleet.devices,
            error: { code: reply.type === 'refused' ? reply.code : 'UNREACHABLE', message: reply.message },
          }
    if (JSON.stringify(next) === JSON.stringify(this.#fleet)) return
    this.#fleet = next
    for (const listener of this.#listeners) callListener(listener)
  }
}
