import { composeUpdates } from '../admission/compose-updates.ts'
import { diffState } from '../admission/diff-state.ts'
import { restBytes, wakeBytes, type RestingBytes } from './resting-bytes.ts'

/** An update that changes nothing: no structs, no deletes. */
const emptyUpdate = Uint8Array.of(0, 0)

/**
 * The committed state of a room as bytes: a base that covers everything up to a sequence number, and the updates since.
 * Never a `Y.Doc`: composing copies struct bytes.
 */
export class RoomContent {
  #base: RestingBytes
  #baseSeq: number
  #tail: Uint8Array[]
  #tailBytes = 0
  #lastDiff: { readonly seq: number; readonly vector: Uint8Array; readonly update: RestingBytes } | undefined

  constructor(base: { readonly seq: number; readonly update: Uint8Array } | undefined, tail: readonly Uint8Array[]) {
    this.#base = restBytes(base?.update ?? emptyUpdate)
    this.#baseSeq = base?.seq ?? 0
    this.#tail = [...tail]
    for (const update of tail) this.#tailBytes += update.length
  }

  /** Size of the state in bytes, give or take the framing of its updates. */
  get byteLength(): number {
    return this.#base.length + this.#tailBytes
  }

  /** Bytes of the updates since the base. */
  get tailByteLength(): number {
    return this.#tailBytes
  }

  append(updates: readonly Uint8Array[]): void {
    for (const update of updates) {
      this.#tail.push(update)
      this.#tailBytes += update.length
    }
  }

  /** The whole state as one update. */
  encodeState(): Uint8Array {
    return this.#fold() ?? wakeBytes(this.#base)
  }

  /** What somebody with these clocks lacks. `vector` is the same as bytes: those who come back together ask alike, and share one answer. */
  encodeDiff(clocks: ReadonlyMap<number, number>, vector: Uint8Array): RestingBytes {
    if (clocks.size === 0) {
      this.#fold()
      return this.#base
    }
    const seq = this.#baseSeq + this.#tail.length
    if (this.#lastDiff?.seq !== seq || Buffer.compare(this.#lastDiff.vector, vector) !== 0) {
      this.#lastDiff = { seq, vector: new Uint8Array(vector), update: restBytes(diffState(this.encodeState(), clocks)) }
    }
    return this.#lastDiff.update
  }

  /** Takes the more compact state that compaction made; ignored where the base already covers more. */
  adoptSnapshot(snapshot: { readonly seq: number; readonly update: Uint8Array }): void {
    const covered = snapshot.seq - this.#baseSeq
    if (covered < 0 || covered > this.#tail.length) return
    this.#base = restBytes(snapshot.update)
    this.#baseSeq = snapshot.seq
    this.#tail = this.#tail.slice(covered)
    this.#tailBytes = this.#tail.reduce((sum, update) => sum + update.length, 0)
  }

  /** Folds the tail into the base, so that all who ask until the next commit get the same bytes. Returns them if there was a tail. */
  #fold(): Uint8Array | undefined {
    if (this.#tail.length === 0) return undefined
    const state = composeUpdates([wakeBytes(this.#base), ...this.#tail])
    this.#base = restBytes(state)
    this.#baseSeq += this.#tail.length
    this.#tail = []
    this.#tailBytes = 0
    return state
  }
}
