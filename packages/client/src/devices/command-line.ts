import { jitteredDelayMs, type DeviceCommand, type Random, type Scheduler } from '@rejoin/core'
import type { DeviceServer } from './device-server.ts'

export interface CommandLineParts {
  readonly server: Pick<DeviceServer, 'follow'>
  readonly scheduler: Scheduler
  readonly random: Random
  readonly onCommands: (commands: readonly DeviceCommand[]) => void
}

const reopening = { initialDelayMs: 1_000, maxDelayMs: 60_000, multiplier: 2 }
/** One that lasted so long was good, whatever came over it: a word of the server may be followed by the end every time. */
const goodLineMs = 60_000

/** Keeps a line to the server open on which commands for a device come; opened again after a growing delay. */
export class CommandLine {
  readonly #parts: CommandLineParts
  #deviceId: string | undefined
  #stop: (() => void) | undefined
  #cancelReopening: (() => void) | undefined
  #cancelGood: (() => void) | undefined
  #attempt = 0

  constructor(parts: CommandLineParts) {
    this.#parts = parts
  }

  /** `undefined`: to nobody. */
  listenFor(deviceId: string | undefined): void {
    if (deviceId === this.#deviceId) return
    this.#deviceId = deviceId
    this.#attempt = 0
    this.#open()
  }

  /** There may be a network again. */
  hurry(): void {
    this.#attempt = 0
    if (this.#cancelReopening !== undefined) this.#open()
  }

  #open(): void {
    this.#cancelReopening?.()
    this.#cancelReopening = undefined
    this.#stop?.()
    this.#stop = undefined
    this.#cancelGood?.()
    if (this.#deviceId === undefined) return
    this.#cancelGood = this.#parts.scheduler.after(goodLineMs, () => (this.#attempt = 0))
    this.#stop = this.#parts.server.follow(this.#deviceId, {
      onWord: (commands) => {
        if (commands.length > 0) this.#parts.onCommands(commands)
      },
      onClose: () => this.#reopenLater(),
    })
  }

  #reopenLater(): void {
    this.#stop = undefined
    this.#cancelGood?.()
    const delayMs = jitteredDelayMs(reopening, this.#attempt, this.#parts.random)
    this.#attempt += 1
    this.#cancelReopening = this.#parts.scheduler.after(delayMs, () => this.#open())
  }
}
