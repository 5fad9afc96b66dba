import { describe, expect, test } from 'vitest'
import { settle } from '../testing/relay-world.ts'
import { Author, codeOf, createSceneWorld, element, LiveEditor, operationId, taken } from '../testing/scene-world.ts'

describe('operations', () => {
  test('[SV1] AddElement adds an element with the time and the client of the operation', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet', { start: 700 })
    expect(await world.send([ada.add('a', { points: [0, 1], label: { text: 'hi' } })])).toMatchObject({
      ...taken,
      syncedCount: 1,
    })
    expect(await world.elements()).toEqual({
      a: element('a', { points: [0, 1], label: { text: 'hi' }, updatedAt: 700, updatedBy: 'tablet' }),
    })
  })

  test('[SV1] UpdateElement writes the fields it names, and takes away what it names with null', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet', { start: 700 })
    await world.send([ada.add('a', { label: 'hi', colour: 'red' })])
    await world.send([ada.update('a', { x: 50, label: null, updatedAt: 5, updatedBy: 'somebody else' })])
    expect(await world.elements()).toEqual({ a: element('a', { x: 50, colour: 'red', updatedAt: 701, updatedBy: 'tablet' }) })
  })

  test('[SV1] RemoveElement takes an element away', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet')
    await world.send([ada.add('a'), ada.add('b')])
    expect(await world.send([ada.remove('a')])).toMatchObject({ ...taken, syncedCount: 1 })
    expect(Object.keys(await world.elements())).toEqual(['b'])
  })

  test('[SV1] Interaction is kept and counted, and changes nothing', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet', { start: 700 })
    await world.send([ada.add('a')])
    expect(await world.send([ada.interact('a'), ada.interact()])).toMatchObject({ ...taken, syncedCount: 2 })
    expect([await world.rowCount(), world.processor.counters.interactions]).toEqual([1, 2])
    const [kept] = await world.store.tenant('acme').verdicts('plan', [operationId(2)])
    expect(JSON.parse(kept?.verdict ?? '')).toEqual({
      type: 'applied',
      operation: { type: 'Interaction', clientId: 'tablet', timestamp: 701, id: 'a', kind: 'pointed', at: { x: 1, y: 2 } },
    })
  })

  test('[SV2] a batch is one row of the log, for the acting user, each operation on what the one before left', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet')
    const result = await world.send([
      ada.add('a'),
      ada.update('a', { x: 5 }),
      ada.add('b'),
      ada.remove('b'),
      ada.update('a', { x: 6 }),
    ])
    expect(result).toMatchObject({ ...taken, syncedCount: 5 })
    expect([await world.rowCount(), Object.keys(await world.elements())]).toEqual([1, ['a']])
    expect((await world.elements())['a']).toMatchObject({ x: 6 })
  })

  test('[SV2] whoever has the document open sees the batch as one change, after its commit', async () => {
    const world = createSceneWorld()
    const ben = await LiveEditor.open(world, { client: 7 })
    const changes: string[][] = []
    ben.doc.getMap('elements').observe((event) => changes.push([...event.keysChanged]))
    world.store.holdCommits()
    const ada = new Author('tablet')
    const sending = world.send([ada.add('a'), ada.add('b')])
    await settle()
    ben.receive()
    expect(changes).toEqual([])
    world.store.releaseCommits()
    await sending
    ben.receive()
    expect([changes, ben.elements()]).toEqual([[['a', 'b']], await world.elements()])
  })
})

