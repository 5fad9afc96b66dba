import { queueScene, type BatchKeeper, type SceneChange } from '@rejoin/client/simulation'
import type { JsonValue, SceneStrategy } from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import { liveScene, queuedScene } from './scene-ledger.ts'
import { lockedScene } from './sim-scene-server.ts'
import type { SimPage } from './sim-page.ts'
import { Violation } from './violation.ts'

const strategies: readonly (SceneStrategy | undefined)[] = [undefined, 'lastWriteWins', 'localWins', 'remoteWins']

/** Somebody who changes scenes that this page has not open. Whatever they write has a tag of its own. */
export class ScenePerson {
  readonly #page: SimPage
  readonly #random: SeededRandom
  #freshCount = 0

  constructor(page: SimPage) {
    this.#page = page
    this.#random = page.random.fork('person of scenes')
  }

  /** Some changes of one scene, which are kept together. */
  queue(): void {
    const { ledger } = this.#page.profile.options
    this.#queue().catch((error: unknown) => {
      if (error instanceof Violation) ledger.blame(error)
      else ledger.note(`refused: ${error instanceof Error ? error.name : typeof error}`)
    })
  }

  async #queue(): Promise<void> {
    const { disk, name, profile } = this.#page
    const { ledger } = profile.options
    const scene = this.#random.chance(0.05) ? lockedScene : this.#random.pick([queuedScene, liveScene])
    const changes = Array.from({ length: 1 + this.#random.below(4) }, () => this.#change(scene))
    const options = { strategy: this.#random.pick(strategies), priority: this.#random.pick(['HIGH', 'NORMAL', 'LOW'] as const) }
    const { wipeCount } = disk
    const parts = {
      scenesUrl: 'https://sync.example/api/v1/scenes',
      openKeeper: () => this.#keeper(),
      clock: profile,
      idRandom: this.#random,
    }
    const { operationIds } = await queueScene(parts, scene, { ...options, changes })
    if (!this.#page.isAlive || disk.wipeCount !== wipeCount) return
    ledger.note('scene changes kept')
    const lost = operationIds.find((id) => !disk.book.requests.scenes.operationIds.has(id))
    if (lost !== undefined) throw new Violation('P1', `${name} was told that ${lost} is kept, and it is not`)
  }

  /** A bug may be planted here: what is queued at one time does not wait for what was queued before. */
  #keeper(): BatchKeeper {
    const { requests, profile } = this.#page
    if (profile.options.mutant !== 'sceneHasManyLanes') return requests
    return {
      keepAll: (make) =>
        requests.keepAll((moment) =>
          make(moment).map((request) => ({ ...request, lane: `${request.lane} ${this.#freshCount++}` })),
        ),
    }
  }

  #change(scene: string): SceneChange {
    const { ledger } = this.#page.profile.options
    const tag = ledger.scenes.tag(this.#page.user)
    const kind = this.#random.next()
    const id = `shape${this.#random.below(3)}`
    if (kind < 0.3) return this.#add(tag, this.#random.chance(0.5) ? id : `${this.#page.name} ${this.#freshCount++}`)
    if (kind < 0.4) return { type: 'Interaction', kind: tag, at: { x: 1, y: 2 }, ...(this.#random.chance(0.5) && { id }) }
    const base = this.#random.chance(0.3) ? this.#seen(scene, id) : undefined
    const seen = base !== undefined && { baseUpdatedAt: base }
    if (kind < 0.5) return { type: 'RemoveElement', id, ...seen }
    const changes: Record<string, JsonValue> = { [this.#random.pick(['label', 'note'])]: tag, x: this.#random.below(100) }
    if (this.#random.chance(0.1)) changes['note'] = null
    if (this.#random.chance(0.2)) Object.assign(changes, { kind: 'shape', y: 0, width: 1, height: 1, label: tag })
    return { type: 'UpdateElement', id, changes, ...seen }
  }

  #add(label: string, id: string): SceneChange {
    return { type: 'AddElement', element: { id, kind: 'shape', x: 0, y: 0, width: 1, height: 1, label } }
  }

  /** The time that an element has, for who has just looked at it. */
  #seen(scene: string, id: string): number | undefined {
    const { user, profile } = this.#page
    const { doc } = profile.options.ledger.scenes.truthOf(user.tenant, scene)
    const elements: Readonly<Record<string, { readonly updatedAt?: number }>> = doc.getMap('elements').toJSON()
    return elements[id]?.updatedAt
  }
}
