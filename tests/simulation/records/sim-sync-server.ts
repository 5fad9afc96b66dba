import { createHash, createHmac } from 'node:crypto'
import {
  syncRequestSchema,
  type ChangeHint,
  type ChangesResponse,
  type Operation,
  type Policy,
  type SyncResponse,
} from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import { createSyncProcessor, SyncRequestError, type SyncService } from '@rejoin/server/simulation'
import type { World } from '../world/world.ts'
import type { Config } from './config.ts'
import type { Ledger } from './ledger.ts'
import type { Mutant } from './mutants.ts'
import { ResponseWitness } from './response-witness.ts'
import type { SimRecordDisk } from './sim-record-disk.ts'
import type { SimSceneServer } from './sim-scene-server.ts'
import { identityOf, rightsOf, type SimUser } from './sim-user.ts'
import { createSimulatedSchema } from './simulated-schema.ts'

export type ServerReply<Body> =
  | { readonly type: 'answered'; readonly body: Body }
  | {
      readonly type: 'refused'
      readonly status: number
      readonly code: string
      readonly message: string
      readonly retryAfterMs: number | undefined
    }
  /** The process died before it could answer. */
  | { readonly type: 'died' }

export interface SimSyncServerOptions {
  readonly world: World
  readonly config: Config
  readonly ledger: Ledger
  readonly disk: SimRecordDisk
  /** In the same process. */
  readonly sceneServer: SimSceneServer
  readonly mutant: Mutant | undefined
}

export interface FeedConnection {
  close(): void
}

const heartbeatMs = 20_000
const statusOf: Readonly<Record<SyncRequestError['code'], number>> = {
  BAD_REQUEST: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  TOO_LARGE: 413,
  OVERLOADED: 503,
}

/** The real processor of records on a simulated disk; it can be killed at any step. Here the routes' part is played: JSON, statuses, heartbeats. */
export class SimSyncServer {
  readonly #options: SimSyncServerOptions
  readonly #random: SeededRandom
  readonly #witness: ResponseWitness
  readonly #feeds = new Set<{ readonly user: SimUser; died(): void }>()
  #version: 1 | 2 = 1
  #service: SyncService | undefined

  constructor(options: SimSyncServerOptions) {
    this.#options = options
    this.#random = options.world.random('server')
    this.#witness = new ResponseWitness(options.ledger)
  }

  get isUp(): boolean {
    return this.#service !== undefined
  }

  get version(): 1 | 2 {
    return this.#version
  }