describe('conflicts', () => {
  test('[SV3] ElementNotFound: an update of what somebody removed brings nothing back', async () => {
    const world = createSceneWorld()
    const update = new Author('tablet').update('a', { x: 5 })
    expect(await world.send([update])).toMatchObject({
      success: true,
      syncedCount: 0,
      conflicts: [{ operation: update.operationId, reason: { type: 'ElementNotFound' }, resolved: true, decision: 'remote' }],
    })
    expect(await world.elements()).toEqual({})
  })

  test('[SV3] operations of one client at one time meet each other in no conflict, in one batch or in several', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet')
    const made = [ada.add('a'), ...[5, 6, 7, 8, 9].map((x) => ada.update('a', { x }))]
    const atOnce = made.map((operation) => ({ ...operation, timestamp: 900_000 }))
    expect(await world.send(atOnce.slice(0, 4))).toMatchObject({ ...taken, syncedCount: 4 })
    expect(await world.send(atOnce.slice(4, 5))).toMatchObject({ ...taken, syncedCount: 1 })
    expect(await world.send(atOnce.slice(5))).toMatchObject({ ...taken, syncedCount: 1 })
    expect(await world.elements()).toMatchObject({ a: { x: 9, updatedAt: 900_000 } })
  })

  test('[SV3] ElementAlreadyExists: the later of two of the same id stays whole', async () => {
    const world = createSceneWorld()
    await world.send([new Author('tablet', { start: 500 }).add('a', { label: 'first' })])
    const reason = { type: 'ElementAlreadyExists' }
    const earlier = new Author('laptop', { start: 400, firstId: 100 }).add('a', { label: 'earlier' })
    expect(await world.send([earlier])).toMatchObject({ conflicts: [{ reason, decision: 'remote' }], syncedCount: 0 })
    expect(await world.elements()).toMatchObject({ a: { label: 'first' } })
    const later = new Author('laptop', { start: 600, firstId: 200 }).add('a', { kind: 'note' })
    expect(await world.send([later])).toMatchObject({ conflicts: [{ reason, decision: 'local' }], syncedCount: 1 })
    expect(await world.elements()).toEqual({ a: element('a', { kind: 'note', updatedAt: 600, updatedBy: 'laptop' }) })
  })

  test('[SV3] StaleTimestamp: what was made before the element’s last change loses to it', async () => {
    const world = createSceneWorld()
    await world.send([new Author('tablet', { start: 500 }).add('a')])
    const late = new Author('laptop', { start: 400, firstId: 100 }).update('a', { x: 5 })
    expect(await world.send([late])).toMatchObject({
      conflicts: [{ reason: { type: 'StaleTimestamp', local: 400, remote: 500 }, resolved: true, decision: 'remote' }],
    })
    expect(await world.elements()).toMatchObject({ a: { x: 1 } })
  })

  test('[SV3] ConcurrentModification: another base is told, and the later time stays', async () => {
    const world = createSceneWorld()
    await world.send([new Author('tablet', { start: 500 }).add('a')])
    const laptop = new Author('laptop', { start: 600, firstId: 100 })
    const reason = { type: 'ConcurrentModification' }
    expect(await world.send([laptop.update('a', { x: 5 }, 400)])).toMatchObject({ conflicts: [{ reason, decision: 'local' }] })
    expect(await world.elements()).toMatchObject({ a: { x: 5, updatedAt: 600 } })
    expect(await world.send([laptop.update('a', { x: 6 }, 600)])).toMatchObject({ conflicts: [], syncedCount: 1 })
  })

  test.each([
    ['tablet', 'laptop'],
    ['laptop', 'tablet'],
  ])(
    '[SV3] ConcurrentModification: of two changes at the same time that of the greater client stays, %s first',
    async (...order) => {
      const world = createSceneWorld()
      await world.send([new Author('kiosk', { start: 500 }).add('a')])
      for (const [index, client] of order.entries())
        await world.send([new Author(client, { start: 600, firstId: 100 * (index + 1) }).update('a', { label: client })])
      expect(await world.elements()).toEqual({ a: element('a', { label: 'tablet', updatedAt: 600, updatedBy: 'tablet' }) })
    },
  )

  test('[SV4] a live editor whose clock is ten years ahead locks nobody out', async () => {
    const world = createSceneWorld()
    const ben = await LiveEditor.open(world, { client: 7 })
    ben.set('a', { updatedAt: 10 ** 12 })
    await settle()
    world.time.advance(10)
    ben.set('b', {})
    await settle()
    const laptop = new Author('laptop', { start: world.time.now() - 5 })
    expect(await world.send([laptop.update('a', { x: 5 })])).toMatchObject({ ...taken, syncedCount: 1 })
    const before = new Author('laptop', { start: world.time.now() - 20, firstId: 100 })
    expect(await world.send([before.update('a', { x: 6 })])).toMatchObject({
      conflicts: [{ reason: { type: 'StaleTimestamp', remote: world.time.now() - 5 } }],
    })
  })

  test('[SV4] what is folded into the snapshot counts as no later than that was made', async () => {
    const world = createSceneWorld()
    const ben = await LiveEditor.open(world, { client: 7 })
    ben.set('a', { updatedAt: 10 ** 12 })
    await settle()
    world.time.advance(100)
    await world.store.tenant('acme').compact('plan')
    const folded = world.time.now()
    world.time.advance(100)
    expect(await world.send([new Author('laptop', { start: folded - 1 }).update('a', { x: 5 })])).toMatchObject({
      conflicts: [{ reason: { type: 'StaleTimestamp', local: folded - 1, remote: folded } }],
    })
    // What the same editor does later says nothing of what is folded.
    ben.set('b', {})
    await settle()
    expect(await world.send([new Author('laptop', { start: folded + 1, firstId: 100 }).update('a', { x: 5 })])).toMatchObject(
      taken,
    )
  })

  test('[SV4] what a batch itself has written counts as written now', async () => {
    const world = createSceneWorld()
    await world.send([new Author('tablet', { start: 500 }).add('a')])
    await world.store.tenant('acme').compact('plan')
    world.time.advance(1_000)
    const now = world.time.now()
    const batch = [now - 100, now - 200].map((start) => new Author('tablet', { start, firstId: start }).update('a', { x: start }))
    expect(await world.send(batch)).toMatchObject({
      syncedCount: 1,
      conflicts: [{ reason: { type: 'StaleTimestamp', local: now - 200, remote: now - 100 } }],
    })
  })

  test('[SV4] no time that the server writes lies in its future, and who saw the element writes a later one', async () => {
    const world = createSceneWorld()
    const now = world.time.now()
    await world.send([new Author('tablet', { start: now + 10 ** 10 }).add('a')])
    expect(await world.elements()).toMatchObject({ a: { updatedAt: now } })
    await world.send([new Author('laptop', { start: 5, firstId: 100 }).update('a', { x: 5 }, now)])
    expect(await world.elements()).toMatchObject({ a: { x: 5, updatedAt: now + 1 } })
  })

  test('[SV4] who changed an element is known after a restart of the server too, where it writes under another id', async () => {
    const world = createSceneWorld()
    await world.send([new Author('tablet', { start: 500 }).add('a')])
    const next = world.restart()
    const [one, other] = [1, 2].map((n) => ({ ...new Author('tablet', { start: 600, firstId: 10 * n }).update('a', { x: n }) }))
    expect(await next.send([one, other])).toMatchObject({ ...taken, syncedCount: 2 })
  })

  test('[SV4] an editor who sets the time of an element and not its client is another client', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet', { start: 500 })
    await world.send([ada.add('a')])
    const ben = await LiveEditor.open(world, { client: 7 })
    ben.set('a', { x: 9, updatedAt: 501 })
    await settle()
    expect(await world.send([ada.update('a', { x: 5 })])).toMatchObject({
      conflicts: [{ reason: { type: 'ConcurrentModification' } }],
    })
  })

  const kept = element('a', { updatedAt: 500, updatedBy: 'tablet' })
  test.each([
    { strategy: 'lastWriteWins', what: 'what the scene has, which is later', decision: 'remote', syncedCount: 0, after: kept },
    {
      strategy: 'localWins',
      what: 'the operation',
      decision: 'local',
      syncedCount: 1,
      after: element('a', { x: 5, updatedAt: 501, updatedBy: 'laptop' }),
    },
    { strategy: 'remoteWins', what: 'what the scene has', decision: 'remote', syncedCount: 0, after: kept },
  ] as const)(
    '[SV5] $strategy settles a stale change for $what, and the log says so',
    async ({ strategy, decision, syncedCount, after }) => {
      const world = createSceneWorld()
      await world.send([new Author('tablet', { start: 500 }).add('a')])
      const late = new Author('laptop', { start: 400, firstId: 100 }).update('a', { x: 5 })
      const result = await world.send([late], { strategy })
      expect(result).toMatchObject({
        success: true,
        syncedCount,
        conflicts: [{ operation: late.operationId, decision, resolved: true }],
      })
      expect(await world.elements()).toEqual({ a: after })
      const [verdict] = await world.store.tenant('acme').verdicts('plan', [late.operationId])
      expect(JSON.parse(verdict?.verdict ?? '')).toMatchObject({
        type: 'conflict',
        strategy,
        decision,
        reason: { type: 'StaleTimestamp' },
      })
    },
  )

  test('[SV5] an update that is to win over nothing, and is no whole element, stays unresolved and is no success', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet')
    expect(await world.send([ada.update('a', { x: 5 })], { strategy: 'localWins' })).toMatchObject({
      success: false,
      conflicts: [{ reason: { type: 'ElementNotFound' }, resolved: false, decision: 'remote' }],
    })
    const whole = ada.update('a', { kind: 'note', x: 5, y: 6, width: 7, height: 8 })
    expect(await world.send([whole], { strategy: 'localWins' })).toMatchObject({ success: true, syncedCount: 1 })
    expect(await world.elements()).toMatchObject({ a: { id: 'a', kind: 'note', height: 8 } })
  })
})

