import {
  detectConflict,
  elementIdOf,
  elementOfUpdate,
  remoteTimeOf,
  resolveConflict,
  type ElementOperation,
  type JsonValue,
  type SceneOperation,
  type SceneStrategy,
  type SceneSyncResult,
} from '@rejoin/core'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { settle } from '../testing/relay-world.ts'
import { createSceneWorld, LiveEditor, operationId, type SceneWorld } from '../testing/scene-world.ts'
import { operations, strategy } from '../testing/scripted-operations.ts'

// Hundreds of worlds take their time on a machine that has other things to do.
vi.setConfig({ testTimeout: 60_000 })

/** What of a result does not depend on the time it took. */
function verdictsOf({ syncedCount, conflicts, failedOperations }: SceneSyncResult) {
  return { syncedCount, conflicts, failedOperations }
}

function joined(results: readonly SceneSyncResult[]) {
  return {
    syncedCount: results.reduce((sum, { syncedCount }) => sum + syncedCount, 0),
    conflicts: results.flatMap(({ conflicts }) => conflicts),
    failedOperations: results.flatMap(({ failedOperations }) => failedOperations),
  }
}

test('[SV16] a batch keeps its order: it is the same as its operations one after the other, however they are split', async () => {
  await fc.assert(
    fc.asyncProperty(
      operations(1, { minLength: 1, maxLength: 12 }),
      strategy,
      fc.array(fc.nat(12), { maxLength: 4 }),
      async (batch, how, cuts) => {
        const [whole, split] = [createSceneWorld(), createSceneWorld()]
        const result = await whole.send(batch, { strategy: how })
        const places = [0, ...cuts.map((cut) => cut % batch.length).toSorted((a, b) => a - b), batch.length]
        const results: SceneSyncResult[] = []
        for (const [index, place] of places.slice(1).entries())
          results.push(await split.send(batch.slice(places[index], place), { strategy: how }))
        expect(joined(results)).toEqual(verdictsOf(result))
        expect(await split.elements()).toEqual(await whole.elements())
      },
    ),
    { numRuns: 80 },
  )
})

test('[SV16] replaying any of what was sent, in any batches, changes nothing and tells the first verdicts', async () => {
  await fc.assert(
    fc.asyncProperty(
      operations(1, { minLength: 1, maxLength: 10 }),
      operations(100, { maxLength: 6 }),
      fc.array(fc.array(fc.nat(9), { maxLength: 8 }), { maxLength: 4 }),
      strategy,
      async (first, second, replays, how) => {
        const world = createSceneWorld()
        const results = [await world.send(first), await world.send(second, { user: 'ben', strategy: how })]
        const before = [await world.elements(), await world.rowCount()]
        world.time.advance(1_000)
        expect(verdictsOf(await world.send(first, { strategy: how }))).toEqual(verdictsOf(results[0] ?? fail()))
        for (const replay of replays) {
          const again = replay.map((index) => first[index % first.length] ?? fail())
          const { conflicts } = await world.send(again)
          expect(results[0]?.conflicts ?? []).toEqual(expect.arrayContaining(conflicts))
        }
        expect([await world.elements(), await world.rowCount()]).toEqual(before)
      },
    ),
    { numRuns: 80 },
  )
})

type Fields = Readonly<Record<string, JsonValue | undefined>>
type Known = Fields & { readonly updatedAt: number; readonly updatedBy: string }
type Rules = { readonly how: SceneStrategy; readonly now: number }

/** What the rules of core make of operations, without a document: what the server has to come to. */
function expectedOf(batch: readonly SceneOperation[], rules: Rules) {
  const elements = new Map<string, Known>()
  const taken = new Set<string>()
  for (const operation of batch) {
    if (operation.type === 'Interaction') taken.add(operation.operationId)
    else if (takesEffect(operation, elements.get(elementIdOf(operation)), rules)) {
      taken.add(operation.operationId)
      const after = elementAfter(operation, elements.get(elementIdOf(operation)), rules)
      if (after === undefined) elements.delete(elementIdOf(operation))
      else elements.set(elementIdOf(operation), after)
    }
  }
  return { elements: Object.fromEntries(elements), taken }
}

function takesEffect(operation: ElementOperation, known: Known | undefined, { how, now }: Rules): boolean {
  const stored = known && { ...known, committedAt: now }
  return detectConflict(operation, stored) === undefined || resolveConflict(operation, stored, how).decision === 'local'
}

