import { composeUpdates } from '../admission/compose-updates.ts'
import { diffState } from '../admission/diff-state.ts'
import type { StoredSnapshot } from './document-store.ts'
import { restBytes, wakeBytes, type RestingBytes } from './resting-bytes.ts'

/** An update that changes nothing: no structs, no deletes. */
const emptyUpdate = Uint8Array.of(0, 0)

/** What the store has of a document: a snapshot, and every row since. */
export interface StoredContent {
  readonly snapshot?: StoredSnapshot | undefined
  readonly tail?: readonly Uint8Array[] | undefined
}

/**
 * The committed state of a room as bytes: a base that covers everything up to a sequence number, and the updates since.
 * Never a `Y.Doc`: composing copies struct bytes. It can be let go of, since the store has all of it; then only its length is known here,
 * what is appended is counted and not kept, and it is recalled before anybody reads it.
 */
export class RoomContent {
  /** `undefined`: let go of. */
  #base: RestingBytes | undefined
  #baseLength: number
  #baseSeq: number
  #tail: Uint8Array[]
  #tailBytes: number
  #isAwaited = false
  /** Of the last update that was appended: the store may be ahead of it by what is being announced. */
  #seq: number
  #lastDiff: { readonly seq: number; readonly vector: Uint8Array; readonly update: RestingBytes } | undefined

  constructor({ snapshot, tail = [] }: StoredContent) {
    this.#base = restBytes(snapshot?.update ?? emptyUpdate)
    this.#baseLength = this.#base.length
    this.#baseSeq = snapshot?.seq ?? 0
    this.#tail = [...tail]
    this.#tailBytes = lengthOf(tail)
    this.#seq = this.#coveredSeq
  }

  /** Size of the state in bytes, give or take the framing of its updates. */
  get byteLength(): number {
    return this.#baseLength + this.#tailBytes
  }

  /** Bytes of the updates since the base. */
  get tailByteLength(): number {
    return this.#tailBytes
  }

  /** Whether it can be read; otherwise it is to be recalled first. */
  get isHeld(): boolean {
    return this.#base !== undefined
  }

  append(updates: readonly Uint8Array[]): void {
    const news = updates.slice(Math.max(0, this.#coveredSeq - this.#seq))
    this.#seq += updates.length
    if (this.isHeld || this.#isAwaited) {
      this.#tail.push(...news)
      this.#tailBytes += lengthOf(news)
    } else {
      this.#baseSeq += news.length
      this.#baseLength += lengthOf(news)
    }
  }

  /** Keeps the length alone. Everything appended must be in the store. */
  letGo(): void {
    this.#baseLength = this.byteLength
    this.#baseSeq = this.#coveredSeq
    this.#base = undefined
    this.#tail = []
    this.#tailBytes = 0
    this.#lastDiff = undefined
    this.#isAwaited = false
  }

  /** A reading of the store begins: what is appended from now on may be missing in what it finds, or be there in part, and is kept. */
  awaitRecall(): void {
    this.#isAwaited = true
  }

  /** Takes what the awaited reading found. */
  recall({ snapshot, tail = [] }: StoredContent): void {
    this.#isAwaited = false
    if (this.isHeld) return
    const storedSeq = (snapshot?.seq ?? 0) + tail.length
    if (storedSeq < this.#baseSeq) throw new Error(`the store has ${storedSeq} of the ${this.#baseSeq} rows that were let go of`)
    const newer = this.#tail.slice(storedSeq - this.#baseSeq)
    this.#base = restBytes(snapshot?.update ?? emptyUpdate)
    this.#baseLength = this.#base.length
    this.#baseSeq = snapshot?.seq ?? 0
    this.#tail = [...tail, ...newer]
    this.#tailBytes = lengthOf(this.#tail)
  }

  /** The whole state as one update. */
  encodeState(): Uint8Array {
    return this.#fold() ?? wakeBytes(this.#heldBase())
  }

  /** What somebody with these clocks lacks. `vector` is the same as bytes: those who come back together ask alike, and share one answer. */
  encodeDiff(clocks: ReadonlyMap<number, number>, vector: Uint8Array): RestingBytes {
    if (clocks.size === 0) {
      this.#fold()
      return this.#heldBase()
    }
    const seq = this.#coveredSeq
    if (this.#lastDiff?.seq !== seq || Buffer.compare(this.#lastDiff.vector, vector) !== 0) {
      this.#lastDiff = { seq, vector: new Uint8Array(vector), update: restBytes(diffState(this.encodeState(), clocks)) }
    }
    return this.#lastDiff.update
  }

  /** Takes the more compact state that compaction made; ignored where the base already covers more. */
  adoptSnapshot(snapshot: StoredSnapshot): void {
    const covered = snapshot.seq - this.#baseSeq
    if (covered < 0 || covered > this.#tail.length) return
    this.#base = restBytes(snapshot.update)
    this.#baseLength = snapshot.update.length
    this.#baseSeq = snapshot.seq
    this.#tail = this.#tail.slice(covered)
    this.#tailBytes = lengthOf(this.#tail)
  }

  get #coveredSeq(): number {
    return this.#baseSeq + this.#tail.length
  }

  #heldBase(): RestingBytes {
    if (this.#base === undefined) throw new Error('the content of a room is read before it was recalled')
    return this.#base
  }

  /** Folds the tail into the base, so that all who ask until the next commit get the same bytes. Returns them if there was a tail. */
  #fold(): Uint8Array | undefined {
    if (this.#tail.length === 0) return undefined
    const state = composeUpdates([wakeBytes(this.#heldBase()), ...this.#tail])
    this.#baseSeq = this.#coveredSeq
    this.#base = restBytes(state)
    this.#baseLength = state.length
    this.#tail = []
    this.#tailBytes = 0
    return state
  }
}

function lengthOf(updates: readonly Uint8Array[]): number {
  return updates.reduce((sum, { length }) => sum + length, 0)
}
