import type { SceneElement, SceneOperation, SceneSyncResult } from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import type { Config } from './config.ts'
import { Violation, type Oracle } from './oracle.ts'
import type { SimServer } from './sim-server.ts'
import type { World } from '../world/world.ts'

export interface SimSceneProgramOptions {
  readonly world: World
  readonly config: Config
  readonly oracle: Oracle
  readonly server: SimServer
  readonly user: string | null
  readonly clockSkewMs: number
}

/** A program asks again when it has heard nothing for so long. */
const answerMsMax = 15_000

interface Batch {
  readonly number: number
  readonly operations: readonly SceneOperation[]
  result: SceneSyncResult | undefined
}

/**
 * A program without a document that sends batches to the scene, one after the other, each until it is answered; the network loses requests and
 * answers, and repeats what it carried long ago. Batch n adds mark n, takes mark n-1 away and counts: half a batch shows, and so does one
 * that takes effect twice.
 */
export class SimSceneProgram {
  readonly name: string
  readonly #index: number
  readonly #options: SimSceneProgramOptions
  readonly #random: SeededRandom
  readonly #batches: Batch[] = []
  #timestamp = 0
  #cancelTimeout = () => {}

  /** `index` tells it from the other programs. */
  constructor(index: number, options: SimSceneProgramOptions) {
    this.name = `program${index}`
    this.#index = index
    this.#options = options
    this.#random = options.world.random(`program ${index}`)
  }

  get answeredCount(): number {
    return this.#batches.filter(({ result }) => result !== undefined).length
  }

  /** One more batch waits; the network may bring an old one again. */
  act(): void {
    this.#batches.push(this.#nextBatch(this.#batches.length + 1))
    if (this.#batches.length - this.answeredCount === 1) this.#sendNext()
    if (this.#random.chance(0.3)) this.#carry(this.#random.pick(this.#batches.slice(0, this.answeredCount + 1)))
  }

  /** What is on the disk is what some number of whole batches makes, and no fewer than were answered. */
  check(): void {
    const elements = this.#options.oracle.doc.getMap('elements').toJSON()
    const counted = Number(elements[this.name]?.x ?? 0)
    const marks = Object.keys(elements).filter((id) => id.startsWith(`${this.name} `))
    const isWhole = counted === 0 ? marks.length === 0 : marks.join() === this.#markOf(counted)
    if (!isWhole) throw new Violation('P2', `${this.name} has counted ${counted}, and its marks are ${marks.join(', ')}`)
    if (counted < this.answeredCount)
      throw new Violation('P1', `${this.name} has the answer to ${this.answeredCount} batches, the disk ${counted}`)
  }

  /** Long after everything was mended. */
  audit(): void {
    this.check()
    const { length } = this.#batches
    if (this.answeredCount !== length)
      throw new Violation('P3', `${this.name} has ${this.answeredCount} of ${length} batches answered`)
  }

  #sendNext(): void {
    const batch = this.#batches.find(({ result }) => result === undefined)
    if (batch === undefined) return
    this.#cancelTimeout = this.#options.world.after(answerMsMax, () => this.#sendNext())
    this.#carry(batch)
  }

  /** A request on its way, and its answer on the way back; either may be lost. */
  #carry(batch: Batch): void {
    const { world, config, server, user } = this.#options
    const isLost = () => this.#random.chance(config.dialFailureRate)
    if (isLost()) return
    world.after(this.#latencyMs(), () => {
      void server.carryOut(user, batch.operations).then((result) => {
        if (result !== undefined && !isLost()) world.after(this.#latencyMs(), () => this.#answered(batch, result))
      })
    })
  }

  #answered(batch: Batch, result: SceneSyncResult): void {
    if (result.syncedCount !== batch.operations.length || result.conflictCount > 0) {
      const what = `batch ${batch.number} of ${this.name} took effect twice or in part: ${JSON.stringify(result)}`
      return this.#options.oracle.blame(new Violation('P2', what))
    }
    if (batch.result !== undefined) return
    batch.result = result
    this.#cancelTimeout()
    this.#sendNext()
  }

  #latencyMs(): number {
    return this.#random.next() * this.#options.config.latencyMsMax
  }

  #markOf(number: number): string {
    return `${this.name} ${number}`
  }

  #nextBatch(number: number): Batch {
    const element = (id: string): SceneElement => ({ id, kind: 'mark', x: 0, y: 0, width: 1, height: 1, updatedAt: 0 })
    const first: SceneOperation =
      number === 1
        ? { type: 'AddElement', ...this.#common(number, 1), element: element(this.name) }
        : { type: 'RemoveElement', ...this.#common(number, 1), id: this.#markOf(number - 1) }
    const operations: SceneOperation[] = [
      first,
      { type: 'AddElement', ...this.#common(number, 2), element: element(this.#markOf(number)) },
      { type: 'Interaction', ...this.#common(number, 3), kind: 'counted', at: { x: number, y: 0 } },
      { type: 'UpdateElement', ...this.#common(number, 4), id: this.name, changes: { x: number } },
    ]
    return { number, operations, result: undefined }
  }

  #common(number: number, place: number) {
    const { world, clockSkewMs } = this.#options
    this.#timestamp = Math.max(this.#timestamp + 1, Math.round(world.now() + clockSkewMs))
    const operationId = `00000000-0000-4000-8000-${String(this.#index * 10_000_000 + number * 10 + place).padStart(12, '0')}`
    return { operationId, clientId: this.name, timestamp: this.#timestamp }
  }
}
