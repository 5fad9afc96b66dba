import type { Clock } from '@rejoin/core'
import type { LoadedDocument } from './document-store.ts'
import { relayLimits } from './relay-limits.ts'
import type { RoomContent } from './room-content.ts'

export interface ContentHost {
  readonly clock: Clock
  /** What the store has of the document. */
  load(): Promise<LoadedDocument>
  /** The store has another life of the document, or none. */
  outdated(): void
  /** The store could not be read. */
  report(error: unknown): void
}

/**
 * When a room's content lies in memory: while somebody asks for it, and a while longer. Between joins nobody does, since what is written
 * is judged by clocks and goes out as it came in.
 */
export class RecalledContent {
  readonly #content: RoomContent
  readonly #generation: string
  readonly #host: ContentHost
  #usedAt: number
  #reading: Promise<boolean> | undefined

  constructor(content: RoomContent, generation: string, host: ContentHost) {
    this.#content = content
    this.#generation = generation
    this.#host = host
    this.#usedAt = host.clock.now()
  }

  /** `true`: it can be read in this turn. Otherwise it is to be recalled. */
  use(): boolean {
    this.#usedAt = this.#host.clock.now()
    return this.#content.isHeld
  }

  /** Resolves to whether the content can be read now; never rejects. One reading of the store serves all who ask meanwhile. */
  async recall(): Promise<boolean> {
    if (this.use()) return true
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined))
    return this.#reading
  }

  /** Lets go of what nobody asked for lately. Everything appended must be in the store. */
  rest(): void {
    const isInUse = this.#host.clock.now() - this.#usedAt < relayLimits.heldContentMs || this.#reading !== undefined
    if (!isInUse) this.#content.letGo()
  }

  async #read(): Promise<boolean> {
    this.#content.awaitRecall()
    try {
      const loaded = await this.#host.load()
      if (loaded.type === 'live' && loaded.generation === this.#generation) this.#content.recall(loaded)
      else this.#host.outdated()
    } catch (error) {
      this.#host.report(error)
    }
    if (!this.#content.isHeld) this.#content.letGo()
    return this.#content.isHeld
  }
}
