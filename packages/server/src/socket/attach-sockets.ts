import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { isPermanentClose, protocolVersion, type Clock, type ErrorCode, type Scheduler } from '@rejoin/core'
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws'
import { readUpgradeToken } from '../auth/bearer-token.ts'
import type { Authenticator, Identity } from '../auth/identity.ts'
import type { OriginGuard } from '../auth/origin-guard.ts'
import type { Revocations } from '../auth/revocations.ts'
import type { DeviceService } from '../devices/device-service.ts'
import type { SocketRelay } from '../relay/create-relay.ts'
import { countRefusal } from '../relay/relay-counters.ts'
import { ChangeFeeds, readFeedTarget, type ChangeFeedsOptions } from './change-feeds.ts'
import { closeCodeOf, closeWith } from './close-with.ts'
import { Connection } from './connection.ts'
import { LoadGuard, type LoopDelay } from './load-guard.ts'
import { MessageBudget } from './message-budget.ts'
import { RefusedClients, refuseUpgrade } from './refusals.ts'
import { Rounds } from './rounds.ts'
import { socketLimits } from './socket-limits.ts'
import { readUpgradeRequest, type UpgradeRequest } from './upgrade-request.ts'

export interface SocketOptions {
  readonly relay: SocketRelay
  readonly authenticator: Authenticator
  readonly originGuard: OriginGuard
  readonly revocations: Revocations
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly hasRateLimits: boolean
  readonly loopDelay: LoopDelay
  /** What `/changes` tells of. */
  readonly records: Pick<ChangeFeedsOptions, 'service' | 'counters'>
  /** Who is told of commands on `/changes`. */
  readonly devices: DeviceService
  /** Told of a handler that threw. Never of content. */
  readonly onFault: (error: unknown) => void
}

/** The WebSocket side of a running server. */
export interface Sockets {
  /** Ends connections that are still there. Call it after the relay was drained. */
  close(): void
}

type Verdict =
  | { readonly type: 'welcome'; readonly identity: Identity; readonly document: string }
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly reason: string }

/** `closeTimeout` is younger than the library's published types. */
const webSocketOptions: ServerOptions & { readonly closeTimeout: number } = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: socketLimits.payloadBytesMax,
  maxFragments: socketLimits.fragmentsMax,
  closeTimeout: socketLimits.closeTimeoutMs,
  handleProtocols: (offered) => (offered.has('rejoin') ? 'rejoin' : false),
}

interface Welcome {
  readonly asked: UpgradeRequest
  readonly identity: Identity
  readonly document: string
}

/** Serves documents on `GET /documents/NAME` upgrades of this HTTP server, and the feed of changes on `GET /changes`. */
export function attachSockets(server: Server, options: SocketOptions): Sockets {
  return new SocketServer(server, options)
}

class SocketServer implements Sockets {
  readonly #feeds: ChangeFeeds
  readonly #options: SocketOptions
  readonly #webSockets = new WebSocketServer(webSocketOptions)
  readonly #connections = new Set<Connection>()
  readonly #countByUser = new Map<string, number>()
  readonly #refused: RefusedClients
  readonly #load: LoadGuard
  /** One for all: a listener made where an upgrade is handled would keep its request for as long as the connection lasts. */
  readonly #onBadFrame: () => void
  readonly #rounds = new Rounds(this.#connections, socketLimits.sweepShares)
  #sweeps = 0
  #cancelSweep: () => void

