import type { Socket } from 'node:net'
import { encodeReauthenticate, isPermanentClose, limits, type Clock, type ErrorCode, type Scheduler } from '@rejoin/core'
import type { WebSocket } from 'ws'
import type { Identity } from '../auth/identity.ts'
import { frameDenied, frameMessage, keepAliveFrame } from '../relay/frames.ts'
import { readInboundMessage, type InboundMessage } from '../relay/inbound-message.ts'
import type { Member } from '../relay/member.ts'
import type { Peer } from '../relay/peer.ts'
import type { RelayCounters } from '../relay/relay-counters.ts'
import type { RestingBytes } from '../relay/resting-bytes.ts'
import type { Room } from '../relay/room.ts'
import { closeCodeOf, closeWith } from './close-with.ts'
import type { MessageBudget } from './message-budget.ts'
import { PingWatch } from './ping-watch.ts'
import { socketLimits } from './socket-limits.ts'

export interface ConnectionOptions {
  readonly ws: WebSocket
  /** The socket under it, from the upgrade request: frames of ours are written there directly. */
  readonly socket: Socket
  readonly identity: Identity
  readonly isRejoin: boolean
  readonly canWrite: boolean
  /** `undefined` where rate limits are off. */
  readonly budget: MessageBudget | undefined
  readonly counters: RelayCounters
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** A handler threw: only this connection ends. */
  readonly onFault: (error: unknown) => void
}

const open = 1

/** One WebSocket as a room's peer. */
export class Connection implements Peer {
  readonly identity: Identity
  readonly isRejoin: boolean
  readonly canWrite: boolean
  readonly #options: ConnectionOptions
  #seat: { readonly room: Room; readonly member: Member } | undefined
  #lastWriteAt: number
  readonly #pings: PingWatch
  #resumeAt = 0
  #cancelResume: (() => void) | undefined
  #isAskedForToken: boolean

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.identity = options.identity
    this.isRejoin = options.isRejoin
    this.canWrite = options.canWrite
    this.#lastWriteAt = options.clock.now()
    // A device that was asked and had no fresher one would be asked again at once, for as long as its token lasts.
    this.#isAskedForToken = isAboutToEnd(options.identity, this.#lastWriteAt)
    this.#pings = new PingWatch(options.ws, this.#lastWriteAt)
  }

  get user(): string | null {
    return this.identity.user
  }

  /** Begins to read: whatever arrived before the document was loaded has waited in the network. */
  seat(room: Room, member: Member): void {
    const { ws, socket } = this.#options
    this.#seat = { room, member }
    ws.on('message', (data, isBinary) => this.#guard(() => this.#receive(data, isBinary)))
    ws.on('close', () => {
      this.#cancelResume?.()
      this.#guard(() => room.leave(member))
    })
    socket.on('drain', () => this.#guard(() => room.drained(member)))
    if (ws.readyState === open) ws.resume()
    else room.leave(member)
  }

  write(frames: RestingBytes): void {
    const { ws, socket, counters, clock } = this.#options
    if (ws.readyState !== open) return
    this.#lastWriteAt = clock.now()
    counters.bytesOut += frames.length
    if (typeof frames === 'string') socket.write(frames, 'latin1')
    else socket.write(frames)
  }

  buffered(): number {
    return this.#options.socket.writableLength
  }

  close(code: ErrorCode, reason: string): void {
    const { ws } = this.#options
    if (ws.readyState !== open) return
    // A stock client cannot act on the code, but it prints this.
    if (!this.isRejoin && isPermanentClose(closeCodeOf(code))) this.write(frameDenied(reason))
    closeWith(ws, code, reason)
  }

  /** Looks after a quiet connection: something to hear, a ping, a warning before the token ends. */
  sweep(): void {
    const { ws, clock } = this.#options
    if (ws.readyState !== open) return
    const nowMs = clock.now()
    if (nowMs - this.#lastWriteAt >= limits.keepAliveMs) this.write(keepAliveFrame)
    this.#pings.sweep(nowMs)
    const { expiresAt } = this.identity
    if (expiresAt === undefined) return
    if (nowMs >= expiresAt) this.close('TOKEN_EXPIRED', 'the token has expired')
    else if (isAboutToEnd(this.identity, nowMs)) this.#askForToken()
  }

  #askForToken(): void {
    if (!this.isRejoin || this.#isAskedForToken) return
    this.#isAskedForToken = true
    this.write(frameMessage(encodeReauthenticate()))
  }

  #receive(data: Buffer | ArrayBuffer | Buffer[], isBinary: boolean): void {
    const { ws, budget, counters, clock } = this.#options
    if (this.#seat === undefined || ws.readyState !== open) return
    if (!isBinary || !(data instanceof Uint8Array)) return this.close('BAD_FRAME', 'text frames are not part of the protocol')
    counters.framesIn++
    counters.bytesIn += data.length
    if (data.length > limits.frameBytesMax) return this.close('TOO_LARGE', `a frame has at most ${limits.frameBytesMax} bytes`)
    this.#pings.hear()
    const { room, member } = this.#seat
    const message = readInboundMessage(data)
    room.receive(member, message)
    if (budget === undefined) return
    const nowMs = clock.now()
    const pauseMs = budget.take(data.length, weightOf(message), nowMs)
    if (pauseMs > 0) this.#pauseUntil(nowMs + pauseMs)
  }

  /** Too fast: the rest waits in the network until the budget has grown again. What was read already still comes, and makes it longer. */
  #pauseUntil(resumeAt: number): void {
    this.#resumeAt = Math.max(this.#resumeAt, resumeAt)
    if (this.#cancelResume !== undefined) return
    this.#options.ws.pause()
    this.#armResume()
  }

  #armResume(): void {
    const { ws, clock, scheduler } = this.#options
    this.#cancelResume = scheduler.after(this.#resumeAt - clock.now(), () => {
      this.#cancelResume = undefined
      if (ws.readyState !== open) return
      if (clock.now() < this.#resumeAt) this.#armResume()
      else ws.resume()
    })
  }

  #guard(handle: () => void): void {
    try {
      handle()
    } catch (error) {
      this.#options.onFault(error)
      this.close('INTERNAL', 'the server made a mistake with this connection')
    }
  }
}

function isAboutToEnd({ expiresAt }: Identity, nowMs: number): boolean {
  return expiresAt !== undefined && nowMs >= expiresAt - socketLimits.reauthenticateMs
}

/** What a message costs of the budget, in messages. Presence has limits of its own: stock clients send all of it back. */
function weightOf({ type }: InboundMessage): number {
  if (type === 'awareness') return 0
  return type === 'step1' ? socketLimits.step1Weight : 1
}
