import { sceneSyncResultSchema, type SceneSyncResult } from '@rejoin/core'
import { readSceneReply, type ReplayReply, type RequestToReplay } from '@rejoin/client/simulation'
import type { SeededRandom } from '@rejoin/core/testing'
import type { World } from '../world/world.ts'
import type { Config } from './config.ts'
import { operationsIn } from './device-snapshot.ts'
import type { Ledger } from './ledger.ts'
import { checkLane, type Sender } from './sim-app-server.ts'
import type { SceneAnswer, SimSceneServer } from './sim-scene-server.ts'

export interface SimSceneNetworkOptions {
  readonly world: World
  readonly config: Config
  readonly ledger: Ledger
  readonly sceneServer: SimSceneServer
}

/** Between devices and the routes of scenes: here the answer becomes bytes and is read again, and what was carried once may come again later. */
export class SimSceneNetwork {
  readonly #options: SimSceneNetworkOptions
  readonly #random: SeededRandom

  constructor(options: SimSceneNetworkOptions) {
    this.#options = options
    this.#random = options.world.random('network of scenes')
  }

  /** A batch has arrived. Throws a `Violation` where it should not have come. */
  carry(request: RequestToReplay, sender: Sender): Promise<ReplayReply> {
    const { ledger } = this.#options
    const scene = sceneOf(request.url)
    checkLane(request, sender)
    const operations = operationsIn(request.body)
    ledger.scenes.arrived(operations, sender.user)
    ledger.note('scene batch arrived')
    if (operations.some(({ operationId }) => ledger.scenes.fateOf(sender.user.tenant, scene, operationId) !== undefined))
      ledger.note('scene batch sent again after its verdict')
    return this.#read(
      sender.isTokenExpired ? Promise.resolve(refused(401, 'UNAUTHENTICATED')) : this.#ask(request, sender, scene),
    )
  }

  async #ask(request: RequestToReplay, { user }: Sender, scene: string): Promise<SceneAnswer | undefined> {
    const { config, sceneServer, ledger } = this.#options
    if (this.#random.chance(config.refusalRate)) return this.#random.pick(refusals)
    const all = operationsIn(request.body)
    const postponed = this.#random.chance(config.postponeRate) ? this.#random.pick(all).operationId : undefined
    // Whatever comes of the answer, the others may take effect before it.
    if (postponed !== undefined) ledger.scenes.postponedIds.add(postponed)
    const operations = all.filter(({ operationId }) => operationId !== postponed)
    const text = JSON.stringify({ ...JSON.parse(new TextDecoder().decode(request.body)), operations })
    const ask = async (): Promise<SceneAnswer | undefined> => {
      const answer = await sceneServer.answer(user, scene, text)
      if (answer?.status === 200) ledger.guard(() => ledger.scenes.answered(operations, user, { scene, body: answer.body }))
      return answer
    }
    this.#repeatLater(ask)
    const answer = await ask()
    ledger.note(answer === undefined ? 'scene server died' : `scene answered ${answer.status}`)
    return answer?.status === 200 ? this.#shortened(this.#postponing(answer, postponed)) : answer
  }

  /** An operation that failed for now, though those after it did not. */
  #postponing(answer: SceneAnswer, operation: string | undefined): SceneAnswer {
    if (operation === undefined) return answer
    this.#options.ledger.note('scene operation postponed')
    const { failedCount, failedOperations, ...result } = sceneSyncResultSchema.parse(answer.body)
    const failed = [...failedOperations, { operation, error: 'INTERNAL', message: 'not now', retryable: true }]
    return { ...answer, body: { ...result, success: false, failedCount: failedCount + 1, failedOperations: failed } }
  }

  /** The network holds a copy back for a minute, or for ten. */
  #repeatLater(ask: () => Promise<unknown>): void {
    const { world, config, ledger } = this.#options
    if (!this.#random.chance(config.duplicateRate)) return
    world.after(this.#random.next() * (this.#random.chance(0.1) ? 600_000 : 60_000), () => {
      if (world.now() > config.repeatsUntil) return
      ledger.note('scene batch repeated by the network')
      void ask()
    })
  }

  /** Not every build of a server speaks of every operation. */
  #shortened(answer: SceneAnswer): SceneAnswer {
    const { config, ledger } = this.#options
    if (!this.#random.chance(config.shortAnswerRate)) return answer
    ledger.note('scene answer counts fewer operations')
    return { ...answer, body: withoutOne(sceneSyncResultSchema.parse(answer.body)) }
  }

  async #read(asked: Promise<SceneAnswer | undefined>): Promise<ReplayReply> {
    const answer = await asked
    if (answer === undefined) return { type: 'unreachable', message: 'no answer' }
    const { status, body, retryAfter = null } = answer
    const headers = { get: (name: string) => (name === 'retry-after' ? retryAfter : null) }
    return readSceneReply({ status, headers, text: async () => JSON.stringify(body) }, this.#options.world.now())
  }
}

const refusals: readonly SceneAnswer[] = [
  { ...refused(429, 'TOO_FAST'), retryAfter: '3' },
  refused(500, 'INTERNAL'),
  refused(503, 'OVERLOADED'),
]

function refused(status: number, code: string): SceneAnswer {
  return { status, body: { code, message: `the simulated server says ${code}` } }
}

function sceneOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.split('/').at(-2) ?? '')
}

function withoutOne(result: SceneSyncResult): SceneSyncResult {
  const { conflicts, conflictCount, syncedCount } = result
  const isLost = conflicts.at(-1)?.decision === 'remote'
  return isLost
    ? { ...result, conflicts: conflicts.slice(0, -1), conflictCount: conflictCount - 1 }
    : { ...result, syncedCount: Math.max(0, syncedCount - 1) }
}