/** `undefined`: it is gone. */
function elementAfter(operation: ElementOperation, known: Known | undefined, { how, now }: Rules): Known | undefined {
  if (operation.type === 'RemoveElement') return undefined
  const { timestamp, clientId: updatedBy } = operation
  const stored = known && { ...known, committedAt: now }
  const remote = stored === undefined ? -1 : remoteTimeOf(stored)
  const isDecidedByTime = how === 'lastWriteWins' && detectConflict(operation, stored) !== undefined
  const isTie = remote === timestamp && (isDecidedByTime || known?.updatedBy === updatedBy)
  const updatedAt = timestamp > remote || isTie ? timestamp : remote + 1
  if (operation.type === 'AddElement') return { ...operation.element, updatedAt, updatedBy }
  const changed: Fields = known === undefined ? { ...elementOfUpdate(operation) } : { ...known, ...operation.changes }
  return { ...Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== null)), updatedAt, updatedBy }
}

test('[SV17] the elements are what the rules make of the operations, and the counts what happened to them', async () => {
  await fc.assert(
    fc.asyncProperty(operations(1, { maxLength: 15 }), strategy, fc.nat(15), async (batch, how, place) => {
      const world = createSceneWorld()
      const bad = { operationId: operationId(999), type: 'Explode' }
      const sent: unknown[] = [...batch]
      sent.splice(place, 0, bad)
      const result = await world.send(sent, { strategy: how })
      const expected = expectedOf(batch, { how, now: world.time.now() })
      expect(await world.elements()).toEqual(expected.elements)
      expect(result).toEqual({
        ...result,
        success: false,
        syncedCount: expected.taken.size,
        conflictCount: result.conflicts.length,
        failedCount: 1,
        failedOperations: [expect.objectContaining({ operation: bad.operationId })],
      })
      const left = result.conflicts.filter(({ decision }) => decision === 'remote').map(({ operation }) => operation)
      expect(left).toEqual(batch.map((each) => each.operationId).filter((id) => !expected.taken.has(id)))
    }),
    { numRuns: 100 },
  )
})

test('[SV17] the same batch on the same scene is settled the same way, by every strategy', async () => {
  await fc.assert(
    fc.asyncProperty(operations(1, { maxLength: 6 }), operations(100, { maxLength: 8 }), strategy, async (before, batch, how) => {
      const run = async () => {
        const world = createSceneWorld()
        await world.send(before)
        return [verdictsOf(await world.send(batch, { strategy: how })), await world.elements()]
      }
      expect(await run()).toEqual(await run())
    }),
    { numRuns: 100 },
  )
})

const action = fc.oneof(
  fc.record({ type: fc.constant('batch' as const), size: fc.integer({ min: 1, max: 4 }), isHeld: fc.boolean() }),
  fc.record({
    type: fc.constant('live' as const),
    who: fc.nat(1),
    id: fc.constantFrom('a', 'b', 'c'),
    x: fc.nat(9),
    isRemoval: fc.boolean(),
  }),
  fc.record({ type: fc.constant('receive' as const), who: fc.nat(1) }),
  fc.record({ type: fc.constant('compact' as const) }),
  fc.record({ type: fc.constant('settle' as const) }),
)

test('[SV18] any interleaving of two clients’ batches and live edits ends with the same scene everywhere, and the same in the log', async () => {
  await fc.assert(
    fc.asyncProperty(
      operations(1, { minLength: 12, maxLength: 24 }),
      fc.array(action, { maxLength: 25 }),
      async (pool, actions) => {
        const world = createSceneWorld()
        const editors = [await LiveEditor.open(world, { client: 11 }), await LiveEditor.open(world, { client: 12, user: 'cem' })]
        const waiting = [...pool]
        const sending: Promise<SceneSyncResult>[] = []
        for (const step of actions) {
          if (step.type === 'batch') {
            sending.push(world.send(waiting.splice(0, step.size)))
            if (!step.isHeld) await settle()
          } else if (step.type === 'live') {
            const editor = editors[step.who]
            if (step.isRemoval) editor?.remove(step.id)
            else editor?.set(step.id, { x: step.x, updatedAt: 900_000 + step.x })
          } else if (step.type === 'receive') editors[step.who]?.receive()
          else if (step.type === 'compact') await world.store.tenant('acme').compact('plan')
          else await settle()
        }
        const results = await Promise.all(sending)
        await settle()
        for (const editor of editors) editor.receive()
        const [one, other] = editors
        expect([one?.elements(), other?.elements()]).toEqual([await world.elements(), await world.elements()])
        expect(await storedElements(world)).toEqual(await world.elements())
        expect(results.every(({ failedCount }) => failedCount === 0)).toBe(true)
        expect(world.problems).toEqual([])
      },
    ),
    { numRuns: 80 },
  )
})

