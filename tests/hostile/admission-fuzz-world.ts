import type { SeededRandom } from '@rejoin/core/testing'
import { limits } from '@rejoin/core'
import {
  admitUpdate,
  applyDelta,
  composeUpdates,
  createKnownState,
  diffState,
  editAtRandom,
  knownStateOf,
  putTogether,
  revertDelta,
  takeApart,
  type Admission,
  type KnownState,
} from '@rejoin/server/testing'
import * as Y from 'yjs'
import { flipBytes, forge, mutate } from './admission-fuzz-mutations.ts'

/** A promise that did not hold, with the bytes that broke it. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise'
  readonly update: Uint8Array

  constructor(message: string, update: Uint8Array, cause?: unknown) {
    super(message, { cause })
    this.update = update
  }
}

type Accepted = Extract<Admission, { type: 'accepted' }>

const editorClients = [10, 2_000_000_000, 4_000_000_000] as const
const attackerClients = [5, 77_777, 3_000_000_000] as const
const recentUpdatesMax = 30

/** A document with honest editors, one attacker, and neighbours who apply everything that is accepted. */
export class FuzzWorld {
  readonly #random: SeededRandom
  readonly #known: KnownState = createKnownState()
  readonly #log: Uint8Array[] = []
  readonly #recent: Uint8Array[] = []
  readonly #editors = editorClients.map((client, index) => Object.assign(new Y.Doc({ gc: index !== 1 }), { clientID: client }))
  readonly #neighbours = [new Y.Doc(), new Y.Doc({ gc: false })]

  constructor(random: SeededRandom) {
    this.#random = random
  }

