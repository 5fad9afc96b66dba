import { sceneElementSchema, type SceneElement } from '@rejoin/core'
import { createManualTime, createSeededRandom } from '@rejoin/core/testing'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { applyUpdate, Doc, encodeStateAsUpdate, Map as YMap, UndoManager } from 'yjs'
import { z } from 'zod'
import { sceneOf } from '../host/host-scenes.ts'
import type { BatchKeeper, NewRequest } from '../outbox/request-queue.ts'
import { FakeDocumentServer } from '../testing/fake-document-server.ts'
import { TestDevice, until } from '../testing/test-device.ts'
import type { Scene } from './scene.ts'
import { createScenes } from './scenes.ts'

const noteSchema = z.discriminatedUnion('kind', [
  z.object({
    id: z.string(),
    kind: z.literal('note'),
    x: z.number(),
    y: z.number(),
    width: z.number().min(0),
    height: z.number().min(0),
    updatedAt: z.number(),
    text: z.string().max(20),
    colour: z.string().default('yellow'),
    author: z.string().optional(),
  }),
  z.object({
    id: z.string(),
    kind: z.literal('line'),
    x: z.number(),
    y: z.number(),
    width: z.number(),
    height: z.number(),
    updatedAt: z.number(),
    points: z.array(z.number()),
  }),
])

const box = (id: string, x = 0) => ({ id, kind: 'box', x, y: 0, width: 10, height: 10 })
const note = (id: string, text = 'hello') => ({ id, kind: 'note' as const, x: 0, y: 0, width: 10, height: 10, text })
const startMs = 1_000

/** A tab of a device without a network, and what its scenes put into the outbox. */
function openTab() {
  const time = createManualTime(startMs)
  const { client } = new TestDevice(new FakeDocumentServer()).openTab()
  client.setOnline(false)
  onTestFinished(() => client.close())
  const kept: NewRequest[] = []
  const keeper: BatchKeeper = {
    keepAll: (make) => {
      const requests = make({ deviceId: 'dev', serverNow: time.now() })
      kept.push(...requests)
      return Promise.resolve(requests.map((_, at) => `id ${at}`))
    },
  }
  const scenes = createScenes({
    openDocument: (name) => client.documents.open(name),
    serverNow: () => time.now(),
    scenesUrl: 'https://sync.example/api/v1/scenes',
    openKeeper: () => keeper,
    clock: time,
    idRandom: createSeededRandom(1),
  })
  return { client, scenes, time, kept }
}

const storedIn = ({ document }: Pick<Scene, 'document'>) => document.doc.getMap('elements').toJSON()

/** How many transactions changed the document. */
function countTransactions({ document }: Pick<Scene, 'document'>, work: () => void): number {
  let count = 0
  const note = (): void => void count++
  document.doc.on('update', note)
  work()
  document.doc.off('update', note)
  return count
}

