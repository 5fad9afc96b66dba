import { limits } from '@rejoin/core'
import { createSeededRandom, type SeededRandom } from '@rejoin/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { admitUpdate, type Admission } from './admit-update.ts'
import { composeUpdates } from './compose-updates.ts'
import { diffState } from './diff-state.ts'
import { knownStateOf } from './known-state-of.ts'
import { applyDelta, createKnownState, type KnownDelta, type KnownState, revertDelta } from './known-state.ts'
import { describeDoc } from './testing/describe-doc.ts'
import { createEditingSession, type EditingSession } from './testing/editing-session.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 31 })
const stepCount = 60
/** Histories are long, and the machine may be busy. */
const patience = { timeout: 60_000 }

function editFor(random: SeededRandom, steps: number): EditingSession {
  const session = createEditingSession(random)
  for (let step = 0; step < steps; step++) session.step()
  session.settle()
  return session
}

/** A room: judges, remembers, and logs what it accepted. */
class Room {
  readonly known: KnownState = createKnownState()
  readonly log: Uint8Array[] = []
  readonly deltas: KnownDelta[] = []

  receive(update: Uint8Array, takePrefix = false): Admission['type'] {
    const admission = admitUpdate(this.known, update, { canExtend: () => true, takePrefix, limits })
    if (admission.type === 'accepted') {
      applyDelta(this.known, admission.delta)
      this.log.push(admission.update)
      this.deltas.push(admission.delta)
    }
    return admission.type
  }

  replica(): Y.Doc {
    const doc = new Y.Doc()
    for (const update of this.log) {
      Y.applyUpdate(doc, update)
      if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) throw new Error('an accepted update is left pending')
    }
    return doc
  }
}

function expectConverged(doc: Y.Doc, session: EditingSession): void {
  const [honest] = session.docs
  if (honest === undefined) throw new Error('a session has editors')
  expect(describeDoc(doc)).toEqual(describeDoc(honest))
  expect(Y.decodeStateVector(Y.encodeStateVector(doc))).toEqual(Y.decodeStateVector(Y.encodeStateVector(honest)))
}

test(
  '[A17] what honest editors send in causal order is accepted or known, applies without rest, and makes the same document',
  patience,
  () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const session = editFor(createSeededRandom(seed), stepCount)
        const room = new Room()
        for (const update of session.log) expect(['accepted', 'known']).toContain(room.receive(update))
        for (const update of session.log) expect(room.receive(update)).toBe('known')
        const replica = room.replica()
        expectConverged(replica, session)
        expect(Y.decodeStateVector(Y.encodeStateVector(replica))).toEqual(room.known.clocks)
      }),
      { numRuns: 25 },
    )
  },
)

test(
  '[A10, A13, A21] updates that come twice, late, overtaken or merged are accepted, known or asked for again, and a step 2 heals',
  patience,
  () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = createSeededRandom(seed)
        const session = editFor(random.fork('editing'), stepCount)
        const room = new Room()
        for (let count = 0; count < session.log.length * 2; count++) {
          const first = random.below(session.log.length)
          const updates = session.log.slice(first, first + 1 + random.below(4))
          expect(['accepted', 'known', 'resync']).toContain(
            room.receive(random.chance(0.5) ? Y.mergeUpdates(updates) : (updates[0] ?? new Uint8Array())),
          )
          if (random.chance(0.1)) room.receive(Y.mergeUpdates(updates), true)
          room.replica()
        }
        for (const doc of session.docs)
          expect(['accepted', 'known']).toContain(
            room.receive(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(room.known.clocks))),
          )
        expectConverged(room.replica(), session)
        expect(knownStateOf(composeUpdates(room.log))).toEqual(room.known)
      }),
      { numRuns: 12 },
    )
  },
)

test('[A18] reverting every delta in reverse order ends where it began', patience, () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const room = new Room()
      const states: KnownState[] = []
      for (const update of editFor(createSeededRandom(seed), stepCount).log) {
        states.push(structuredClone(room.known))
        if (room.receive(update) !== 'accepted') states.pop()
      }
      for (const delta of room.deltas.toReversed()) {
        revertDelta(room.known, delta)
        expect(room.known).toEqual(states.pop())
      }
      expect(room.known).toEqual(createKnownState())
    }),
    { numRuns: 12 },
  )
})

test('[A19, A21] composed updates make the same document and the same known state, in one step or in many', patience, () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const random = createSeededRandom(seed)
      const session = editFor(random.fork('editing'), stepCount)
      const room = new Room()
      for (const update of session.log) room.receive(update)
      const state = composeUpdates(room.log)
      const doc = new Y.Doc()
      Y.applyUpdate(doc, state)
      expectConverged(doc, session)
      expect(knownStateOf(state)).toEqual(room.known)
      const middle = random.below(room.log.length + 1)
      const inSteps = composeUpdates([composeUpdates(room.log.slice(0, middle)), ...room.log.slice(middle)])
      expect(inSteps).toEqual(state)
      expect(new Room().receive(state)).toBe('accepted')
    }),
    { numRuns: 15 },
  )
})

test('[A19, A20, A21] a snapshot that Yjs made, with its garbage collected, is a state like any other', patience, () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const random = createSeededRandom(seed)
      const session = editFor(random.fork('editing'), stepCount)
      const room = new Room()
      for (const update of session.log) room.receive(update)
      const middle = random.below(room.log.length + 1)
      const folded = new Y.Doc()
      for (const update of room.log.slice(0, middle)) Y.applyUpdate(folded, update)
      const state = composeUpdates([Y.encodeStateAsUpdate(folded), ...room.log.slice(middle)])
      const doc = new Y.Doc()
      Y.applyUpdate(doc, state)
      expectConverged(doc, session)
      expect(knownStateOf(state).clocks).toEqual(room.known.clocks)
      const reloaded = new Room()
      expect(reloaded.receive(state)).toBe('accepted')
      for (const update of session.log) expect(['accepted', 'known']).toContain(reloaded.receive(update))
    }),
    { numRuns: 15 },
  )
})

test('[A20] the difference brings a replica at any state vector up to date, and a current one gets no structs', patience, () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const random = createSeededRandom(seed)
      const session = editFor(random.fork('editing'), stepCount)
      const room = new Room()
      for (const update of session.log) room.receive(update)
      const state = composeUpdates(room.log)
      for (const gc of [true, false]) {
        const replica = new Y.Doc({ gc })
        for (const update of room.log.slice(0, random.below(room.log.length))) Y.applyUpdate(replica, update)
        Y.applyUpdate(replica, diffState(state, Y.decodeStateVector(Y.encodeStateVector(replica))))
        expectConverged(replica, session)
      }
      expect(diffState(state, room.known.clocks)[0]).toBe(0)
      expect(diffState(state, new Map())).toEqual(state)
    }),
    { numRuns: 15 },
  )
})

test('[A20] a replica whose clock lies inside a struct of the state gets the rest of that struct', () => {
  const doc = new Y.Doc()
  doc.getText('text').insert(0, 'ab😀cd')
  const state = Y.encodeStateAsUpdate(doc)
  for (let clock = 0; clock <= 6; clock++) {
    const expected = Y.diffUpdate(state, Y.encodeStateVector(new Map([[doc.clientID, clock]])))
    expect(diffState(state, new Map([[doc.clientID, clock]]))).toEqual(expected)
  }
})
