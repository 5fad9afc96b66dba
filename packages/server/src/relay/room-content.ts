import { composeUpdates } from '../admission/compose-updates.ts'

/** An update that changes nothing: no structs, no deletes. */
const emptyUpdate = Uint8Array.of(0, 0)

/**
 * The committed state of a room as bytes: a base that covers everything up to a sequence number, and the updates since.
 * Never a `Y.Doc`: composing copies struct bytes.
 */
export class RoomContent {
  #base: Uint8Array
  #baseSeq: number
  #tail: Uint8Array[]
  #tailBytes = 0

  constructor(base: { readonly seq: number; readonly update: Uint8Array } | undefined, tail: readonly Uint8Array[]) {
    this.#base = base?.update ?? emptyUpdate
    this.#baseSeq = base?.seq ?? 0
    this.#tail = [...tail]
    for (const update of tail) this.#tailBytes += update.length
  }

  /** Size of the state in bytes, give or take the framing of its updates. */
  get byteLength(): number {
    return this.#base.length + this.#tailBytes
  }

  append(updates: readonly Uint8Array[]): void {
    for (const update of updates) {
      this.#tail.push(update)
      this.#tailBytes += update.length
    }
  }

  /** The whole state as one update. The tail is folded into the base, so all who ask until the next commit get the same bytes. */
  encodeState(): Uint8Array {
    if (this.#tail.length > 0) {
      this.#base = composeUpdates([this.#base, ...this.#tail])
      this.#baseSeq += this.#tail.length
      this.#tail = []
      this.#tailBytes = 0
    }
    return this.#base
  }

  /** Takes the more compact state that compaction made; ignored where the base already covers more. */
  adoptSnapshot(snapshot: { readonly seq: number; readonly update: Uint8Array }): void {
    const covered = snapshot.seq - this.#baseSeq
    if (covered < 0 || covered > this.#tail.length) return
    this.#base = snapshot.update
    this.#baseSeq = snapshot.seq
    this.#tail = this.#tail.slice(covered)
    this.#tailBytes = this.#tail.reduce((sum, update) => sum + update.length, 0)
  }
}
