import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { settle } from '../testing/relay-world.ts'
import { Author, codeOf, createSceneWorld, LiveEditor, taken, type SceneWorld } from '../testing/scene-world.ts'

describe('scenes that others made of something else', () => {
  test('[SV19] what is no element is none: it is not found, and one that is added takes its place', async () => {
    const world = createSceneWorld()
    const ben = await LiveEditor.open(world, { client: 7 })
    const elements = ben.doc.getMap('elements')
    elements.set('text', new Y.Text('I am no element'))
    elements.set('list', new Y.Array())
    elements.set('plain', { id: 'plain', x: 1, updatedAt: 1 })
    elements.set('odd', new Y.Map(Object.entries({ updatedAt: 'never', updatedBy: 5, x: new Y.Text('x') })))
    await settle()
    const ada = new Author('tablet', { start: world.time.now() })
    const updates = ['text', 'list', 'plain'].map((id) => ada.update(id, { x: 5 }))
    const result = await world.send([...updates, ada.add('text'), ada.update('odd', { x: 5 })])
    // What tells no time counts as changed when it was stored: before the operation.
    expect(result.conflicts.map(({ operation, reason }) => [operation, reason.type])).toEqual(
      updates.map((update) => [update.operationId, 'ElementNotFound']),
    )
    expect(await world.elements()).toMatchObject({ text: { kind: 'rectangle' }, list: [], plain: { x: 1 }, odd: { x: 5 } })
    ben.receive()
    expect(ben.elements()).toEqual(await world.elements())
  })

  test('[SV19] a list or a text of the same name does not stand in the way', async () => {
    const world = createSceneWorld()
    const ben = await LiveEditor.open(world, { client: 7 })
    ben.doc.getText('elements').insert(0, 'bold and plain', { bold: true })
    ben.doc.getText('elements').format(0, 4, { bold: null })
    await settle()
    expect(await world.send([new Author('tablet').add('a')])).toMatchObject({ ...taken, syncedCount: 1 })
    ben.receive()
    expect([ben.doc.getText('elements').toJSON(), Object.keys(await world.elements())]).toEqual(['bold and plain', ['a']])
  })
})

describe('lives and access', () => {
  test('[SV8] a deleted document takes no operation, a restored one goes on under another id of the server', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet')
    await world.send([ada.add('a')])
    await world.relay.delete('acme', 'plan')
    expect(await codeOf(world.send([ada.add('b')]))).toBe('DELETED')
    await world.relay.restore('acme', 'plan')
    expect(await world.send([ada.add('b')])).toMatchObject({ syncedCount: 1 })
    expect(Object.keys(await world.elements())).toEqual(['a', 'b'])
  })

  test('[SV8] a batch for another life of the document is refused', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet')
    await world.send([ada.add('a')], { generation: 'epoch-7' })
    expect(await codeOf(world.send([ada.add('b')], { generation: 'epoch-1' }))).toBe('OTHER_GENERATION')
    expect(await world.send([ada.add('b')], { generation: 'epoch-7' })).toMatchObject({ syncedCount: 1 })
  })

  test('[SV8] the same name in another tenant is another scene', async () => {
    const world = createSceneWorld()
    const add = new Author('tablet').add('a')
    await world.send([add])
    expect(await world.send([add], { tenant: 'other', user: 'eve' })).toMatchObject({ ...taken, syncedCount: 1 })
    expect(await world.rowCount()).toBe(1)
  })

  test('[SV9] nobody can write under the server’s id, and where one is somebody’s the server draws another', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet')
    await world.send([ada.add('a')])
    const state = await world.relay.read('acme', 'plan')
    const loaded = await world.store.tenant('acme').load('plan')
    const [binding] = loaded.type === 'live' ? loaded.bindings : []
    expect([state.type, binding?.user]).toEqual(['live', '\u0001server'])
    await world.relay.delete('acme', 'plan')
    await world.relay.restore('acme', 'plan')
    // After a restore all ids are free: somebody takes the server's.
    const eve = await LiveEditor.open(world, { client: 1, user: 'eve' })
    eve.doc.clientID = binding?.client ?? 0
    eve.set('evil', {})
    await settle()
    expect(await codeOf(world.send([ada.add('b')]))).toBe('UNAVAILABLE')
    expect(await world.send([ada.add('c')])).toMatchObject({ syncedCount: 1 })
    expect(Object.keys(await world.elements()).toSorted()).toEqual(['a', 'c', 'evil'])
  })
})

