import { syncLimits, type ChangeHint, type DeviceCommand, type DeviceCommandsFrame, type ErrorCode } from '@rejoin/core'
import type { WebSocket } from 'ws'
import type { Identity } from '../auth/identity.ts'
import type { RecordCounters } from '../records/record-counters.ts'
import { closeWith } from './close-with.ts'
import { PingWatch } from './ping-watch.ts'
import { socketLimits } from './socket-limits.ts'

export interface ChangeFeedOptions {
  readonly ws: WebSocket
  readonly identity: Identity
  readonly counters: RecordCounters
  readonly now: () => number
  /** Runs after what is under way in this turn: hints of one turn become one. */
  readonly defer: (run: () => void) => void
}

const open = 1
/** Some time before it is due: connections are looked over only so often. */
const heartbeatAfterMs = syncLimits.heartbeatMs - 2 * socketLimits.sweepMs

/** One `WS /changes`: says where the feed of its tenant stands and what its device is to do, and hears nothing. */
export class ChangeFeed {
  readonly identity: Identity
  readonly #options: ChangeFeedOptions
  /** Where the other side was told the feed stands; where it really stands is `#latest`. */
  #toldHead: number | undefined
  #latest: ChangeHint | undefined
  #isDue = false
  /** What the device has not acknowledged, where it was not told yet. */
  #commands: readonly DeviceCommand[] | undefined
  /** A frame that the network has not taken yet, since then. There is one at most: for a slow reader the latest wins. */
  #sendingSince: number | undefined
  #lastToldAt: number
  readonly #pings: PingWatch

  constructor(options: ChangeFeedOptions) {
    this.#options = options
    this.identity = options.identity
    this.#lastToldAt = options.now()
    this.#pings = new PingWatch(options.ws, this.#lastToldAt)
    options.ws.on('message', () => this.close('BAD_FRAME', 'nothing is to be said here'))
  }

  /** The feed has moved, or this is where it stands at the start. */
  hint(hint: ChangeHint): void {
    this.#latest = hint
    if (this.#isDue) return
    this.#isDue = true
    this.#options.defer(() => {
      this.#isDue = false
      this.#tell()
    })
  }

  /** All that the device has not acknowledged. */
  command(commands: readonly DeviceCommand[]): void {
    this.#commands = commands
    this.#tellCommands()
  }

  close(code: ErrorCode, reason: string): void {
    if (this.#options.ws.readyState === open) closeWith(this.#options.ws, code, reason)
  }

  /** Looks after a quiet connection: a heartbeat, a ping, the end of its token, a reader that does not read. */
  sweep(): void {
    const { ws, now } = this.#options
    if (ws.readyState !== open) return
    const nowMs = now()
    const { expiresAt } = this.identity
    if (expiresAt !== undefined && nowMs >= expiresAt) return this.close('TOKEN_EXPIRED', 'the token has expired')
    if (this.#sendingSince !== undefined && nowMs - this.#sendingSince >= socketLimits.feedStalledMs) {
      return this.close('TOO_SLOW', 'nothing is read here')
    }
    if (nowMs - this.#lastToldAt >= heartbeatAfterMs) this.#tell()
    this.#pings.sweep(nowMs)
  }

  #tell(): void {
    const { ws, counters, now } = this.#options
    if (ws.readyState !== open || this.#latest === undefined || this.#sendingSince !== undefined) return
    const { head, epoch } = this.#latest
    const hint: ChangeHint = { from: Math.min(this.#toldHead ?? head, head), to: head, head, epoch }
    this.#lastToldAt = now()
    this.#toldHead = head
    counters.hintsOut++
    this.#send(hint)
  }

  #tellCommands(): void {
    if (this.#options.ws.readyState !== open || this.#commands === undefined || this.#sendingSince !== undefined) return
    const frame: DeviceCommandsFrame = { commands: [...this.#commands] }
    this.#commands = undefined
    this.#send(frame)
  }

  #send(frame: ChangeHint | DeviceCommandsFrame): void {
    const { ws, now } = this.#options
    this.#sendingSince = now()
    ws.send(JSON.stringify(frame), () => {
      this.#sendingSince = undefined
      this.#tellCommands()
      // What is due at the end of this turn is told then, once.
      if (!this.#isDue && this.#latest?.head !== this.#toldHead) this.#tell()
    })
  }
}
