import type { ChangeHint, ChangesResponse, Operation, SyncResponse } from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import type { FeedListener, PushBody, SyncTransport, TransportReply } from '@rejoin/client/simulation'
import type { World } from '../world/world.ts'
import { BentWire } from './bent-wire.ts'
import type { Config } from './config.ts'
import { describeReply, describeRequest } from './describe-reply.ts'
import type { Ledger } from './ledger.ts'
import type { Mutant } from './mutants.ts'
import { overTheWire } from './over-the-wire.ts'
import type { RoomCheck } from './room-check.ts'
import { refusal, type ServerReply, type SimSyncServer } from './sim-sync-server.ts'
import { rightsOf, type SimUser } from './sim-user.ts'
import { Violation } from './violation.ts'

/** The network of a device, and who is signed in. */
export interface NetworkHost {
  readonly isOnline: boolean
  readonly isCaptive: boolean
  readonly isTokenExpired: boolean
  readonly user: SimUser
  renewToken(): void
  /** For the planted bug that mixes them up. */
  readonly otherUser: SimUser | undefined
}

export interface SimTransportOptions {
  /** Of the page. */
  readonly name: string
  readonly world: World
  readonly config: Config
  readonly ledger: Ledger
  readonly server: SimSyncServer
  readonly mutant: Mutant | undefined
  readonly random: SeededRandom
  readonly host: NetworkHost
  /** Runs it in the page: not at all if that is dead, and later if it is frozen. */
  readonly inPage: (run: () => void) => void
  readonly isAlive: () => boolean
  readonly room?: RoomCheck
  /** Before each push. */
  readonly onPush?: () => void
  /** Answers take so much longer. */
  readonly stallMs?: () => number
}

const timeoutMs = 30_000

/** One page's way to the server: slow, lossy, sometimes not to the server at all. */
export class SimTransport implements SyncTransport {
  readonly #options: SimTransportOptions
  readonly #random: SeededRandom
  readonly #openRequests = new Set<() => void>()
  readonly #feeds = new Set<{ cut(isHalfOpen: boolean): void }>()
  readonly #wire: BentWire
  requestCount = 0
  lastRefusedStatus: number | undefined

  constructor(options: SimTransportOptions) {
    this.#options = options
    this.#random = options.random
    this.#wire = new BentWire(options)
  }

  get inFlight(): number {
    return this.#openRequests.size
  }

  traffic(): ReturnType<SyncTransport['traffic']> {
    return { requests: this.requestCount, bytesSent: 0, bytesReceived: 0 }
  }

  async push(body: PushBody): Promise<TransportReply<SyncResponse>> {
    const { ledger, onPush } = this.#options
    ledger.guard(() => onPush?.())
    const sender = this.#sender()
    const altered = this.#wire.alterRequest(body)
    this.#witness(altered.operations, sender)
    const text = JSON.stringify(altered)
    this.#options.ledger.trace(() => `${this.#options.name} #${this.requestCount + 1} push ${describeRequest(altered)}`)
    const reply = await this.#request(() => this.#options.server.push(sender, text))
    return this.#wire.alterReply(body.operations, await this.#skipAhead(overTheWire(altered.operations, reply)))
  }