  start(): void {
    const { world, config, disk, sceneServer, mutant, ledger } = this.#options
    sceneServer.start()
    ledger.book.serverVersion = this.#version
    this.#service = createSyncProcessor({
      schema: createSimulatedSchema(this.#version, {
        bendPolicy: (policy) => bendPolicy(policy, mutant),
        ignoresCanRead: mutant === 'readRuleIsIgnored',
      }),
      store: disk.open(),
      // Whole milliseconds, as clocks tell: the times on the wire have no more.
      clock: { now: () => Math.floor(world.now()) },
      scheduler: world,
      elapsedMs: () => world.now(),
      digest: {
        hash: (text) => createHash('sha256').update(text).digest('base64url'),
        sign: (key, text) => createHmac('sha256', key).update(text).digest('base64url'),
      },
      ...(config.hookFailureRate > 0 && {
        hooks: {
          beforeApply: () => {
            if (this.#random.chance(config.hookFailureRate)) throw new Error('the hook has a bug')
          },
        },
      }),
      report: () => ledger.note('server reported a problem'),
      limits: { operationsMax: config.operationsMax, changesMax: config.changesMax, operationBytesMax: 2_000 },
    })
  }

  crash(): void {
    this.#service = undefined
    for (const feed of this.#feeds) feed.died()
    this.#feeds.clear()
    this.#options.sceneServer.crash()
    this.#options.disk.crash()
  }

  /** Whose rights have changed gets a new token, and with it a new connection. */
  closeFeedsOf(user: SimUser): void {
    for (const feed of Array.from(this.#feeds)) {
      if (feed.user !== user) continue
      this.#feeds.delete(feed)
      feed.died()
    }
  }

  /** The next process knows the next version of the schema. */
  upgrade(): void {
    this.#version = 2
  }

  async push(user: SimUser, body: string): Promise<ServerReply<SyncResponse>> {
    const { ledger } = this.#options
    const rights = rightsOf(user)
    const request = syncRequestSchema.safeParse(JSON.parse(body))
    if (!request.success) return refusal(400, 'BAD_REQUEST')
    ledger.book.arrived(request.data.operations, rights)
    return this.#answer(
      (service) => service.sync(this.#identity(user), request.data),
      (response) => {
        ledger.guard(() => this.#witness.pushed(rights, request.data.checkpoint, response))
      },
    )
  }

  async pull(
    user: SimUser,
    page: { readonly checkpoint: string | undefined; readonly limit: number },
  ): Promise<ServerReply<ChangesResponse>> {
    const rights = rightsOf(user)
    return this.#answer(
      (service) => service.changes(this.#identity(user), page),
      (response) => {
        this.#options.ledger.guard(() => this.#witness.pulled(rights, page.checkpoint, response))
      },
    )
  }

  /** A program of the operator writes over REST. */
  async apply(user: SimUser, operation: Operation): Promise<void> {
    await this.#answer(
      (service) => service.apply(this.#identity(user), operation.entityType, [operation]),
      () => this.#options.ledger.note('written over REST'),
    )
  }

  /** One socket of the change feed. `tell` gets every frame, `died` comes once, where the process ends first. */
  follow(user: SimUser, tell: (hint: ChangeHint) => void, died: () => void): FeedConnection {
    const service = this.#service
    if (service === undefined) {
      died()
      return { close: () => undefined }
    }
    let stop: (() => void) | undefined
    let last: ChangeHint | undefined
    let isOpen = true
    const feed = {
      user,
      died: () => {
        isOpen = false
        died()
      },
    }
    const close = (): void => {
      isOpen = false
      this.#feeds.delete(feed)
      stop?.()
    }
    const beat = (): void => {
      if (!isOpen) return
      if (last !== undefined) tell({ ...last, from: last.head, to: last.head })
      this.#options.world.after(heartbeatMs, beat)
    }
    this.#feeds.add(feed)
    this.#options.world.after(heartbeatMs, beat)
    service
      .follow(this.#identity(user), (hint) => {
        if (!isOpen) return
        last = hint
        tell(hint)
      })
      .then(
        (unfollow) => {
          if (isOpen) stop = unfollow
          else unfollow()
        },
        () => {
          if (!isOpen) return
          close()
          died()
        },
      )
    return { close }
  }

  /** The checkpoint of everything there is: what a planted bug hands out with too few changes. */
  async headCheckpoint(user: SimUser): Promise<string | undefined> {
    let checkpoint: string | undefined
    for (let page = 0; page < 100; page++) {
      const reply = await this.pull(user, { checkpoint, limit: 1_000 })
      if (reply.type !== 'answered') return undefined
      checkpoint = reply.body.checkpoint
      if (!reply.body.hasMore) break
    }
    return checkpoint
  }

  #identity(user: SimUser) {
    return identityOf(rightsOf(user), { ignoresScope: this.#options.mutant === 'scopeIsIgnored' })
  }

  async #answer<Body>(ask: (service: SyncService) => Promise<Body>, witness: (body: Body) => void): Promise<ServerReply<Body>> {
    const service = this.#service
    if (service === undefined) return { type: 'died' }
    try {
      const body = await ask(service)
      if (this.#service !== service) return { type: 'died' }
      witness(body)
      return { type: 'answered', body }
    } catch (error) {
      if (this.#service !== service) return { type: 'died' }
      return error instanceof SyncRequestError ? refusal(statusOf[error.code], error.code) : refusal(503, 'UNAVAILABLE')
    }
  }
}

export function refusal(status: number, code: string, retryAfterMs?: number): Extract<ServerReply<never>, { type: 'refused' }> {
  return { type: 'refused', status, code, message: `the simulated server says ${code}`, retryAfterMs }
}

/** Where bugs of the rules are planted. */
function bendPolicy(policy: Policy, mutant: Mutant | undefined): Policy {
  return {
    name: policy.name,
    decide: (current, operation, context) => {
      if (mutant === 'lastArrivalWins' && current !== undefined && operation.operationType === 'update')
        return policy.decide(current, { ...operation, baseVersion: current.version }, context)
      if (mutant === 'clockIsNotClamped') return policy.decide(current, operation, { now: Number.MAX_SAFE_INTEGER })
      if (mutant === 'editsResurrect' && current?.isDeleted === true && operation.operationType === 'update')
        return policy.decide({ ...current, isDeleted: false }, operation, context)
      return policy.decide(current, operation, context)
    },
  }
}
