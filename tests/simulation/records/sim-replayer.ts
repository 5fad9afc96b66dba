import type { ReplayReply, RequestEntry, RequestReplayer, RequestToReplay } from '@rejoin/client/simulation'
import type { SeededRandom } from '@rejoin/core/testing'
import type { World } from '../world/world.ts'
import type { Config } from './config.ts'
import type { Ledger } from './ledger.ts'
import type { Mutant } from './mutants.ts'
import type { RoomCheck } from './room-check.ts'
import type { SimAppServer } from './sim-app-server.ts'
import type { SimDeviceDisk } from './sim-device-disk.ts'
import type { SimSceneNetwork } from './sim-scene-network.ts'
import type { SimUser } from './sim-user.ts'

export interface SimReplayerOptions {
  readonly world: World
  readonly config: Config
  readonly ledger: Ledger
  readonly mutant: Mutant | undefined
  readonly random: SeededRandom
  readonly appServer: SimAppServer
  /** Where operations on scenes go. */
  readonly sceneNetwork: SimSceneNetwork
  readonly user: SimUser
  readonly disk: SimDeviceDisk
  readonly network: {
    readonly isOnline: boolean
    readonly isCaptive: boolean
    isTokenExpired(user: SimUser): boolean
    setTokenExpired(user: SimUser, isExpired: boolean): void
  }
  /** Not at all if the page is dead, and later if it is frozen. */
  readonly inPage: (run: () => void) => void
  readonly room?: RoomCheck
}

/** As the product's own, written down once more. */
const timeoutMs = 30_000

/** One page's way to the app's own server: slow, and lossy in both directions. */
export class SimReplayer implements RequestReplayer {
  readonly #options: SimReplayerOptions
  #sentCount = 0

  constructor(options: SimReplayerOptions) {
    this.#options = options
  }

  replay(request: RequestToReplay, { isTokenRefused }: { readonly isTokenRefused: boolean }): Promise<ReplayReply> {
    const { world, network, user, disk, inPage, ledger, room, config, random } = this.#options
    const end = room?.begin('requests')
    const isHanging = random.chance(config.hangRate)
    const waiting = [...disk.book.snapshot.requests.values()]
    const { promise, resolve } = Promise.withResolvers<ReplayReply>()
    world.after(this.#latencyMs(), () => {
      if (isTokenRefused && network.isOnline) network.setTokenExpired(user, false)
      let isOver = false
      const answerIn = (delayMs: number, reply: ReplayReply): void => {
        world.after(delayMs, () =>
          inPage(() => {
            if (!isOver) end?.()
            isOver = true
            resolve(reply)
          }),
        )
      }
      const answer = (reply: ReplayReply): void => {
        ledger.note(isHanging ? 'request hung' : `request ${reply.type}`)
        answerIn(isHanging ? timeoutMs : this.#latencyMs(), isHanging ? lost : reply)
      }
      const reply = this.#arrive(this.#altered(request), waiting)
      if (!(reply instanceof Promise)) return answer(reply)
      answerIn(timeoutMs, lost)
      void reply.then(answer)
    })
    return promise
  }

  #arrive(request: RequestToReplay, waiting: readonly RequestEntry[]): ReplayReply | Promise<ReplayReply> {
    const { config, random, network, appServer, sceneNetwork, user, disk, ledger } = this.#options
    const isLost = random.chance(config.requestLossRate)
    const isUnheard = random.chance(config.responseLossRate)
    if (!network.isOnline || isLost) return lost
    if (network.isCaptive) return { type: 'unexpected', message: 'a page of somebody else' }
    const isTokenExpired = request.isAuthorized && network.isTokenExpired(user)
    const sender = { user, disk, waiting, isTokenExpired }
    let reply: ReplayReply | Promise<ReplayReply> = lost
    ledger.guard(() => {
      reply = request.isScene === true ? sceneNetwork.carry(request, sender) : appServer.answer(request, sender)
    })
    if (!isUnheard) return reply
    return request.isScene === true ? unheard(reply) : lost
  }

  #altered(request: RequestToReplay): RequestToReplay {
    if (this.#options.mutant !== 'newKeyOnReplay') return request
    return { ...request, idempotencyKey: `${request.idempotencyKey}/${this.#sentCount++}` }
  }

  #latencyMs(): number {
    return this.#options.random.next() * this.#options.config.latencyMsMax
  }
}

async function unheard(reply: ReplayReply | Promise<ReplayReply>): Promise<ReplayReply> {
  await reply
  return lost
}

const lost: ReplayReply = { type: 'unreachable', message: 'no answer' }