  pull(page: { readonly checkpoint: string | undefined; readonly limit: number }): Promise<TransportReply<ChangesResponse>> {
    const sender = this.#sender()
    this.#options.ledger.trace(
      () => `${this.#options.name} #${this.requestCount + 1} pull ${page.checkpoint?.split('.').slice(0, 3).join('.')}`,
    )
    return this.#request(() => this.#options.server.pull(sender, page))
  }

  renewToken(): ReturnType<SyncTransport['renewToken']> {
    const { world, host, inPage, ledger } = this.#options
    const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<SyncTransport['renewToken']>>>()
    world.after(this.#latencyMs(), () => {
      const isReachable = host.isOnline && !host.isCaptive
      if (isReachable) host.renewToken()
      ledger.note(isReachable ? 'token renewed' : 'token not renewed')
      inPage(() => resolve(isReachable ? { type: 'renewed' } : { type: 'failed', message: 'nobody could be asked' }))
    })
    return promise
  }

  follow(listener: FeedListener): () => void {
    const { world, config, host, server, inPage, ledger, mutant } = this.#options
    let isOpen = true
    let connection: { close(): void } | undefined
    let lastHint: ChangeHint | undefined
    let dueMs = 0
    const close = (): void => {
      isOpen = false
      this.#feeds.delete(feed)
      connection?.close()
    }
    const end = (): void => {
      if (!isOpen) return
      close()
      inPage(() => listener.onClose())
    }
    const tell = (hint: ChangeHint): void => {
      if (!isOpen || isDeaf || this.#random.chance(config.frameLossRate)) return ledger.note('lost frame of the feed')
      dueMs = Math.max(dueMs + 0.01, world.now() + this.#latencyMs())
      world.after(dueMs - world.now(), () => {
        if (!isOpen || isDeaf) return
        lastHint = hint
        ledger.trace(() => `${this.#options.name} hint ${hint.from}→${hint.to} of ${hint.head}`)
        inPage(() => {
          if (isOpen) listener.onHint(hint)
        })
      })
    }
    /** Nobody notices that nothing comes any more. */
    let isDeaf = false
    const feed = {
      cut: (isHalfOpen: boolean) => {
        connection?.close()
        if (mutant === 'upToDateWithoutHeartbeat') return beatForEver()
        if (isHalfOpen) isDeaf = true
        else end()
      },
    }
    const beatForEver = (): void => {
      const hint = lastHint
      isDeaf = true
      if (isOpen && hint !== undefined) inPage(() => listener.onHint({ ...hint, from: hint.head, to: hint.head }))
      if (isOpen) world.after(5_000, beatForEver)
    }
    this.#feeds.add(feed)
    world.after(this.#latencyMs(), () => {
      if (!isOpen) return
      if (!host.isOnline || host.isCaptive || host.isTokenExpired || this.#random.chance(config.requestLossRate)) return end()
      connection = server.follow(this.#sender(), tell, () => feed.cut(this.#random.chance(config.halfOpenRate)))
    })
    return close
  }

  /** The network goes away under whatever is open. */
  cut(isHalfOpen: boolean): void {
    for (const cut of Array.from(this.#openRequests)) cut()
    this.cutFeeds(isHalfOpen)
  }

  cutFeeds(isHalfOpen: boolean): void {
    for (const feed of Array.from(this.#feeds)) feed.cut(isHalfOpen)
  }

  #request<Body>(ask: () => Promise<ServerReply<Body>>): Promise<TransportReply<Body>> {
    const { world, inPage, ledger, name } = this.#options
    const { promise, resolve } = Promise.withResolvers<TransportReply<Body>>()
    const startedAt = world.now()
    const end = this.#options.room?.begin('records')
    this.requestCount++
    this.lastRefusedStatus = undefined
    const number = this.requestCount
    let isOver = false
    const finish = (reply: TransportReply<Body>): void => {
      if (isOver) return
      isOver = true
      this.#openRequests.delete(lose)
      this.lastRefusedStatus = reply.type === 'refused' ? reply.status : undefined
      ledger.trace(() => `${name} #${number} reply ${describeReply(reply)}`)
      ledger.note(`reply ${reply.type}${reply.type === 'refused' ? ` ${reply.status}` : ''}`)
      inPage(() => {
        end?.()
        resolve(reply)
      })
    }
    const lose = (): void => finish({ type: 'unreachable', message: 'the connection was lost' })
    this.#openRequests.add(lose)
    world.after(timeoutMs, lose)
    world.after(this.#latencyMs(), () => {
      if (!isOver) void this.#deliver(ask, { startedAt, lose, finish })
    })
    return promise
  }

  /** The request has come as far as the first box on its way. */
  async #deliver<Body>(
    ask: () => Promise<ServerReply<Body>>,
    {
      startedAt,
      lose,
      finish,
    }: { readonly startedAt: number; readonly lose: () => void; readonly finish: (reply: TransportReply<Body>) => void },
  ): Promise<void> {
    const { world, config, host, ledger } = this.#options
    if (!host.isOnline) return lose()
    if (host.isCaptive) return finish({ type: 'unexpected', message: 'an answer that is not JSON' })
    if (this.#random.chance(config.requestLossRate)) return this.#loseSometime(lose)
    if (host.isTokenExpired) return finish(refusal(401, 'TOKEN_EXPIRED'))
    const refused = this.#refuse()
    if (refused !== undefined) return finish(refused)
    if (this.#random.chance(config.duplicateRate)) this.#repeat(ask)
    const reply = await ask()
    if (this.#random.chance(config.responseLossRate)) {
      ledger.note('answer lost')
      return this.#loseSometime(lose)
    }
    world.after(this.#latencyMs() + (this.#options.stallMs?.() ?? 0), () => {
      if (reply.type === 'died') lose()
      else if (reply.type === 'refused') finish(reply)
      else finish({ type: 'answered', body: JSON.parse(JSON.stringify(reply.body)), roundTripMs: world.now() - startedAt })
    })
  }

  /** Some proxy tries once more on its own: long after, perhaps. */
  #repeat<Body>(ask: () => Promise<ServerReply<Body>>): void {
    const { world, ledger, config } = this.#options
    const delayMs = this.#random.next() ** 3 * (this.#random.chance(0.1) ? 600_000 : 60_000)
    world.after(delayMs, () => {
      // When peace has come nothing changes any more, or nobody could be asked to be up to date.
      if (world.now() > config.repeatsUntil) return
      ledger.note('request repeated by the network')
      void ask()
    })
  }

  #loseSometime(lose: () => void): void {
    if (this.#random.chance(0.7)) this.#options.world.after(this.#latencyMs(), lose)
  }

  #refuse(): Extract<ServerReply<never>, { type: 'refused' }> | undefined {
    if (!this.#random.chance(this.#options.config.refusalRate)) return undefined
    const kind = this.#random.pick(['429', '503', '500'] as const)
    if (kind === '429') return refusal(429, 'TOO_FAST', this.#random.below(5_000))
    return kind === '503' ? refusal(503, 'OVERLOADED', this.#random.chance(0.5) ? 2_000 : undefined) : refusal(500, 'INTERNAL')
  }

  #latencyMs(): number {
    const { latencyMsMax } = this.#options.config
    return this.#random.next() ** 2 * latencyMsMax
  }

  #sender(): SimUser {
    const { host, mutant } = this.#options
    return mutant === 'anotherUsersToken' ? (host.otherUser ?? host.user) : host.user
  }

  #witness(operations: readonly Operation[], sender: SimUser): void {
    const { ledger } = this.#options
    ledger.guard(() => {
      const rights = rightsOf(sender)
      for (const operation of operations) {
        ledger.book.sent(operation, rights)
        for (const value of Object.values(operation.payload)) {
          const write = typeof value === 'string' ? ledger.writeByTag.get(value) : undefined
          const isForeign = write?.user !== undefined && (write.user !== sender.name || write.tenant !== sender.tenant)
          // Who restores a record sends what others wrote in it.
          if (
            isForeign &&
            operation.retryOf === undefined &&
            (operation.operationType !== 'create' || operation.baseVersion === null)
          )
            throw new Violation('P7', `${write.tag} was sent as ${sender.tenant}/${sender.name}`)
        }
      }
    })
  }

  /** A planted bug: the checkpoint covers more than the changes. */
  async #skipAhead(reply: TransportReply<SyncResponse>): Promise<TransportReply<SyncResponse>> {
    const { mutant, server } = this.#options
    if (mutant !== 'checkpointFromResults' || reply.type !== 'answered') return reply
    const checkpoint = await server.headCheckpoint(this.#sender())
    return checkpoint === undefined ? reply : { ...reply, body: { ...reply.body, checkpoint, hasMore: false } }
  }
}