  constructor(server: Server, options: SocketOptions) {
    this.#options = options
    this.#onBadFrame = () => countRefusal(options.relay.counters, 'BAD_FRAME')
    this.#load = new LoadGuard(options.loopDelay)
    this.#feeds = new ChangeFeeds({
      ...options,
      ...options.records,
      hasTooMany: (identity) => this.#hasTooMany(identity),
      isOverloaded: () => this.#load.isOverloaded,
      countForUser: (identity, ws) => this.#countForUser(identity, ws),
    })
    this.#refused = new RefusedClients((delayMs, run) => void options.scheduler.after(delayMs, run))
    this.#cancelSweep = this.#sweepLater()
    options.revocations.subscribe(() => this.#closeRevoked())
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy())
      this.#upgrade(request, socket, head).catch((error: unknown) => {
        options.onFault(error)
        refuseUpgrade(socket, 'INTERNAL', 'the server could not decide about this connection')
      })
    })
  }

  close(): void {
    this.#cancelSweep()
    for (const connection of this.#connections) connection.close('RESTARTING', 'the server is restarting')
    this.#feeds.close()
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const feedQuery = readFeedTarget(request.url ?? '')
    if (feedQuery !== undefined) return this.#feeds.upgrade(request, socket, head, feedQuery)
    const asked = readUpgradeRequest(request.url ?? '')
    if (asked === undefined) return refuseUpgrade(socket, 'NOT_FOUND', 'documents are at /documents/NAME')
    const token = readUpgradeToken(request.headers, asked.query)
    if (!this.#options.originGuard.isAllowed(request)) {
      countRefusal(this.#options.relay.counters, 'FOREIGN_ORIGIN')
      return refuseUpgrade(socket, 'FOREIGN_ORIGIN', 'pages of this origin may not connect')
    }
    const cancelCut = this.#options.scheduler.after(socketLimits.authenticationMs, () => socket.destroy())
    const verdict = await this.#judge(asked, token).finally(cancelCut)
    if (socket.destroyed) return
    if (verdict.type === 'welcome')
      return this.#accept(request, socket, head, (ws) => this.#enter(ws, request.socket, { asked, ...verdict }))
    countRefusal(this.#options.relay.counters, verdict.code)
    if (!asked.isRejoin && !this.#refused.hasRoom) return refuseUpgrade(socket, verdict.code, verdict.reason)
    this.#accept(request, socket, head, (ws) => this.#refuse(ws, request.socket, { ...verdict, isRejoin: asked.isRejoin }))
  }

  async #judge(asked: UpgradeRequest, token: ReturnType<typeof readUpgradeToken>): Promise<Verdict> {
    // First: nothing is spent on those who are sent away.
    if (this.#load.isOverloaded) return { type: 'refused', code: 'OVERLOADED', reason: 'the server is too busy for newcomers' }
    if (token.type === 'ambiguous') return { type: 'refused', code: 'UNAUTHENTICATED', reason: 'the token cannot be read' }
    const authentication = await this.#options.authenticator.authenticate(token.type === 'token' ? token.token : undefined)
    if (authentication.type === 'refused') return authentication
    const { identity } = authentication
    if (asked.document === undefined) return { type: 'refused', code: 'BAD_NAME', reason: asked.fault }
    if (asked.isRejoin && asked.protocol !== protocolVersion) {
      return { type: 'refused', code: 'PROTOCOL_UNSUPPORTED', reason: `this server speaks protocol ${protocolVersion}` }
    }
    if (this.#options.revocations.isRevoked(identity))
      return { type: 'refused', code: 'UNAUTHENTICATED', reason: 'the access was revoked' }
    if (identity.documentAccess(asked.document) === 'none')
      return { type: 'refused', code: 'FORBIDDEN', reason: 'you may not open this document' }
    if (this.#hasTooMany(identity)) return { type: 'refused', code: 'TOO_FAST', reason: 'too many connections of this user' }
    return { type: 'welcome', identity, document: asked.document }
  }

  /**
   * Accepted and paused: what the client sends waits in the network until somebody listens. The answer leaves together with what a room
   * that is open has to say, which it says before the next tick: when a thousand come back at once, every write counts.
   */
  #accept(request: IncomingMessage, socket: Duplex, head: Buffer, then: (ws: WebSocket) => void): void {
    socket.cork()
    process.nextTick(() => socket.uncork())
    this.#webSockets.handleUpgrade(request, socket, head, (ws) => {
      // `ws` closes the connection itself; without a listener the error would end the process.
      ws.on('error', this.#onBadFrame)
      ws.pause()
      then(ws)
    })
  }

  #refuse(
    ws: WebSocket,
    socket: Socket,
    refusal: { readonly code: ErrorCode; readonly reason: string; readonly isRejoin: boolean },
  ): void {
    const mayComeStraightBack = !refusal.isRejoin && isPermanentClose(closeCodeOf(refusal.code))
    if (mayComeStraightBack && this.#refused.hasRoom) this.#refused.hold(ws, socket, refusal)
    else closeWith(ws, refusal.code, refusal.reason)
  }

  #enter(ws: WebSocket, socket: Socket, welcome: Welcome): void {
    this.#welcome(ws, socket, welcome).catch((error: unknown) => {
      this.#options.onFault(error)
      closeWith(ws, 'INTERNAL', 'the server made a mistake with this connection')
    })
  }

  async #welcome(ws: WebSocket, socket: Socket, welcome: Welcome): Promise<void> {
    const { relay, clock, scheduler, hasRateLimits, onFault } = this.#options
    const { asked, identity, document } = welcome
    socket.setNoDelay(true)
    const connection = new Connection({
      ws,
      socket,
      identity,
      isRejoin: asked.isRejoin,
      canWrite: identity.documentAccess(document) === 'write',
      budget: hasRateLimits ? new MessageBudget(clock.now()) : undefined,
      counters: relay.counters,
      clock,
      scheduler,
      onFault,
    })
    this.#count(connection, ws)
    const joined = await relay.join({ tenant: identity.tenant, document, peer: connection, generation: asked.generation })
    if (joined.type === 'joined') return connection.seat(joined.room, joined.member)
    countRefusal(relay.counters, joined.code)
    this.#refuse(ws, socket, { ...joined, isRejoin: asked.isRejoin })
  }

  #count(connection: Connection, ws: WebSocket): void {
    const { counters } = this.#options.relay
    this.#connections.add(connection)
    counters.connections++
    this.#countForUser(connection.identity, ws)
    ws.once('close', () => {
      this.#connections.delete(connection)
      counters.connections--
    })
  }

  #countForUser(identity: Identity, ws: WebSocket): void {
    const key = userKey(identity)
    this.#countByUser.set(key, (this.#countByUser.get(key) ?? 0) + 1)
    ws.once('close', () => {
      const left = (this.#countByUser.get(key) ?? 1) - 1
      if (left > 0) this.#countByUser.set(key, left)
      else this.#countByUser.delete(key)
    })
  }

  #hasTooMany(identity: Identity): boolean {
    if (identity.user === null || !this.#options.hasRateLimits) return false
    return (this.#countByUser.get(userKey(identity)) ?? 0) >= socketLimits.connectionsPerUserMax
  }

  #sweep(): void {
    for (const connection of this.#rounds.next()) connection.sweep()
    this.#feeds.sweep()
    this.#sweeps++
    if (this.#sweeps % socketLimits.sweepShares === 0) {
      this.#load.sweep()
      this.#closeRevoked()
    }
    this.#cancelSweep = this.#sweepLater()
  }

  #sweepLater(): () => void {
    return this.#options.scheduler.after(socketLimits.sweepMs / socketLimits.sweepShares, () => this.#sweep())
  }

  #closeRevoked(): void {
    this.#feeds.closeRevoked()
    for (const connection of this.#connections) {
      if (this.#options.revocations.isRevoked(connection.identity)) connection.close('UNAUTHENTICATED', 'the access was revoked')
    }
  }
}

/** JSON, so that no pair can be mistaken for another. */
function userKey({ tenant, user }: Identity): string {
  return JSON.stringify([tenant, user])
}