  /** An honest edit: it is always taken, whatever the attacker put into the document before. */
  editHonestly(): void {
    const editor = this.#random.pick(this.#editors)
    const before = Y.encodeStateVector(editor)
    editAtRandom(editor, this.#random)
    const update = Y.encodeStateAsUpdate(editor, before)
    const verdict = this.#submit(update, { takePrefix: false, canExtend: () => true })
    if (verdict.type === 'resync' || verdict.type === 'refused')
      throw new BrokenPromise(`an honest edit was not taken: ${verdict.reason}`, update)
  }

  /** One hostile update, judged and checked. */
  attack(): Admission {
    const canExtend = (client: number) => !editorClients.some((editor) => editor === client)
    return this.#submit(this.#makeHostileUpdate(), { takePrefix: this.#random.chance(0.3), canExtend })
  }

  /** What was accepted can be put together again, and brings any replica up to date. */
  checkLog(): void {
    const state = composeUpdates(this.#log)
    if (describe(knownStateOf(state)) !== describe(this.#known))
      throw new BrokenPromise('the composed log has another known state', state)
    this.#apply(new Y.Doc(), state)
    const late = new Y.Doc()
    const half = composeUpdates(this.#log.slice(0, this.#log.length >> 1))
    Y.applyUpdate(late, half)
    this.#apply(late, diffState(state, knownStateOf(half).clocks))
    for (const doc of [...this.#neighbours, ...this.#editors]) this.#checkStep2(Y.encodeStateAsUpdate(doc))
  }

  /** Whatever the attacker put there, an honest replica's whole state is taken, by this room and by one that lost everything. */
  #checkStep2(state: Uint8Array): void {
    for (const known of [this.#known, createKnownState()]) {
      const verdict = admitSafely(known, state, { takePrefix: false, canExtend: () => true })
      if (verdict.type === 'refused' || verdict.type === 'resync')
        throw new BrokenPromise(`the state of an honest replica is not taken: ${verdict.reason}`, state)
    }
  }

  #submit(update: Uint8Array, sender: { readonly takePrefix: boolean; canExtend(client: number): boolean }): Admission {
    const original = Uint8Array.from(update)
    const before = describe(this.#known)
    const verdict = admitSafely(this.#known, update, sender)
    if (describe(this.#known) !== before) throw new BrokenPromise('judging changed the known state', original)
    if (!isEqual(update, original)) throw new BrokenPromise('judging changed the update', original)
    if (verdict.type === 'accepted') this.#take(verdict, original, before)
    return verdict
  }

  #take(verdict: Accepted, original: Uint8Array, before: string): void {
    const again = admitSafely(this.#known, verdict.update, { takePrefix: false, canExtend: () => true })
    if (again.type !== 'accepted' || again.update !== verdict.update || !again.isWhole)
      throw new BrokenPromise('what was accepted is not all new', original)
    if (JSON.stringify(again.delta) !== JSON.stringify(verdict.delta))
      throw new BrokenPromise('what was accepted means something else', original)
    applyDelta(this.#known, verdict.delta)
    revertDelta(this.#known, verdict.delta)
    if (describe(this.#known) !== before) throw new BrokenPromise('reverting is not the inverse of applying', original)
    applyDelta(this.#known, verdict.delta)
    const repeat = admitSafely(this.#known, verdict.update, { takePrefix: false, canExtend: () => false })
    if (repeat.type !== 'known') throw new BrokenPromise(`a repeat is ${repeat.type}`, original)
    const update = Uint8Array.from(verdict.update)
    this.#log.push(update)
    this.#recent.push(update)
    if (this.#recent.length > recentUpdatesMax) this.#recent.shift()
    for (const doc of [...this.#neighbours, ...this.#editors]) this.#apply(doc, update)
  }

  #apply(doc: Y.Doc, update: Uint8Array): void {
    try {
      Y.applyUpdate(doc, update)
    } catch (error) {
      throw new BrokenPromise(`Yjs throws on what was accepted: ${String(error)}`, update, error)
    }
    if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null)
      throw new BrokenPromise('something accepted is left pending', update)
    if (describeClocks(Y.decodeStateVector(Y.encodeStateVector(doc))) !== describeClocks(this.#known.clocks)) {
      throw new BrokenPromise('the state vector differs from the known clocks', update)
    }
  }

  #makeHostileUpdate(): Uint8Array {
    const random = this.#random
    const target = { clocks: this.#known.clocks, ownClients: attackerClients }
    if (random.chance(0.3)) return putTogether(forge(target, random))
    const base = this.#pickUpdate()
    if (random.chance(0.3)) return flipBytes(base, this.#pickUpdate(), random)
    const model = random.chance(0.5) ? forge(target, random) : takeApart(base)
    for (let count = 1 + random.below(3); count > 0; count--) mutate(model, target, random)
    const bytes = putTogether(model)
    return random.chance(0.1) ? flipBytes(bytes, base, random) : bytes
  }

  #pickUpdate(): Uint8Array {
    const random = this.#random
    if (this.#recent.length === 0 || random.chance(0.2)) return Y.encodeStateAsUpdate(random.pick(this.#editors))
    return random.pick(this.#recent)
  }
}

function admitSafely(
  known: KnownState,
  update: Uint8Array,
  sender: { readonly takePrefix: boolean; canExtend(client: number): boolean },
): Admission {
  try {
    return admitUpdate(known, update, { ...sender, limits })
  } catch (error) {
    throw new BrokenPromise(`admission throws: ${String(error)}`, update, error)
  }
}

function describe(known: KnownState): string {
  return `${describeClocks(known.clocks)} ${describeRanges(known.deletes)} ${describeRanges(known.keyed)}`
}

function describeClocks(clocks: ReadonlyMap<number, number>): string {
  return JSON.stringify([...clocks].sort(([a], [b]) => a - b))
}

function isEqual(first: Uint8Array, second: Uint8Array): boolean {
  return first.length === second.length && first.every((byte, index) => byte === second[index])
}

function describeRanges(ranges: KnownState['deletes']): string {
  return JSON.stringify([...ranges].sort(([a], [b]) => a - b))
}
