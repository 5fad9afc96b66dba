import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { deviceIdSchema, type Clock, type ErrorCode, type Scheduler } from '@rejoin/core'
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws'
import { readUpgradeToken } from '../auth/bearer-token.ts'
import type { Authentication, Authenticator, Identity } from '../auth/identity.ts'
import type { OriginGuard } from '../auth/origin-guard.ts'
import type { Revocations } from '../auth/revocations.ts'
import type { DeviceService } from '../devices/device-service.ts'
import type { RecordCounters } from '../records/record-counters.ts'
import type { SyncService } from '../records/sync-service.ts'
import { ChangeFeed } from './change-feed.ts'
import { closeWith } from './close-with.ts'
import { refuseUpgrade } from './refusals.ts'
import { Rounds } from './rounds.ts'
import { socketLimits } from './socket-limits.ts'

export interface ChangeFeedsOptions {
  /** `undefined` where the server keeps no records. */
  readonly service: SyncService | undefined
  readonly counters: RecordCounters
  readonly devices: Pick<DeviceService, 'connect'>
  readonly authenticator: Authenticator
  readonly originGuard: OriginGuard
  readonly revocations: Revocations
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly onFault: (error: unknown) => void
  /** Seats of a user, shared with documents. */
  readonly hasTooMany: (identity: Identity) => boolean
  /** Newcomers are sent away. */
  readonly isOverloaded: () => boolean
  readonly countForUser: (identity: Identity, ws: WebSocket) => void
}

const path = '/changes'

/** `closeTimeout` is younger than the library's published types. */
const webSocketOptions: ServerOptions & { readonly closeTimeout: number } = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: socketLimits.feedPayloadBytesMax,
  closeTimeout: socketLimits.closeTimeoutMs,
  handleProtocols: (offered) => (offered.has('rejoin') ? 'rejoin' : false),
}

/** The query of an upgrade to `/changes`; `undefined` where it is to something else. */
export function readFeedTarget(target: string): URLSearchParams | undefined {
  const [before = '', ...query] = target.split('?')
  return before === path ? new URLSearchParams(query.join('?')) : undefined
}

/** Serves `GET /changes` upgrades. */
export class ChangeFeeds {
  readonly #options: ChangeFeedsOptions
  readonly #feeds = new Set<ChangeFeed>()
  readonly #rounds = new Rounds(this.#feeds, socketLimits.sweepShares)
  readonly #webSockets = new WebSocketServer(webSocketOptions)

  constructor(options: ChangeFeedsOptions) {
    this.#options = options
  }

  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, query: URLSearchParams): Promise<void> {
    const { service, originGuard, scheduler } = this.#options
    const token = readUpgradeToken(request.headers, query)
    if (!originGuard.isAllowed(request)) {
      return refuseUpgrade(socket, 'FOREIGN_ORIGIN', 'pages of this origin may not connect')
    }
    if (service === undefined) return refuseUpgrade(socket, 'NOT_FOUND', 'this server keeps no records')
    const cancelCut = scheduler.after(socketLimits.authenticationMs, () => socket.destroy())
    const answer = await this.#judge(token).finally(cancelCut)
    if (socket.destroyed) return
    // A browser cannot see why an upgrade is refused, so the reason is the code of a close.
    this.#webSockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => ws.terminate())
      if (answer.type === 'refused') closeWith(ws, answer.code, answer.reason)
      else this.#enter(ws, { identity: answer.identity, service, deviceId: deviceOf(query) })
    })
  }

  /** Looks after a share of the readers: after `sweepShares` calls all have had their turn. */
  sweep(): void {
    for (const feed of this.#rounds.next()) feed.sweep()
  }

  closeRevoked(): void {
    for (const feed of this.#feeds) {
      if (this.#options.revocations.isRevoked(feed.identity)) feed.close('UNAUTHENTICATED', 'the access was revoked')
    }
  }

  close(): void {
    for (const feed of this.#feeds) feed.close('RESTARTING', 'the server is restarting')
  }

  async #judge(token: ReturnType<typeof readUpgradeToken>): Promise<Authentication | Refusal> {
    const { authenticator, hasTooMany, isOverloaded } = this.#options
    if (isOverloaded()) return { type: 'refused', code: 'OVERLOADED', reason: 'the server is too busy for newcomers' }
    if (token.type === 'ambiguous') return { type: 'refused', code: 'UNAUTHENTICATED', reason: 'the token cannot be read' }
    const answer = await authenticator.authenticate(token.type === 'token' ? token.token : undefined)
    if (answer.type === 'refused' || !hasTooMany(answer.identity)) return answer
    return { type: 'refused', code: 'TOO_FAST', reason: 'too many connections of this user' }
  }

  #enter(ws: WebSocket, { identity, service, deviceId }: Entrance): void {
    const { counters, clock, countForUser, onFault } = this.#options
    const feed = new ChangeFeed({ ws, identity, counters, now: () => clock.now(), defer: setImmediate })
    this.#feeds.add(feed)
    counters.feeds++
    countForUser(identity, ws)
    let stop = (): void => undefined
    let isClosed = false
    const endDevice = this.#connectDevice(feed, deviceId)
    ws.once('close', () => {
      isClosed = true
      this.#feeds.delete(feed)
      counters.feeds--
      endDevice()
      stop()
    })
    service
      .follow(identity, (hint) => feed.hint(hint))
      .then(
        (unfollow) => {
          if (isClosed) unfollow()
          else stop = unfollow
        },
        (error: unknown) => {
          onFault(error)
          feed.close('UNAVAILABLE', 'the feed cannot be had now')
        },
      )
  }

  /** What waits for the device is told when it is known; that it cannot be had now costs the feed nothing. */
  #connectDevice(feed: ChangeFeed, deviceId: string | undefined): () => void {
    if (deviceId === undefined) return () => undefined
    const { devices, onFault } = this.#options
    const connection = devices.connect(feed.identity, deviceId, (commands) => feed.command(commands))
    connection.waiting.catch(onFault)
    return () => connection.end()
  }
}

interface Entrance {
  readonly identity: Identity
  readonly service: SyncService
  readonly deviceId: string | undefined
}

/** Which device listens; whoever does not say so, or says what is none, is told hints alone. */
function deviceOf(query: URLSearchParams): string | undefined {
  return deviceIdSchema.safeParse(query.get('deviceId')).data
}

interface Refusal {
  readonly type: 'refused'
  readonly code: ErrorCode
  readonly reason: string
}
