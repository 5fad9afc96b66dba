import { parseUpdateMeta, applyUpdate, Doc } from 'yjs'

/** A promise of the product that did not hold. */
export class Violation extends Error {
  readonly promise: 'P1' | 'P2' | 'P3' | 'P4' | 'P6' | 'P9'

  constructor(promise: Violation['promise'], what: string) {
    super(`${promise}: ${what}`)
    this.name = 'Violation'
    this.promise = promise
  }
}

/** What is really on the server's disk, kept by another way than the server's own. */
export class Oracle {
  readonly doc = new Doc({ gc: false })
  #problem: Violation | undefined

  /** Rows became durable. */
  stored(updates: readonly Uint8Array[]): void {
    for (const update of updates) applyUpdate(this.doc, update)
    const { pendingStructs, pendingDs } = this.doc.store
    if (pendingStructs !== null || pendingDs !== null)
      this.blame(new Violation('P1', 'the log holds an update whose predecessor it does not hold'))
  }

  /** A change made on a device, by its unique tag. */
  has(tag: string): boolean {
    return this.doc.getMap('tags').has(tag)
  }

  /** The server shows this to somebody: all of it must be durable. */
  shown(update: Uint8Array): void {
    for (const [client, clock] of parseUpdateMeta(update).to) {
      const held = this.doc.store.clients.get(client)?.at(-1)
      if (held === undefined || held.id.clock + held.length < clock)
        this.blame(new Violation('P1', 'somebody was shown an update that the disk does not hold'))
    }
  }

  blame(problem: Violation): void {
    this.#problem ??= problem
  }

  /** Throws the first problem there was. */
  check(): void {
    if (this.#problem !== undefined) throw this.#problem
  }
}
