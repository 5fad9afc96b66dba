import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { element } from '../testing/scene-world.ts'
import { operations } from '../testing/scripted-operations.ts'
import type { AppliedScene, SceneJob } from './scene-applier.ts'
import { SceneShelf } from './scene-shelf.ts'

/** A log of one scene, and jobs over it. */
class ScriptedLog {
  readonly #doc = new Y.Doc()
  #snapshot: Uint8Array | undefined
  #snapshotAt: number | undefined
  #tail: Uint8Array[] = []
  #times: number[] = []
  #seq = 0
  readonly #place: string

  constructor(place: string) {
    this.#place = place
    this.#doc.clientID = 77
  }

  append(update: Uint8Array | undefined, at: number): void {
    if (update === undefined) return
    Y.applyUpdate(this.#doc, update)
    this.#tail.push(update)
    this.#times.push(at)
    this.#seq++
  }

  /** Somebody else edits the document. */
  edit(id: string, x: number, at: number, text = ''): void {
    const before = Y.encodeStateVector(this.#doc)
    this.#doc.getMap('elements').set(id, new Y.Map(Object.entries(element(id, { x, updatedAt: at, text }))))
    const update = Y.encodeStateAsUpdate(this.#doc, before)
    this.#tail.push(update)
    this.#times.push(at)
    this.#seq++
  }

  compact(at: number): void {
    this.#snapshot = Y.encodeStateAsUpdate(this.#doc)
    this.#snapshotAt = at
    this.#tail = []
    this.#times = []
  }

  job(change: Pick<SceneJob, 'operations' | 'mayReuse' | 'now'>): SceneJob {
    return {
      place: this.#place,
      seq: this.#seq,
      snapshot: this.#snapshot,
      tail: [...this.#tail],
      committedAt: { snapshot: this.#snapshotAt, tail: Float64Array.from(this.#times) },
      client: 5,
      strategy: 'lastWriteWins',
      ...change,
    }
  }
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('batch' as const), size: fc.integer({ min: 1, max: 4 }), isStored: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('edit' as const), id: fc.constantFrom('a', 'b'), x: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('compact' as const) }) },
)

test('[SV20] a scene that is gone on with gives what one that is built anew gives, whatever was stored, lost, edited and folded in between', () => {
  fc.assert(
    fc.property(operations(1, { minLength: 20, maxLength: 40 }), fc.array(step, { maxLength: 20 }), (pool, steps) => {
      const shelf = new SceneShelf()
      const log = new ScriptedLog('plan')
      const waiting = [...pool]
      const results: AppliedScene[] = []
      const expected: AppliedScene[] = []
      let mayReuse = false
      for (const [index, each] of steps.entries()) {
        const now = 900_100 + index
        if (each.type === 'edit') log.edit(each.id, each.x, now)
        else if (each.type === 'compact') log.compact(now)
        else {
          const batch = waiting.splice(0, each.size).filter((operation) => operation.type !== 'Interaction')
          const applied = shelf.apply(log.job({ operations: batch, mayReuse, now }))
          results.push(applied)
          expected.push(new SceneShelf().apply(log.job({ operations: batch, mayReuse: false, now })))
          if (each.isStored) log.append(applied.update, now)
          mayReuse = each.isStored
        }
      }
      // No time here lies after its commit, so that it is no matter whether the row tells it or the snapshot.
      expect(results).toEqual(expected)
    }),
    { numRuns: 200 },
  )
})

test('[SV20] of what was not used for long, or is too large together, a scene is let go of', () => {
  const shelf = new SceneShelf()
  const use = (place: string, x: number, text = '') => {
    const log = new ScriptedLog(place)
    log.edit('a', x, 1, text)
    shelf.apply(log.job({ operations: [], mayReuse: true, now: 5 }))
  }
  for (let index = 0; index < 40; index++) use(`plan ${index}`, index)
  expect(shelf.size).toBe(32)
  for (const place of ['large', 'larger']) use(place, 1, 'x'.repeat(3_000_000))
  expect(shelf.size).toBe(32)
  use('largest', 1, 'x'.repeat(6_000_000))
  expect(shelf.size).toBe(1)
  use('too large', 1, 'x'.repeat(9_000_000))
  expect(shelf.size).toBe(0)
})
