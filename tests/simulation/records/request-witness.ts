import type { AttentionItem, RequestEntry } from '@rejoin/client/simulation'
import type { DatabaseOwner, DeviceSnapshot } from './device-snapshot.ts'
import type { Ledger } from './ledger.ts'
import { simulatedSecret } from './request-ledger.ts'
import { SceneWitness } from './scene-witness.ts'
import { Violation } from './violation.ts'

/** What the book of a device knows besides. */
export interface WitnessedBook {
  readonly owner: DatabaseOwner
  readonly damaged: ReadonlySet<number>
  readonly attended: ReadonlySet<number>
  readonly adopter: { readonly requests: RequestWitness } | undefined
}

/** The app's requests in one database, as far as they are durable: every transaction is compared with the one before. */
export class RequestWitness {
  /** Every request that was ever here. */
  readonly keys = new Set<string>()
  /** Of those that carry operations on scenes. */
  readonly scenes: SceneWitness
  readonly #book: WitnessedBook
  readonly #ledger: Ledger
  readonly #sinceByKey = new Map<string, number>()
  readonly #attendedKeys = new Set<string>()

  constructor(book: WitnessedBook, ledger: Ledger) {
    this.#book = book
    this.#ledger = ledger
    this.scenes = new SceneWitness(book, ledger)
  }

  since({ request }: RequestEntry): number {
    return this.#sinceByKey.get(request.requestId) ?? 0
  }

  /** The person is about to deal with it. */
  attend({ request }: AttentionItem, how: 'retry' | 'edit' | 'discard'): void {
    if (request === undefined) return
    this.#attendedKeys.add(request.requestId)
    if (how === 'discard') this.scenes.givenUp.add(request.requestId)
  }

  committed(before: DeviceSnapshot, after: DeviceSnapshot, at: number): void {
    const left = new Set([...after.requests.values()].map(({ request }) => request.requestId))
    for (const entry of after.requests.values()) {
      const { requestId } = entry.request
      if (!this.#sinceByKey.has(requestId)) this.#sinceByKey.set(requestId, at)
      this.keys.add(requestId)
      if (JSON.stringify(entry).includes(simulatedSecret))
        throw new Violation('P7', `request ${entry.entryId} of ${this.#book.owner.name} is stored with what lets somebody in`)
    }
    for (const entry of before.requests.values()) if (!left.has(entry.request.requestId)) this.#checkRemoval(entry, after)
    this.scenes.committed(before, after)
    for (const [id, item] of before.attention) if (!after.attention.has(id)) this.#checkAttended(item, left)
  }

  /** Whatever leaves the outbox had its answer, or is shown. */
  #checkRemoval({ request, entryId }: RequestEntry, after: DeviceSnapshot): void {
    const { requestId } = request
    const { owner, adopter, damaged } = this.#book
    if (adopter?.requests.keys.has(requestId) === true) return this.#ledger.note('request adopted at sign-in')
    if (this.#attendedKeys.has(requestId)) return
    if (damaged.has(entryId)) return this.#checkUnreadable(entryId, after)
    // Each of its operations has a fate of its own.
    if (request.scene !== undefined) return
    const shown = [...after.attention.values()].filter((item) => item.request?.requestId === requestId)
    const fate = this.#ledger.requests.fateByKey.get(requestId)
    if (fate === undefined) throw new Violation('P3', `request ${entryId} left the outbox of ${owner.name}, and no server had it`)
    if (fate === 'refused' && shown.length === 0)
      throw new Violation('P3', `request ${entryId} was refused, and ${owner.name} shows nobody`)
    if (fate === 'done' && shown.length > 0) throw new Violation('P2', `request ${entryId} is done, and ${owner.name} shows it`)
  }

  /** What cannot be read is set aside as it was found. */
  #checkUnreadable(entryId: number, after: DeviceSnapshot): void {
    const isKept = [...after.attention.values()].some(
      ({ kind, raw }) => kind === 'unreadable' && JSON.stringify(raw).includes(`"entryId":${entryId},`),
    )
    if (!isKept) throw new Violation('P3', `a damaged request of ${this.#book.owner.name} is nowhere to be seen`)
    this.#ledger.note('damaged request set aside')
  }

  /** What was said of one that still waits may go by itself. */
  #checkAttended({ id, request, kind }: AttentionItem, waiting: ReadonlySet<string>): void {
    const { attended, adopter, owner } = this.#book
    if (request === undefined || attended.has(id) || adopter !== undefined) return
    if (kind === 'failed' && waiting.has(request.requestId)) return
    throw new Violation('P3', `what ${owner.name} had to show of request ${request.title} (${kind}) went away by itself`)
  }
}