describe('an open scene', () => {
  test('[OS1] is the root map `elements` of its document, whoever else has it open', async () => {
    const { client, scenes } = openTab()
    const document = await client.documents.open('plan')
    const scene = await scenes.open('plan')
    expect([scene.name, scene.document.doc === document.doc]).toEqual(['plan', true])
    scene.add(box('a', 3))
    expect(document.doc.getMap('elements').toJSON()).toEqual({ a: { ...box('a', 3), updatedAt: startMs } })
    await scene.close()
    expect(document.doc.isDestroyed).toBe(false)
    await expect(scenes.open('')).rejects.toThrow()
  })

  test('[OS2] each call is one transaction, and so is all that is done inside `transact`', async () => {
    const { scenes, time } = openTab()
    const scene = await scenes.open('plan')
    expect(countTransactions(scene, () => scene.add(box('a'), box('b'), box('c')))).toBe(1)
    time.advance(5)
    expect(countTransactions(scene, () => expect(scene.update('a', { x: 7, y: 8 })).toBe(true))).toBe(1)
    expect(scene.element('a')).toEqual({ ...box('a', 7), y: 8, updatedAt: startMs + 5 })
    const many = () =>
      scene.transact(() => {
        scene.update('a', { x: 1 })
        scene.update('b', { x: 2 })
        scene.remove('c', 'nobody')
        scene.add(box('d'))
        expect(scene.update('d', { x: 4 })).toBe(true)
      })
    expect(countTransactions(scene, many)).toBe(1)
    expect(scene.elements.map(({ id, x }) => [id, x])).toEqual([
      ['a', 1],
      ['b', 2],
      ['d', 4],
    ])
  })

  test('[OS2] what changes nothing is no transaction, and stamps nothing', async () => {
    const { scenes, time } = openTab()
    const scene = await scenes.open('plan')
    scene.add({ ...box('a'), points: [1, 2] })
    const before = scene.element('a')
    time.advance(5)
    const nothing = () => {
      scene.add()
      scene.remove()
      scene.remove('nobody')
      scene.update('a', {})
      scene.update('a', { x: 0, y: undefined, points: [1, 2], colour: null })
    }
    expect(countTransactions(scene, nothing)).toBe(0)
    expect(scene.element('a')).toBe(before)
  })

  test('[OS2] one’s own changes can be undone, each as one, and no others', async () => {
    const { scenes } = openTab()
    const [scene, other] = [await scenes.open('plan'), await scenes.open('plan')]
    const undo = new UndoManager(scene.document.doc.getMap('elements'), {
      trackedOrigins: new Set([scene.origin]),
      captureTimeout: 0,
    })
    scene.add(box('a'))
    other.add(box('b'))
    scene.update('a', { x: 5, y: 6 })
    undo.undo()
    expect(storedIn(scene)).toMatchObject({ a: { x: 0, y: 0 }, b: {} })
    undo.undo()
    expect(Object.keys(storedIn(scene))).toEqual(['b'])
    undo.destroy()
  })

  test('[OS3] what is not valid fails at the call, and nothing of it is written', async () => {
    const { scenes } = openTab()
    const scene = await scenes.open('plan', { element: noteSchema })
    scene.add(note('a'))
    const attempts: readonly (() => unknown)[] = [
      () => scene.add(note('b'), { ...note('c'), width: -1 }),
      () => scene.add(note('b', 'much too long to be a note')),
      () => scene.add(note('a')),
      () => scene.add(note('b'), note('b')),
      () => scene.add(note('__proto__')),
      () => scene.add({ ...note('b'), x: 1e12 }),
      () => scene.update('a', { width: -1 }),
      () => scene.update('a', { text: 'much too long to be a note' }),
      () => scene.update('a', { text: null }),
    ]
    const transactions = countTransactions(scene, () => {
      for (const attempt of attempts) expect(attempt).toThrow(expect.objectContaining({ name: 'SceneValidationError' }))
    })
    expect([transactions, Object.keys(storedIn(scene))]).toEqual([0, ['a']])
  })

  test('[OS3] an app’s own elements have their defaults, and what they do not have is not written', async () => {
    const { scenes } = openTab()
    const scene = await scenes.open('plan', { element: noteSchema })
    scene.add({ ...note('a'), author: 'ann' }, { ...box('l'), kind: 'line', points: [0, 1] })
    expect(scene.element('a')).toEqual({ ...note('a'), author: 'ann', colour: 'yellow', updatedAt: startMs })
    scene.update('a', { author: null, colour: 'blue', points: [1] })
    expect(storedIn(scene)['a']).toEqual({ ...note('a'), colour: 'blue', updatedAt: startMs })
  })

  test('[OS4] an element that somebody took away does not come back by a change', async () => {
    const { scenes } = openTab()
    const scene = await scenes.open('plan')
    scene.add(box('a'))
    scene.remove('a')
    expect([scene.update('a', { x: 1 }), storedIn(scene)]).toEqual([false, {}])
  })

  test('[OS4] what this version cannot make sense of is not shown, stays as it is, and is not changed', async () => {
    const { scenes } = openTab()
    const scene = await scenes.open('plan', { element: noteSchema })
    const root = scene.document.doc.getMap('elements')
    root.set('new', new YMap([['kind', 'hologram']]))
    root.set('odd', 'no map at all')
    scene.add(note('a'))
    expect(scene.elements.map(({ id }) => id)).toEqual(['a'])
    expect([scene.update('new', { x: 1 }), scene.update('odd', { x: 1 }), storedIn(scene)]).toMatchObject([
      false,
      false,
      { new: { kind: 'hologram' }, odd: 'no map at all' },
    ])
    expect(() => scene.add(note('new'))).toThrow('taken')
  })

  test('[OS5] a change makes a new list, in which what did not change is the same', async () => {
    const { scenes } = openTab()
    const scene = await scenes.open('plan')
    scene.add(box('a'), box('b'))
    const before = scene.elements
    expect(scene.elements).toBe(before)
    scene.update('b', { x: 5 })
    const after = scene.elements
    expect(after).not.toBe(before)
    expect([after[0] === before[0], after[1] === before[1], before[1]?.x]).toEqual([true, false, 0])
  })

  test('[OS6] whoever made it, a change is told once, with the ids of what changed', async () => {
    const { scenes } = openTab()
    const [scene, other] = [await scenes.open('plan'), await scenes.open('plan')]
    const told: string[][] = []
    const stop = scene.onChange((ids) => told.push([...ids]))
    other.add(box('a'), box('b'))
    scene.update('a', { x: 1 })
    scene.document.doc.getMap('elements').set('odd', new YMap([['tags', new YMap([['deep', 1]])]]))
    const odd = scene.document.doc.getMap<YMap<unknown>>('elements').get('odd')?.get('tags')
    if (odd instanceof YMap) odd.set('deep', 2)
    scene.document.doc.getMap('something else').set('a', 1)
    other.remove('b')
    stop()
    other.remove('a')
    expect(told).toEqual([['a', 'b'], ['a'], ['odd'], ['odd'], ['b']])
    await scene.close()
    other.add(box('c'))
    expect(scene.elements.map(({ id }) => id)).toEqual([])
  })

  test('[OS6] a listener that throws keeps nobody from hearing', async () => {
    const { scenes } = openTab()
    const scene = await scenes.open('plan')
    const heard: string[] = []
    const errors: unknown[] = []
    const note = (error: unknown): void => void errors.push(error)
    process.on('uncaughtException', note)
    onTestFinished(() => void process.off('uncaughtException', note))
    scene.onChange(() => {
      throw new Error('of the app')
    })
    scene.onChange((ids) => heard.push(...ids))
    scene.add(box('a'))
    await until(() => errors.length > 0)
    expect([heard, errors]).toEqual([['a'], [new Error('of the app')]])
  })

  test('[OS7] an interaction waits in the outbox, and writes nothing into the document', async () => {
    const { scenes, kept } = openTab()
    const scene = await scenes.open('plan')
    const work = scene.interaction({ kind: 'click', at: { x: 1, y: 2 }, id: 'a' })
    expect(countTransactions(scene, () => undefined)).toBe(0)
    await work
    expect(kept).toMatchObject([{ scene: 'plan', title: 'Tell of click in plan' }])
    await expect(scene.interaction({ kind: '', at: { x: 1, y: 2 } })).rejects.toThrow('this Interaction is not valid')
  })

  test('[OS8] two scenes that change at the same time come to the same, and each shows what its document holds', async () => {
    const change = fc.record({
      who: fc.boolean(),
      what: fc.constantFrom('add', 'move', 'remove', 'meet'),
      id: fc.constantFrom('a', 'b', 'c'),
      x: fc.integer({ min: 0, max: 9 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 30 }), async (changes) => {
        const tabs = [openTab(), openTab()] as const
        const [left, right] = [await tabs[0].scenes.open('plan'), await tabs[1].scenes.open('plan')]
        const meet = (): void => {
          for (const [from, to] of [[left, right] as const, [right, left] as const])
            applyUpdate(to.document.doc, encodeStateAsUpdate(from.document.doc))
        }
        for (const { who, what, id, x } of changes) {
          const scene = who ? left : right
          if (what === 'meet') meet()
          else if (what === 'remove') scene.remove(id)
          else if (what === 'move' || scene.element(id) !== undefined) scene.update(id, { x })
          else scene.add(box(id, x))
        }
        meet()
        const shown = (scene: Scene): Record<string, SceneElement> =>
          Object.fromEntries(scene.elements.map((element) => [element.id, element]))
        expect(shown(left)).toEqual(storedIn(left))
        expect(shown(left)).toEqual(shown(right))
        for (const element of left.elements) expect(sceneElementSchema.safeParse(element).success).toBe(true)
        for (const { client } of tabs) await client.close()
      }),
      { numRuns: 40 },
    )
  })

  test('[OS5] a scene of 5,000 elements is read at once, and a change of one reads that one', async () => {
    const { scenes } = openTab()
    const scene = await scenes.open('plan')
    scene.add(...Array.from({ length: 5_000 }, (_, at) => box(`${at}`, at)))
    const before = new Set(scene.elements)
    scene.update('42', { x: 1 })
    expect(scene.elements.filter((element) => !before.has(element)).map(({ id }) => id)).toEqual(['42'])
  })
})

test('[OS9] over any document the same: closed it follows no more, and the document stays', () => {
  const doc = new Doc()
  const [scene, notes] = [sceneOf(doc), sceneOf(doc, { element: noteSchema, now: () => 7 })]
  notes.add(note('n'))
  scene.add(box('b'))
  expect([notes.elements.map(({ id }) => id), scene.elements.map(({ id }) => id)]).toEqual([['n'], ['n', 'b']])
  expect([notes.element('n')?.updatedAt, scene.element('b')?.updatedAt]).toEqual([7, expect.any(Number)])
  scene.close()
  notes.update('n', { text: 'tea' })
  expect([scene.element('n'), notes.element('n'), doc.isDestroyed]).toMatchObject([{ text: 'hello' }, { text: 'tea' }, false])
})