async function storedElements(world: SceneWorld): Promise<unknown> {
  const loaded = await world.store.tenant('acme').load('plan')
  const doc = new Y.Doc()
  if (loaded.type === 'live') {
    if (loaded.snapshot !== undefined) Y.applyUpdate(doc, loaded.snapshot.update)
    for (const update of loaded.tail) Y.applyUpdate(doc, update)
  }
  return doc.getMap('elements').toJSON()
}

test('[SV18] whatever commits fail, a client that sends its batches until they are answered ends where one without failures does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(operations(1, { minLength: 1, maxLength: 4 }), { maxLength: 5 }),
      fc.array(fc.boolean(), { maxLength: 12 }),
      async (drafts, failures) => {
        const batches = drafts.map((batch, index) =>
          batch.map((operation, place) => ({ ...operation, operationId: operationId(index * 100 + place) })),
        )
        const [smooth, rough] = [createSceneWorld(), createSceneWorld()]
        const expected: unknown[] = []
        for (const batch of batches) expected.push(verdictsOf(await smooth.send(batch)))
        const answered: unknown[] = []
        const fates = failures.values()
        for (const batch of batches) {
          for (let isAnswered = false; !isAnswered;) {
            if (fates.next().value === true) rough.store.failNextCommit(new Error('the disk is full'))
            await rough.send(batch).then(
              (result) => {
                answered.push(verdictsOf(result))
                isAnswered = true
              },
              () => undefined,
            )
          }
        }
        expect(answered).toEqual(expected)
        expect([await rough.elements(), await rough.rowCount()]).toEqual([await smooth.elements(), await smooth.rowCount()])
      },
    ),
    { numRuns: 100 },
  )
})

test('[SV19] whatever an operation is made of, it costs only itself, and the scene can be read and changed after it', async () => {
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('__proto__', 1e308, -0, '\ud800', '\u0000', 'x'.repeat(70)),
    fc.string({ unit: 'binary' }),
  )
  const name = fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'id', 'x', 'updatedAt', 'updatedBy', '', 'a'),
    fc.string({ unit: 'binary' }),
  )
  const changes = fc.array(fc.tuple(name, odd), { maxLength: 5 }).map((entries) => JSON.parse(objectText(entries)) as unknown)
  const hostile = fc.record({
    type: fc.constantFrom('UpdateElement', 'AddElement', 'RemoveElement', 'Interaction'),
    clientId: fc.constantFrom('tablet', '', '__proto__'),
    timestamp: fc.oneof(fc.constant(900_000), odd),
    id: fc.oneof(fc.constant('a'), name),
    changes,
    element: fc.oneof(
      changes,
      changes.map((fields) => Object.assign({ id: 'b', kind: 'note', x: 1, y: 1, width: 1, height: 1, updatedAt: 1 }, fields)),
    ),
    kind: odd,
    at: odd,
  })
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 4 }), async (bad) => {
      const world = createSceneWorld()
      const wanted = (each: (typeof bad)[number]) => {
        const { type, clientId, timestamp, id, changes: changed, element, kind, at } = each
        if (type === 'AddElement') return { type, clientId, timestamp, element }
        if (type === 'Interaction') return { type, clientId, timestamp, kind, at }
        return type === 'RemoveElement' ? { type, clientId, timestamp, id } : { type, clientId, timestamp, id, changes: changed }
      }
      const sent = bad.map((each, index) => ({ ...wanted(each), operationId: operationId(index) }))
      const add = { type: 'AddElement', operationId: operationId(500), clientId: 'kiosk', timestamp: 900_000 }
      const good = { ...add, element: { id: 'good', kind: 'note', x: 1, y: 1, width: 1, height: 1, updatedAt: 1 } }
      const result = await world.send([
        { ...good, element: { ...good.element, id: 'a' } },
        ...sent,
        { ...good, operationId: operationId(501) },
      ])
      expect(
        result.syncedCount + result.failedCount + result.conflicts.filter(({ decision }) => decision === 'remote').length,
      ).toBe(sent.length + 2)
      expect(await world.elements()).toMatchObject({ good: { kind: 'note' } })
      expect(await storedElements(world)).toEqual(await world.elements())
      expect(world.problems).toEqual([])
      expect(Object.keys(Object.prototype)).toEqual([])
    }),
    { numRuns: 100 },
  )
})

/** As text, so that a key named `__proto__` is one. */
function objectText(entries: readonly (readonly [string, unknown])[]): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`
}

function fail(): never {
  throw new Error('there is always one')
}
