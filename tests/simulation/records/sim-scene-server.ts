import { factsOf, sceneSyncRequestSchema, type SceneSyncResult } from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import {
  createRelay,
  SceneRequestError,
  SceneShelf,
  SceneSyncProcessor,
  type JoinResult,
  type Peer,
  type SceneJob,
  type SocketRelay,
} from '@rejoin/server/simulation'
import type { World } from '../world/world.ts'
import type { Config } from './config.ts'
import type { Ledger } from './ledger.ts'
import type { Mutant } from './mutants.ts'
import type { SimSceneDisk } from './sim-scene-disk.ts'
import type { SimUser } from './sim-user.ts'

export interface SimSceneServerOptions {
  readonly world: World
  readonly config: Config
  readonly ledger: Ledger
  readonly mutant: Mutant | undefined
  readonly disk: SimSceneDisk
}

/** What a route answers with, before it travels. */
export interface SceneAnswer {
  readonly status: number
  /** Header of that name. */
  readonly retryAfter?: string
  readonly body: unknown
}

interface Process {
  readonly relay: SocketRelay
  readonly processor: SceneSyncProcessor
  /** Whoever waits for it. */
  readonly onDeath: Set<() => void>
}

/** A scene that nobody may change. */
export const lockedScene = 'locked'

/** The real relay and processor of scenes on a simulated disk, in the process of the sync server: killed with it, at any step. */
export class SimSceneServer {
  readonly #options: SimSceneServerOptions
  readonly #random: SeededRandom
  #isUp = false
  #process: Process | undefined
  #processCount = 0

  constructor(options: SimSceneServerOptions) {
    this.#options = options
    this.#random = options.world.random('server of scenes')
  }

  get isUp(): boolean {
    return this.#isUp
  }

  start(): void {
    this.#isUp = true
  }

  crash(): void {
    this.#isUp = false
    const ended = this.#process
    this.#process = undefined
    for (const die of ended?.onDeath ?? []) die()
    this.#options.disk.crash()
  }

  /** `POST /api/v1/scenes/SCENE/operations`; `undefined` where the process dies, or is not there. */
  async answer(user: SimUser, scene: string, text: string): Promise<SceneAnswer | undefined> {
    const body = sceneSyncRequestSchema.safeParse(JSON.parse(text))
    if (!this.#isUp) return undefined
    if (!body.success) return refused('BAD_REQUEST')
    if (scene === lockedScene) return refused('FORBIDDEN')
    const { operations, strategy } = body.data
    const process = this.#open()
    const death = Promise.withResolvers<undefined>()
    const die = (): void => death.resolve(undefined)
    process.onDeath.add(die)
    try {
      const address = { tenant: user.tenant, document: scene, user: user.name }
      const result = await Promise.race([process.processor.processWithRetry(address, operations, strategy), death.promise])
      if (result === undefined || this.#process !== process) return undefined
      return { status: 200, body: result satisfies SceneSyncResult }
    } catch (error) {
      if (this.#process !== process) return undefined
      return refused(error instanceof SceneRequestError ? error.code : 'INTERNAL')
    } finally {
      process.onDeath.delete(die)
    }
  }

  /** A socket; `onDeath` is called where the process ends first. Rejects, or never settles, where nobody is let in. */
  async join(
    user: SimUser,
    scene: string,
    { peer, onDeath }: { readonly peer: Peer; readonly onDeath: () => void },
  ): Promise<JoinResult | undefined> {
    if (!this.#isUp) return undefined
    const process = this.#open()
    process.onDeath.add(onDeath)
    const joined = await process.relay.join({ tenant: user.tenant, document: scene, peer, generation: undefined })
    return this.#process === process ? joined : undefined
  }

  /** As upkeep does. */
  compact(tenant: string, scene: string): void {
    const { disk, ledger } = this.#options
    if (!this.#isUp) return
    const told = (snapshot: object | undefined): void =>
      ledger.note(snapshot === undefined ? 'no scene compacted' : 'scene compacted')
    void disk.open().tenant(tenant).compact(scene).then(told)
  }

  /** The document as anybody would read it. */
  async read(tenant: string, scene: string): Promise<Uint8Array | undefined> {
    const state = await this.#open().relay.read(tenant, scene)
    return state.type === 'live' ? state.update : undefined
  }

  /** Only once somebody asks: a server without scenes does nothing for them. */
  #open(): Process {
    const { world, disk, config, ledger, mutant } = this.#options
    if (this.#process !== undefined) return this.#process
    const random = this.#random.fork(`process ${this.#processCount++}`)
    const onDeath = new Set<() => void>()
    let shelf = new SceneShelf()
    const after = (delayMs: number, run: () => void): (() => void) =>
      world.after(delayMs, () => {
        if (this.#process?.onDeath === onDeath) run()
      })
    const store = disk.open()
    const parts = {
      store,
      clock: { now: () => Math.floor(world.now()) },
      scheduler: { after },
      elapsedMs: () => world.now(),
      report: () => ledger.note('scene server reported a problem'),
    }
    const relay = createRelay({ ...parts, defer: queueMicrotask })
    const processor = new SceneSyncProcessor({
      ...parts,
      relay,
      applier: {
        apply: async (job) => {
          const { promise, resolve } = Promise.withResolvers<void>()
          after(random.next() * config.commitMsMax, resolve)
          await promise
          if (!random.chance(config.commitFailureRate)) return { type: 'done', answer: shelf.apply(bendJob(job, mutant)) }
          // The thread was given up, and with it what it kept.
          shelf = new SceneShelf()
          return { type: 'failed' }
        },
      },
      // The intention itself is its hash: nothing here is secret, and nothing is long.
      digest: { hash: (text) => text, sign: (_key, text) => text },
      random,
    })
    this.#process = { relay, processor, onDeath }
    return this.#process
  }
}

/** A planted bug: whatever was made of a scene before is taken to be stored. */
function bendJob(job: SceneJob, mutant: Mutant | undefined): SceneJob {
  return mutant === 'sceneGoesOnFromWhatFailed' ? { ...job, mayReuse: true } : job
}

function refused(code: SceneRequestError['code']): SceneAnswer {
  return { status: factsOf(code).httpStatus ?? 500, body: { code, message: `the simulated server says ${code}` } }
}