describe('retry', () => {
  const scene = { tenant: 'acme', document: 'plan', user: 'ada' }

  test('[SV10] what fails for now is tried again, later and later, and how often is told', async () => {
    let busy = 2
    const world = createSceneWorld((applier) => ({
      apply: (job) => (busy-- > 0 ? Promise.resolve({ type: 'busy' }) : applier.apply(job)),
    }))
    const processing = world.processor.processWithRetry(scene, [new Author('tablet').add('a')])
    await settle()
    expect(await world.rowCount()).toBe(0)
    world.time.advance(100)
    await settle()
    world.time.advance(200)
    expect(await processing).toMatchObject({ ...taken, syncedCount: 1, retryAttempts: 2 })
    expect([await world.rowCount(), world.processor.counters.retries]).toEqual([1, 2])
  })

  test('[SV10] after the last try its error is told, and nothing of the batch has happened', async () => {
    let asked = 0
    const world: SceneWorld = createSceneWorld((applier) => ({
      apply: (job) => {
        asked++
        world.store.failNextCommit(new Error('the disk is full'))
        return applier.apply(job)
      },
    }))
    const config = { maxRetries: 2, initialDelayMs: 1, maxDelayMs: 1, multiplier: 1 }
    const processing = codeOf(world.processor.processWithRetry(scene, [new Author('tablet').add('a')], undefined, config))
    for (let tick = 0; tick < 5; tick++) {
      await settle()
      world.time.advance(1)
    }
    expect([await processing, asked, await world.rowCount()]).toEqual(['UNAVAILABLE', 3, 0])
  })

  test('[SV10] work that was given up is not begun again: that would be given up, too, while everybody else waits', async () => {
    let asked = 0
    const world = createSceneWorld(() => ({
      apply: () => {
        asked++
        return Promise.resolve({ type: 'failed' })
      },
    }))
    expect(await codeOf(world.processor.processWithRetry(scene, [new Author('tablet').add('a')]))).toBe('UNAVAILABLE')
    expect([asked, world.processor.counters.retries, await world.rowCount()]).toEqual([1, 0, 0])
  })

  test('[SV10] what cannot succeed later is not tried again', async () => {
    const world = createSceneWorld()
    await world.send([new Author('tablet').add('a')])
    await world.relay.delete('acme', 'plan')
    expect(await codeOf(world.processor.processWithRetry(scene, [new Author('tablet').add('a')]))).toBe('DELETED')
    await world.relay.drain('RESTARTING')
    const other = { ...scene, document: 'other' }
    expect(await codeOf(world.processor.processWithRetry(other, [new Author('tablet').add('a')]))).toBe('RESTARTING')
    expect(world.processor.counters.retries).toBe(0)
  })

  test('[SV10] a store that cannot be read is the server’s trouble: it is on record, and the sender may come again', async () => {
    const world = createSceneWorld()
    await world.store.close()
    expect(await codeOf(world.send([new Author('tablet').add('a')]))).toBe('UNAVAILABLE')
    expect(world.problems).toHaveLength(1)
  })

  test('[SV21] a scene whose work was given up is left alone for a minute, and the others are not', async () => {
    const asked: string[] = []
    let isBad = true
    const world = createSceneWorld((applier) => ({
      apply: (job) => {
        asked.push(job.place)
        return isBad && job.place.includes('plan') ? Promise.resolve({ type: 'failed' }) : applier.apply(job)
      },
    }))
    const ada = new Author('tablet')
    const sendAll = () => [
      codeOf(world.send([ada.add('a')])),
      codeOf(world.send([ada.add('b')])),
      codeOf(world.send([ada.add('a')], { document: 'other' })),
      codeOf(world.send([ada.add('a')], { tenant: 'other', document: 'other' })),
    ]
    expect(await Promise.all(sendAll())).toEqual(['UNAVAILABLE', 'UNAVAILABLE', 'taken', 'taken'])
    isBad = false
    world.time.advance(59_999)
    expect(await Promise.all(sendAll())).toEqual(['UNAVAILABLE', 'UNAVAILABLE', 'taken', 'taken'])
    expect(await codeOf(world.processor.processWithRetry(scene, [ada.interact()]))).toBe('UNAVAILABLE')
    expect([asked.filter((place) => place.includes('plan')), world.processor.counters.retries]).toEqual([[expect.any(String)], 0])
    // Being refused does not make it longer.
    world.time.advance(1)
    expect(await Promise.all(sendAll())).toEqual(['taken', 'taken', 'taken', 'taken'])
  })

  test('[SV11] too many batches of one scene at once are refused, those of others are not', async () => {
    const world = createSceneWorld()
    world.store.holdCommits()
    const ada = new Author('tablet')
    const waiting = Array.from({ length: 100 }, (_, index) => world.send([ada.add(`e${index}`)]))
    expect(await codeOf(world.send([ada.add('one too many')]))).toBe('OVERLOADED')
    const other = world.send([ada.add('a')], { document: 'other' })
    world.store.releaseCommits()
    expect(await other).toMatchObject({ syncedCount: 1 })
    expect(await Promise.all(waiting)).toHaveLength(100)
  })
})
