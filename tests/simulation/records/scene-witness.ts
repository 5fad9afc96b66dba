import type { SceneOperation } from '@rejoin/core'
import type { AttentionItem, RequestEntry } from '@rejoin/client/simulation'
import type { DatabaseOwner, DeviceSnapshot } from './device-snapshot.ts'
import type { Ledger } from './ledger.ts'
import { describeOperation } from './scene-ledger.ts'
import type { SceneFate } from './scene-truth.ts'
import { Violation } from './violation.ts'

/** What the book of a device knows besides. */
export interface SceneBook {
  readonly owner: DatabaseOwner
  readonly damaged: ReadonlySet<number>
  readonly adopter: { readonly requests: { readonly scenes: { readonly operationIds: ReadonlySet<string> } } } | undefined
}

/** An operation that waits, and the request that carries it. */
interface Carried {
  readonly operation: SceneOperation
  readonly entry: RequestEntry
  readonly scene: string
}

/** Operations on scenes in one database, as far as they are durable: whatever leaves the outbox had its verdict, and what it lost is shown. */
export class SceneWitness {
  /** Every operation that was ever here. */
  readonly operationIds = new Set<string>()
  /** Requests that a person has given up. */
  readonly givenUp = new Set<string>()
  readonly #book: SceneBook
  readonly #ledger: Ledger
  /** The device does not know of them any more; the network may still bring them. */
  readonly #forgottenIds = new Set<string>()
  /** By scene, in the order in which they came; without what a person sent once more. */
  #queued = new Map<string, string[]>()

  constructor(book: SceneBook, ledger: Ledger) {
    this.#book = book
    this.#ledger = ledger
  }

  committed(before: DeviceSnapshot, after: DeviceSnapshot): void {
    if (before.sceneBodies.size === 0 && after.sceneBodies.size === 0) return
    const [had, has] = [carriedIn(before), carriedIn(after)]
    for (const [operationId, carried] of has) if (!had.has(operationId)) this.#came(carried)
    const gone = [...had].filter(([operationId]) => !has.has(operationId)).map(([, carried]) => carried)
    if (gone.length > 0) this.#checkGone(gone, { before, after })
  }

  /** Nothing is promised of what was here. */
  wiped(): void {
    this.#queued = new Map()
  }

  /** Verdicts come in the order in which a device kept its operations. */
  audit(): void {
    const { owner } = this.#book
    if (owner.tenant === undefined || this.#ledger.book.hasClones) return
    for (const [scene, queued] of this.#queued) {
      const { scenes } = this.#ledger
      const { order } = scenes.truthOf(owner.tenant, scene)
      const waited = queued.filter((id) => !this.#forgottenIds.has(id) && !scenes.postponedIds.has(id))
      const places = waited.map((operationId) => order.indexOf(operationId)).filter((place) => place >= 0)
      if (places.some((place, index) => place < (places[index - 1] ?? 0)))
        throw new Violation('P3', `operations of ${owner.name} on ${scene} took effect in another order than they were kept in`)
    }
  }

  #came({ operation, entry, scene }: Carried): void {
    this.#ledger.scenes.kept(operation)
    const isNew = !this.operationIds.has(operation.operationId)
    this.operationIds.add(operation.operationId)
    if (!isNew || entry.request.retryOf !== undefined) return
    const queued = this.#queued.get(scene) ?? []
    queued.push(operation.operationId)
    this.#queued.set(scene, queued)
  }

  #checkGone(
    gone: readonly Carried[],
    { before, after }: { readonly before: DeviceSnapshot; readonly after: DeviceSnapshot },
  ): void {
    const raised = [...after.attention.values()].filter(({ id }) => !before.attention.has(id))
    const shown = new Shown(raised, after)
    // Two may be about the same: what is shown is of the one that was lost.
    const isTaken = (carried: Carried): boolean => this.#fateOf(carried) === 'taken'
    for (const carried of gone) if (!isTaken(carried)) this.#checkOne(carried, shown)
    for (const carried of gone) if (isTaken(carried)) this.#checkOne(carried, shown)
    const [extra] = shown.rest()
    if (extra !== undefined)
      throw new Violation('P2', `${this.#book.owner.name} shows ${describeIntent(extra)}, of which nothing was lost`)
  }

  #fateOf({ operation, scene }: Carried): SceneFate | undefined {
    return this.#ledger.scenes.fateOf(this.#book.owner.tenant, scene, operation.operationId)
  }

  #checkOne(carried: Carried, shown: Shown): void {
    const { operation, entry } = carried
    const { owner, adopter, damaged } = this.#book
    const { operationId } = operation
    if (adopter?.requests.scenes.operationIds.has(operationId) === true)
      return this.#ledger.note('scene operation adopted at sign-in')
    // What cannot be read is set aside whole, which is looked at elsewhere.
    if (this.givenUp.has(entry.request.requestId) || damaged.has(entry.entryId)) return void this.#forgottenIds.add(operationId)
    const fate = this.#fateOf(carried)
    this.#ledger.note(`scene operation settled: ${fate ?? 'refused'}`)
    const isShown = shown.take(operation)
    if (fate === undefined && !isShown)
      throw new Violation('P3', `${operation.type} ${operationId} left the outbox of ${owner.name}, and no scene had it`)
    if (fate === 'lost' && !isShown)
      throw new Violation('P3', `${operation.type} ${operationId} was lost, and ${owner.name} shows nobody`)
    if (fate === 'taken' && isShown)
      throw new Violation('P2', `${operation.type} ${operationId} took effect, and ${owner.name} shows it`)
  }
}

/** What is shown to a person, each operation once. */
class Shown {
  readonly #operations: SceneOperation[]

  constructor(raised: readonly AttentionItem[], { sceneBodies, requests }: DeviceSnapshot) {
    const waiting = new Set([...requests.values()].map(({ request }) => request.requestId))
    // What is said of a request that waits on is no verdict.
    const told = raised.filter(({ request }) => request !== undefined && !waiting.has(request.requestId))
    this.#operations = told.flatMap(({ request }) => sceneBodies.get(request?.body?.bodyId ?? '') ?? [])
  }

  take(operation: SceneOperation): boolean {
    const intent = describeIntent(operation)
    const index = this.#operations.findIndex((each) => describeIntent(each) === intent)
    if (index >= 0) this.#operations.splice(index, 1)
    return index >= 0
  }

  rest(): readonly SceneOperation[] {
    return this.#operations
  }
}

/** What it is about, whoever makes it, whenever, under whatever id. */
function describeIntent(operation: SceneOperation): string {
  const { operationId: _id, clientId: _client, timestamp: _time, ...intent } = operation
  if (intent.type === 'AddElement') {
    const { updatedAt: _at, ...element } = intent.element
    return describeOperation({ ...intent, element })
  }
  return describeOperation({ ...intent, baseUpdatedAt: undefined })
}

function carriedIn({ requests, sceneBodies }: DeviceSnapshot): ReadonlyMap<string, Carried> {
  const carried = new Map<string, Carried>()
  for (const entry of requests.values()) {
    const { scene, body } = entry.request
    if (scene === undefined) continue
    for (const operation of sceneBodies.get(body?.bodyId ?? '') ?? [])
      carried.set(operation.operationId, { operation, entry, scene })
  }
  return carried
}
