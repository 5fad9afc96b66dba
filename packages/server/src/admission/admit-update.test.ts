import { limits } from '@rejoin/core'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { admitUpdate, type Admission, type AdmissionRules } from './admit-update.ts'
import { composeUpdates } from './compose-updates.ts'
import { diffState } from './diff-state.ts'
import { applyDelta, createKnownState, type KnownState } from './known-state.ts'
import { deleted, gap, garbage, sharedType, text, values } from './testing/struct-contents.ts'
import { deletionOf, type Id, putTogether, type StructModel, updateOf } from './testing/update-model.ts'

const resync = { type: 'resync', reason: expect.any(String) }
const defaults: AdmissionRules = { canExtend: () => true, takePrefix: false, limits }

function admit(known: KnownState, update: Uint8Array, rules: Partial<AdmissionRules> = {}): Admission {
  return admitUpdate(known, update, { ...defaults, ...rules })
}

/** What a room knows after these. */
function knownAfter(...updates: readonly Uint8Array[]): KnownState {
  const known = createKnownState()
  for (const update of updates) {
    const admission = admit(known, update)
    if (admission.type !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(admission)}`)
    applyDelta(known, admission.delta)
  }
  return known
}

function docOf(...updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc
}

const at = (client: number, clock: number): Id => ({ client, clock })
const place = (struct: Omit<StructModel, 'parent'> & Partial<StructModel>): StructModel => ({ parent: 'text', ...struct })
const section = (client: number, clock: number, ...structs: readonly (Omit<StructModel, 'parent'> & Partial<StructModel>)[]) => ({
  client,
  clock,
  countShift: 0,
  structs: structs.map(place),
})

describe('size', () => {
  const small = { ...limits, updateStructsMax: 3, updateContentlessClocksMax: 10 }
  const tooLarge = { type: 'refused', code: 'TOO_LARGE', reason: expect.any(String) }

  test('[A7] an update has so many new structs at most', () => {
    expect(admit(createKnownState(), updateOf(1, 0, text('a'), text('b'), text('c')), { limits: small }).type).toBe('accepted')
    expect(admit(createKnownState(), updateOf(1, 0, text('a'), text('b'), text('c'), text('d')), { limits: small })).toEqual(
      tooLarge,
    )
  })

  test('[A7] a clock without content costs no bytes and is counted', () => {
    for (const content of [garbage, deleted]) {
      expect(admit(createKnownState(), updateOf(1, 0, content(10)), { limits: small }).type).toBe('accepted')
      expect(admit(createKnownState(), updateOf(1, 0, content(5), content(6)), { limits: small })).toEqual(tooLarge)
    }
    expect(admit(createKnownState(), updateOf(1, 0, gap(11), text('a')), { limits: small })).toEqual(tooLarge)
    expect(admit(createKnownState(), updateOf(1, 0, garbage(1_000_001)))).toEqual(tooLarge)
  })

  test('[A7] a delete set has so many new ranges at most', () => {
    const known = knownAfter(updateOf(1, 0, text('abcdefghijkl')), deletionOf(1, [0, 1], [2, 1], [4, 1]))
    const ranges = (...starts: readonly number[]) => deletionOf(1, ...starts.map((start): [number, number] => [start, 1]))
    expect(admit(known, ranges(0, 2, 4, 6, 8, 10), { limits: small }).type).toBe('accepted')
    expect(admit(known, ranges(0, 1, 3, 6, 8, 10), { limits: small })).toEqual(tooLarge)
  })

  test('[A7] an update lists so many clients at most, also where it says nothing of them', () => {
    const empty = (client: number) => ({ client, clock: 0, countShift: 0, structs: [] })
    const nothing = (client: number) => ({ client, ranges: [] })
    const clients = (count: number) => Array.from({ length: count }, (_, client) => client)
    const known = knownAfter(updateOf(1, 0, text('a')))
    expect(
      admit(known, putTogether({ sections: clients(4).map(empty), deletes: clients(4).map(nothing) }), { limits: small }),
    ).toEqual({ type: 'known' })
    expect(admit(known, putTogether({ sections: clients(5).map(empty), deletes: [] }), { limits: small })).toEqual(tooLarge)
    expect(admit(known, putTogether({ sections: [], deletes: clients(5).map(nothing) }), { limits: small })).toEqual(tooLarge)
  })

  test('[A7] what is known already counts towards no limit', () => {
    const known = knownAfter(updateOf(1, 0, garbage(9)), updateOf(1, 9, text('a'), text('b'), text('c')))
    const whole = updateOf(1, 0, garbage(9), text('a'), text('b'), text('c'), text('d'))
    expect(admit(known, whole, { limits: { ...small, updateContentlessClocksMax: 1 } })).toMatchObject({
      type: 'accepted',
      delta: { clocks: [[1, 12, 13]] },
    })
  })
})

describe('types in types', () => {
  const badFrame = { type: 'refused', code: 'BAD_FRAME', reason: expect.any(String) }
  const chain = (count: number) =>
    Array.from({ length: count }, (_, clock) => place({ ...sharedType(0), ...(clock > 0 && { parent: at(1, clock - 1) }) }))

  test('[A8] so deep and no deeper, however long the chain is', () => {
    expect(
      admit(
        createKnownState(),
        updateOf(1, 0, ...chain(limits.typeDepthMax), { ...text('deep'), parent: at(1, limits.typeDepthMax - 1) }),
      ).type,
    ).toBe('accepted')
    expect(admit(createKnownState(), updateOf(1, 0, ...chain(limits.typeDepthMax + 1)))).toEqual(badFrame)
    expect(admit(createKnownState(), updateOf(1, 0, ...chain(20_000)))).toEqual(badFrame)
  })

  test('[A8] a chain is followed through neighbours and through the structs of other clients', () => {
    const structs = (own: number, other: number) =>
      Array.from({ length: 66 }, (_, index) => {
        const clock = index * 2
        const first = place({
          ...text('x'),
          ...(index > 0 || own === 2 ? { parent: at(other, own === 1 ? clock - 1 : clock + 1) } : {}),
        })
        return [first, place({ ...sharedType(0), origin: at(own, clock) })]
      }).flat()
    const both = putTogether({
      sections: [
        { client: 1, clock: 0, countShift: 0, structs: structs(1, 2) },
        { client: 2, clock: 0, countShift: 0, structs: structs(2, 1) },
      ],
      deletes: [],
    })
    expect(admit(createKnownState(), both)).toEqual(badFrame)
  })

  test('[A8] many types side by side are no chain', () => {
    const wide = Array.from({ length: 1000 }, (_, clock) =>
      place({ ...sharedType(1), ...(clock > 0 && { origin: at(1, clock - 1) }) }),
    )
    expect(admit(createKnownState(), updateOf(1, 0, ...wide)).type).toBe('accepted')
  })
})

describe('a run of values under a map key', () => {
  const badFrame = { type: 'refused', code: 'BAD_FRAME', reason: expect.any(String) }
  const map = { ...sharedType(1), parent: 'map', parentSub: 'inner' }

  test('[A9] makes Yjs throw when the map is deleted, and is refused', () => {
    const run = updateOf(1, 1, { ...text('hello'), parent: at(1, 0), parentSub: 'k' })
    const doc = docOf(updateOf(1, 0, map), run, deletionOf(1, [3, 1]))
    expect(() => Y.applyUpdate(doc, deletionOf(1, [0, 1]))).toThrow('Unexpected case')
    expect(admit(knownAfter(updateOf(1, 0, map)), run)).toEqual(badFrame)
  })

  test('[A9] is refused beside a known entry, a new one, and one that another client brings in the same update', () => {
    const entry = { ...values(1), parent: at(1, 0), parentSub: 'k' }
    const known = knownAfter(updateOf(1, 0, map, entry))
    for (const beside of [{ origin: at(1, 1) }, { right: at(1, 1) }]) {
      expect(admit(known, updateOf(2, 0, { ...values(1, 2), ...beside }))).toEqual(badFrame)
      expect(admit(known, updateOf(1, 2, { ...text('run'), ...beside }))).toEqual(badFrame)
      expect(admit(known, updateOf(2, 0, { ...text('x'), ...beside }, { ...text('run'), origin: at(2, 0) }))).toEqual(badFrame)
      expect(
        admit(
          createKnownState(),
          putTogether({ sections: [section(2, 0, { ...text('run'), ...beside }), section(1, 0, map, entry)], deletes: [] }),
        ),
      ).toEqual(badFrame)
    }
  })

  test('[A9] is taken where the same update deletes all of it, as clients do that keep deleted content', () => {
    const known = knownAfter(updateOf(1, 0, map))
    const run = (ranges: [start: number, length: number][]) =>
      putTogether({
        sections: [section(1, 1, { ...values(1, 6), parent: at(1, 0), parentSub: 'k' }, { ...values(7), origin: at(1, 2) })],
        deletes: [{ client: 1, ranges }],
      })
    expect(admit(known, run([[1, 2]]))).toMatchObject({ type: 'accepted', isWhole: true })
    expect(admit(known, run([[1, 1]]))).toEqual(badFrame)
    expect(admit(known, run([[2, 2]]))).toEqual(badFrame)
    const doc = docOf(
      updateOf(1, 0, map),
      run([[1, 2]]),
      updateOf(2, 0, { ...values(8), origin: at(1, 1) }),
      deletionOf(1, [0, 1]),
    )
    expect(doc.getMap('map').toJSON()).toEqual({})
  })

  test('[A9] what lies under a key is remembered, also where a struct is cut and another client builds on it', () => {
    const entry = { ...values(1), parent: at(1, 0), parentSub: 'k' }
    const known = knownAfter(updateOf(1, 0, map, entry))
    const update = putTogether({
      sections: [
        section(2, 0, { ...values(3), origin: at(1, 2) }),
        section(1, 1, { ...deleted(2), parent: at(1, 0), parentSub: 'k' }),
      ],
      deletes: [],
    })
    expect(admit(known, update)).toMatchObject({
      delta: {
        clocks: [
          [2, 0, 1],
          [1, 2, 3],
        ],
        keyed: [
          [2, 0, 1],
          [1, 2, 3],
        ],
      },
    })
  })

  test('[A9] garbage lies under no key, also where it goes on behind a map entry', () => {
    const known = knownAfter(updateOf(1, 0, map))
    expect(admit(known, updateOf(1, 0, garbage(3)))).toMatchObject({ delta: { clocks: [[1, 1, 3]], keyed: [] } })
    expect(
      admit(
        known,
        putTogether({ sections: [section(2, 0, { ...values(3), origin: at(1, 2) }), section(1, 0, garbage(3))], deletes: [] }),
      ),
    ).toMatchObject({
      delta: { keyed: [] },
    })
  })

  test('[A9] single values, deleted runs and runs of text beside one another are what honest clients write', () => {
    const known = knownAfter(updateOf(1, 0, map))
    expect(
      admit(known, updateOf(1, 1, { ...values(1), parent: at(1, 0), parentSub: 'k' }, { ...deleted(5), origin: at(1, 1) })).type,
    ).toBe('accepted')
    expect(admit(known, updateOf(1, 1, text('first'), { ...text('second'), origin: at(1, 5) })).type).toBe('accepted')
  })
})

describe('order', () => {
  test('[A10] what follows the known clocks is accepted, byte for byte; what leaves a gap is asked for again', () => {
    const known = knownAfter(updateOf(1, 0, text('abc')))
    const next = updateOf(1, 3, text('d'))
    expect(admit(known, next)).toEqual({
      type: 'accepted',
      update: next,
      delta: { clocks: [[1, 3, 4]], deletes: [], keyed: [] },
      isWhole: true,
    })
    expect(admit(known, updateOf(1, 4, text('d')))).toEqual(resync)
    expect(admit(known, updateOf(2, 1, text('d')))).toEqual(resync)
    expect(admit(known, updateOf(1, 3, gap(2), text('d')))).toEqual(resync)
    expect(admit(known, updateOf(1, 2, gap(2), text('d')))).toEqual(resync)
    expect(admit(known, updateOf(1, 2 ** 40, garbage(1)))).toEqual(resync)
  })

  test('[A10] a gap within what is known is none', () => {
    const known = knownAfter(updateOf(1, 0, text('abc')))
    expect(admit(known, updateOf(1, 0, text('a'), gap(2), text('d')))).toMatchObject({
      type: 'accepted',
      update: updateOf(1, 3, text('d')),
    })
  })

  test.each([
    ['left neighbour', 'origin'],
    ['right neighbour', 'right'],
    ['parent', 'parent'],
  ])('[A11] a %s that nobody has is asked for; a known one is fine', (_name, field) => {
    const known = knownAfter(updateOf(1, 0, sharedType(0)))
    expect(admit(known, updateOf(2, 0, { ...text('x'), [field]: at(1, 0) })).type).toBe('accepted')
    expect(admit(known, updateOf(2, 0, { ...text('x'), [field]: at(1, 1) }))).toEqual(resync)
    expect(admit(known, updateOf(2, 0, { ...text('x'), [field]: at(3, 0) }))).toEqual(resync)
    expect(admit(known, updateOf(1, 1, { ...text('x'), [field]: at(1, 1) }))).toEqual(resync)
    expect(admit(known, updateOf(1, 1, { ...text('x'), [field]: at(1, 2) }, text('y')))).toEqual(resync)
  })

  test('[A11] references between clients of one update are resolved in either order of the bytes; circles are not', () => {
    const first = section(1, 0, text('a'), { ...text('c'), origin: at(2, 0) })
    const second = section(2, 0, { ...text('b'), origin: at(1, 0) }, { ...text('d'), origin: at(1, 1) })
    const circle = section(2, 0, { ...text('b'), origin: at(1, 1) })
    for (const sections of [
      [first, second],
      [second, first],
    ]) {
      const update = putTogether({ sections, deletes: [] })
      expect(admit(createKnownState(), update)).toMatchObject({ type: 'accepted', isWhole: true })
      expect(docOf(update).store.pendingStructs).toBeNull()
    }
    for (const sections of [
      [first, circle],
      [circle, first],
    ])
      expect(admit(createKnownState(), putTogether({ sections, deletes: [] }))).toEqual(resync)
  })

  test('[A11] two clients that take turns twenty thousand times, and a thousand that wait for one, are resolved', () => {
    const turns = (own: number, other: number) =>
      section(
        own,
        0,
        ...Array.from({ length: 20_000 }, (_, clock) => ({
          ...text('x'),
          ...(own === 1 && clock === 0 ? {} : { origin: at(other, own === 1 ? clock - 1 : clock) }),
        })),
      )
    const waiting = Array.from({ length: 1000 }, (_, index) =>
      section(10 + index, 0, { ...text('w'), origin: at(2, 19_999 - index) }),
    )
    const update = putTogether({ sections: [...waiting, turns(2, 1), turns(1, 2)], deletes: [] })
    expect(admit(createKnownState(), update).type).toBe('accepted')
  })

  test('[A12] deletes may reach what is known after the update, and no further', () => {
    const known = knownAfter(updateOf(1, 0, text('abc')))
    expect(admit(known, deletionOf(1, [0, 3]))).toMatchObject({ type: 'accepted', delta: { deletes: [[1, 0, 3]] } })
    expect(admit(known, deletionOf(1, [0, 4]))).toEqual(resync)
    expect(admit(known, deletionOf(2, [0, 1]))).toEqual(resync)
    const withStruct = { sections: [section(1, 3, text('d'))], deletes: [{ client: 1, ranges: [[2, 2] as [number, number]] }] }
    expect(admit(known, putTogether(withStruct))).toMatchObject({
      type: 'accepted',
      isWhole: true,
      delta: { deletes: [[1, 2, 4]] },
    })
  })
})

describe('overlap', () => {
  const base = updateOf(1, 0, text('abcdef'))

  test('[A13] of an update that repeats known clocks only the new part goes on, cut as Yjs would cut it', () => {
    const known = knownAfter(base, updateOf(2, 0, { ...text('x'), origin: at(1, 1) }))
    for (const struct of [
      text('abcdefgh'),
      { ...values(0, 1, 2, 3, 4, 5, 'g', 'h'), right: at(2, 0) },
      deleted(8),
      garbage(8),
      text('abcde😀h'),
    ]) {
      const update = updateOf(1, 0, place(struct), { ...text('!'), origin: at(1, 7) })
      const admission = admit(known, update)
      const expected = Y.diffUpdate(update, Y.encodeStateVector(new Map([[1, 6]])))
      expect(admission).toMatchObject({ type: 'accepted', isWhole: true, update: expected, delta: { clocks: [[1, 6, 9]] } })
    }
  })

  test('[A13] a forged garbage range over known text of somebody else changes nothing, on any path', () => {
    const honest = [updateOf(1, 0, text('abc')), updateOf(1, 3, { ...text('def'), origin: at(1, 2) })]
    const known = knownAfter(...honest)
    const forged = putTogether({
      sections: [section(2, 0, { ...text('x'), origin: at(1, 2) }), section(1, 0, garbage(6))],
      deletes: [],
    })
    const admission = admit(known, forged)
    if (admission.type !== 'accepted') throw new Error('the new struct beside the forgery is honest')
    const shown = (...updates: readonly Uint8Array[]) =>
      docOf(...updates)
        .getText('text')
        .toJSON()
    expect(shown(Y.mergeUpdates([...honest, forged]))).not.toContain('def')
    const taken = [...honest, admission.update]
    for (const update of [
      Y.mergeUpdates(taken),
      Y.mergeUpdates(taken.toReversed()),
      composeUpdates(taken),
      diffState(composeUpdates(taken), new Map()),
    ]) {
      expect(shown(update)).toBe('abcdefx')
    }
    expect(shown(...taken)).toBe('abcdefx')
    expect(admit(known, updateOf(1, 0, garbage(6)))).toEqual({ type: 'known' })
  })

  test('[A13] other content under known clocks is dropped', () => {
    expect(admit(knownAfter(base), updateOf(1, 0, text('ABCDEF')))).toEqual({ type: 'known' })
  })

  test('[A13] of a delete set only the new ranges go on', () => {
    const known = knownAfter(base, deletionOf(1, [1, 2]))
    expect(admit(known, deletionOf(1, [0, 4]))).toMatchObject({
      update: deletionOf(1, [0, 1], [3, 1]),
      delta: {
        deletes: [
          [1, 0, 1],
          [1, 3, 4],
        ],
      },
    })
    expect(admit(known, deletionOf(1, [5, 1], [5, 1], [0, 0], [4, 2]))).toMatchObject({
      update: deletionOf(1, [4, 2]),
      delta: { deletes: [[1, 4, 6]] },
    })
  })

  test('[A13] what is rewritten has bytes of its own', () => {
    const update = updateOf(1, 0, text('abcdefg'))
    const admission = admit(knownAfter(base), update)
    expect(admission.type === 'accepted' && admission.update.buffer !== update.buffer).toBe(true)
  })
})

describe('known', () => {
  test('[A14] nothing new needs no log row', () => {
    const doc = docOf(updateOf(1, 0, text('abc')), deletionOf(1, [1, 1]))
    const state = Y.encodeStateAsUpdate(doc)
    expect(admit(knownAfter(state), state)).toEqual({ type: 'known' })
    expect(admit(createKnownState(), Uint8Array.of(0, 0))).toEqual({ type: 'known' })
    expect(admit(createKnownState(), Uint8Array.of(1, 0, 5, 0, 1, 5, 0))).toEqual({ type: 'known' })
  })

  test('[A14] structs that came deleted are deletions: a delete set that repeats them is known', () => {
    const known = knownAfter(updateOf(1, 0, garbage(2), text('a'), deleted(3)))
    expect(known.deletes).toEqual(new Map([[1, [0, 2, 3, 6]]]))
    expect(admit(known, deletionOf(1, [0, 2], [3, 3]))).toEqual({ type: 'known' })
  })

  test('[A14] a step 2 with the whole delete set of a long life is known', () => {
    const doc = new Y.Doc()
    const body = doc.getText('text')
    body.insert(0, 'x'.repeat(1000))
    for (let index = 0; index < 400; index++) body.delete(index, 1)
    const known = knownAfter(Y.encodeStateAsUpdate(doc))
    expect(admit(known, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(doc)))).toEqual({ type: 'known' })
  })
})

describe('bound client ids', () => {
  const canExtend = (client: number) => client !== 777
  const bound = { type: 'refused', code: 'CLIENT_BOUND', reason: expect.any(String) }
  const known = knownAfter(updateOf(777, 0, text('secret')))

  test('[A15] ten bytes of garbage under the id of somebody else, who is offline, are refused', () => {
    const poison = Uint8Array.from([1, 1, 0x89, 6, 6, 0, 0xc0, 0x84, 0x3d, 0])
    expect(admit(known, poison, { canExtend })).toEqual(bound)
    expect(admit(known, poison, { canExtend, takePrefix: true })).toEqual(bound)
  })

  test('[A15] the whole update is refused, also where its other structs are the own ones', () => {
    expect(
      admit(known, putTogether({ sections: [section(5, 0, text('own')), section(777, 6, text('forged'))], deletes: [] }), {
        canExtend,
      }),
    ).toEqual(bound)
    expect(admit(known, updateOf(777, 9, text('gap')), { canExtend })).toEqual(bound)
  })

  test('[A15] what is known of them may be repeated, referred to and deleted', () => {
    expect(admit(known, updateOf(777, 0, text('secret')), { canExtend })).toEqual({ type: 'known' })
    expect(admit(known, updateOf(5, 0, { ...text('x'), origin: at(777, 2) }), { canExtend }).type).toBe('accepted')
    expect(admit(known, deletionOf(777, [0, 6]), { canExtend }).type).toBe('accepted')
  })
})

describe('the admissible prefix', () => {
  const takePrefix = { takePrefix: true }

  test('[A16] of each client what fits is taken, and the deletes over it', () => {
    const known = knownAfter(updateOf(1, 0, text('abc')))
    const update = putTogether({
      sections: [
        section(3, 0, text('z')),
        section(2, 0, text('x'), { ...text('y'), origin: at(9, 0) }, text('never')),
        section(1, 3, text('d'), gap(1), text('f')),
      ],
      deletes: [
        { client: 1, ranges: [[1, 5]] },
        { client: 9, ranges: [[0, 1]] },
      ],
    })
    expect(admit(known, update)).toEqual(resync)
    expect(admit(known, update, takePrefix)).toEqual({
      type: 'accepted',
      isWhole: false,
      update: putTogether({
        sections: [section(3, 0, text('z')), section(2, 0, text('x')), section(1, 3, text('d'))],
        deletes: [{ client: 1, ranges: [[1, 3]] }],
      }),
      delta: {
        clocks: [
          [3, 0, 1],
          [2, 0, 1],
          [1, 3, 4],
        ],
        deletes: [[1, 1, 4]],
        keyed: [],
      },
    })
  })

  test('[A16] where nothing fits, or only what is known, it is asked for again', () => {
    const known = knownAfter(updateOf(1, 0, text('abc')))
    expect(admit(known, updateOf(1, 4, text('e')), takePrefix)).toEqual(resync)
    expect(admit(known, updateOf(1, 2, text('c'), gap(1), text('e')), takePrefix)).toEqual(resync)
    expect(admit(known, updateOf(2, 0, { ...text('x'), origin: at(2, 0) }), takePrefix)).toEqual(resync)
  })

  test('[A16] an update that fits as a whole is whole', () => {
    expect(admit(createKnownState(), updateOf(1, 0, text('a')), takePrefix)).toMatchObject({ type: 'accepted', isWhole: true })
    expect(admit(createKnownState(), Uint8Array.of(0, 0), takePrefix)).toEqual({ type: 'known' })
  })

  test('[A16] a struct that came deleted counts only as far as it is taken', () => {
    const known = knownAfter(updateOf(1, 0, text('abc')))
    const update = updateOf(1, 3, deleted(2), { ...deleted(2), origin: at(9, 0) })
    expect(admit(known, update, takePrefix)).toMatchObject({ delta: { clocks: [[1, 3, 5]], deletes: [[1, 3, 5]] } })
  })
})