describe('exactly once', () => {
  test('[SV6] a batch that is sent again is answered with its first verdicts and changes nothing', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet', { start: 700 })
    const batch = [ada.add('a'), ada.update('b', { x: 1 }), ada.update('a', { x: 5 }), ada.interact(), ada.remove('a')]
    const first = await world.send(batch)
    await world.send([new Author('tablet', { start: 800, firstId: 100 }).add('a', { label: 'again' })])
    const [elements, rows] = [await world.elements(), await world.rowCount()]
    expect(await world.send(batch)).toEqual(first)
    expect([await world.elements(), await world.rowCount()]).toEqual([elements, rows])
    expect(world.processor.counters.operationsByOutcome.get('repeated')).toBe(5)
  })

  test('[SV6] the same batch twice at once, and an operation twice in one batch, take effect once', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet')
    const add = ada.add('a')
    const batch = [add, ada.update('a', { x: 5 }), add]
    const [first, second] = await Promise.all([world.send(batch), world.send(batch)])
    expect([first, second]).toEqual([expect.objectContaining({ ...taken, syncedCount: 3 }), first])
    expect(await world.rowCount()).toBe(1)
  })

  test('[SV6] different batches at once are taken one after the other: each builds on what the one before left', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet')
    const batches = ['a', 'b', 'c'].map((id) => [ada.add(id), ada.update('a', { label: id })])
    const results = await Promise.all(batches.map((batch) => world.send(batch)))
    expect(results).toEqual(results.map(() => expect.objectContaining({ ...taken, syncedCount: 2 })))
    expect([Object.keys(await world.elements()).toSorted(), await world.rowCount()]).toEqual([['a', 'b', 'c'], 3])
    expect(await world.elements()).toMatchObject({ a: { label: 'c' } })
  })

  test('[SV6] an id with another intention, or of another user, is ID_REUSED, alone, and says nothing of the first', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet')
    const add = ada.add('a')
    await world.send([add])
    const other = { ...ada.add('b'), operationId: add.operationId }
    const failure = { operation: add.operationId, error: 'ID_REUSED', retryable: false }
    expect(await world.send([other, ada.add('c')])).toMatchObject({ syncedCount: 1, failedOperations: [failure], conflicts: [] })
    expect(await world.send([add], { user: 'eve' })).toMatchObject({ syncedCount: 0, failedOperations: [failure] })
    const fresh = ada.add('d')
    expect(await world.send([fresh, { ...ada.add('e'), operationId: fresh.operationId }])).toMatchObject({
      syncedCount: 1,
      failedOperations: [{ operation: fresh.operationId, error: 'ID_REUSED' }],
    })
    expect(Object.keys(await world.elements()).toSorted()).toEqual(['a', 'c', 'd'])
  })

  test('[SV6] where the commit fails nothing of the batch happened, and the same batch succeeds later', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet')
    await world.send([ada.add('a')])
    const batch = [ada.update('a', { x: 5 }), ada.interact()]
    world.store.failNextCommit(new Error('the disk is full'))
    expect(await codeOf(world.send(batch))).toBe('UNAVAILABLE')
    expect([(await world.elements())['a'], world.processor.counters.interactions]).toEqual([expect.objectContaining({ x: 1 }), 0])
    expect(await world.send(batch)).toMatchObject({ ...taken, syncedCount: 2 })
  })

  test('[SV6] a change that was not stored is not built upon, whatever comes in between', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet')
    await world.send([ada.add('a'), ada.add('b')])
    const lost = [ada.update('a', { label: 'lost' }), ada.remove('b')]
    world.store.failNextCommit(new Error('the disk is full'))
    expect(await codeOf(world.send(lost))).toBe('UNAVAILABLE')
    expect(await world.send([ada.interact()])).toMatchObject({ ...taken, syncedCount: 1 })
    expect(await world.send([ada.update('b', { x: 7 }), ada.update('a', { x: 7 })])).toMatchObject({ ...taken, syncedCount: 2 })
    expect(await world.elements()).toEqual({
      a: expect.not.objectContaining({ label: 'lost' }),
      b: expect.objectContaining({ x: 7 }),
    })
  })

  test('[SV7] a bad operation fails alone, the others are taken in order', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet')
    const bad = [
      { ...ada.add('x'), type: 'Explode' },
      { ...ada.update('a', {}), changes: JSON.parse('{"__proto__":{"polluted":true}}') as unknown },
      { ...ada.remove('a'), id: '__proto__' },
      { ...ada.update('a', {}), changes: { x: Number.NaN } },
      { ...ada.update('a', {}), changes: { text: 'x'.repeat(300_000) } },
    ]
    const result = await world.send([ada.add('a'), ...bad, ada.update('a', { x: 5 })])
    expect(result).toMatchObject({ success: false, syncedCount: 2, failedCount: 5, conflictCount: 0 })
    expect(result.failedOperations.map(({ operation, error, retryable }) => [operation, error, retryable])).toEqual(
      bad.map(({ operationId: id }, index) => [id, index === 4 ? 'TOO_LARGE' : 'VALIDATION_ERROR', false]),
    )
    expect(await world.elements()).toEqual({ a: expect.objectContaining({ x: 5 }) })
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(
      await world.store.tenant('acme').verdicts(
        'plan',
        bad.map((each) => each.operationId),
      ),
    ).toEqual([])
  })

  test('[SV7] a batch that nobody could be answered for, or that is too long, is refused whole', async () => {
    const world = createSceneWorld()
    const ada = new Author('tablet')
    expect(await codeOf(world.send([ada.add('a'), { type: 'AddElement' }]))).toBe('BAD_REQUEST')
    expect(await codeOf(world.send(Array.from({ length: 501 }, (_, index) => ada.add(`e${index}`))))).toBe('TOO_LARGE')
    expect(await world.rowCount()).toBe(0)
    expect(await world.send([])).toMatchObject({ ...taken, syncedCount: 0 })
    expect(await world.send(Array.from({ length: 500 }, (_, index) => ada.add(`e${index}`)))).toMatchObject({ syncedCount: 500 })
  })
})
