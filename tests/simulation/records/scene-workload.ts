import type { SeededRandom } from '@rejoin/core/testing'
import { applyUpdate, Doc } from 'yjs'
import type { World } from '../world/world.ts'
import type { Config } from './config.ts'
import type { Ledger } from './ledger.ts'
import type { Mutant } from './mutants.ts'
import { liveScene, queuedScene } from './scene-ledger.ts'
import { ScenePerson } from './scene-person.ts'
import { describeElements } from './scene-truth.ts'
import type { SimPage } from './sim-page.ts'
import type { SimProfile } from './sim-profile.ts'
import type { SimSceneServer } from './sim-scene-server.ts'
import { SimSceneViewer } from './sim-scene-viewer.ts'
import { nobody, type SimUser } from './sim-user.ts'
import { Violation } from './violation.ts'

export interface SceneWorkloadOptions {
  readonly world: World
  readonly config: Config
  readonly ledger: Ledger
  readonly mutant: Mutant | undefined
  readonly sceneServer: SimSceneServer
  readonly users: readonly SimUser[]
}

/** What happens to scenes beside everything else, in worlds where there are any. */
export class SceneWorkload {
  readonly #options: SceneWorkloadOptions
  readonly #random: SeededRandom
  readonly #viewers: readonly SimSceneViewer[]
  readonly #personByPage = new WeakMap<SimPage, ScenePerson>()

  constructor(options: SceneWorkloadOptions) {
    const { world, config, users } = options
    this.#options = options
    this.#random = world.random('scenes')
    this.#viewers = Array.from(
      { length: config.viewerCount },
      (_, index) => new SimSceneViewer(`viewer${index}`, { ...options, user: this.#random.pick(users) }),
    )
  }

  /** After each of the other actions. */
  act(page: SimPage | undefined): void {
    const { config, users, sceneServer } = this.#options
    if (config.sceneRate === 0) return
    if (this.#random.chance(0.05))
      sceneServer.compact(this.#random.pick(users).tenant, this.#random.pick([liveScene, queuedScene]))
    if (page !== undefined && this.#random.chance(config.sceneRate)) this.#personOf(page).queue()
    for (const viewer of this.#viewers) {
      if (this.#random.chance(0.3)) viewer.edit()
      if (this.#random.chance(0.05)) viewer.cut()
    }
  }

  end(): void {
    for (const viewer of this.#viewers) viewer.end()
  }

  /** When all is quiet: whoever reads a scene, and whoever has it open, sees what the disk has; each operation is there once, in order. */
  async audit(profiles: readonly SimProfile[], pass: (durationMs: number) => Promise<void>): Promise<void> {
    const { ledger, config } = this.#options
    if (config.sceneRate === 0) return
    ledger.scenes.audit()
    for (const { diskByUser } of profiles)
      for (const [user, { book }] of diskByUser) if (user !== nobody) book.requests.scenes.audit()
    for (const { name, user, doc } of this.#viewers) this.#compare(name, doc, ledger.scenes.truthOf(user.tenant, liveScene).doc)
    const checks = [...ledger.scenes.truths()].map(([name, { doc }]) => this.#checkReading(name, doc))
    await pass(10_000)
    await Promise.all(checks)
  }

  async #checkReading(name: string, truth: Doc): Promise<void> {
    const [tenant = '', scene = ''] = name.split('/')
    const update = await this.#options.sceneServer.read(tenant, scene)
    const doc = new Doc()
    if (update !== undefined) applyUpdate(doc, update)
    this.#compare(`who reads ${name}`, doc, truth)
    doc.destroy()
  }

  #compare(who: string, doc: Doc, truth: Doc): void {
    const [seen, stored] = [describeElements(doc), describeElements(truth)]
    if (seen !== stored) throw new Violation('P6', `${who} sees ${seen}, and the disk has ${stored}`)
    if (stored !== '{}') this.#options.ledger.note('scene compared')
  }

  #personOf(page: SimPage): ScenePerson {
    const known = this.#personByPage.get(page)
    if (known !== undefined) return known
    const person = new ScenePerson(page)
    this.#personByPage.set(page, person)
    return person
  }
}
