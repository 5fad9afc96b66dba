import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { createRecordingPeer } from '../testing/recording-peer.ts'
import { createWorld, createWriter, encodePresence, settle, sit, storedText, textOf } from '../testing/relay-world.ts'

describe('frames that wait', () => {
  test('[R6] an answer that is refused takes what waited for it along, and receipts go on', async () => {
    const world = createWorld()
    const ada = await sit(world, { isRejoin: true, user: 'ada' })
    const eve = await sit(world, { isRejoin: true, user: 'eve' })
    const theirs = createWriter(1)
    ada.send('update', theirs.type('a'))
    await settle()
    eve.send('step2', Uint8Array.of(0, 0))
    const forged = theirs.type('forged')
    const builtOnIt = theirs.type('more')
    eve.send('update', forged)
    eve.send('update', builtOnIt)
    eve.send('step2', Y.encodeStateAsUpdate(theirs.doc))
    eve.peer.take()
    eve.send('update', createWriter(9).type('own'))
    await settle()
    expect(eve.peer.take().at(-1)).toEqual({ type: 'receipt', receipt: { settledCount: 5 } })
    expect(await storedText(world)).toMatch(/^(aown|owna)$/)
  })

  test('[R6] a client that never answers is given up', async () => {
    const world = createWorld()
    const writer = createWriter(1)
    writer.type('missing')
    const gap = writer.type('gap')
    const ada = await sit(world, { isRejoin: true })
    for (let frame = 0; frame <= 10_000; frame++) ada.send('update', gap)
    expect(ada.peer.take().at(-1)).toEqual({ type: 'receipt', receipt: { settledCount: 10_001 } })
  })
})

describe('answers to those who do not read', () => {
  test('[R10] a step 1 over a full buffer is answered once, when it has drained', async () => {
    const world = createWorld()
    const ada = await sit(world)
    ada.send('update', createWriter(1).type('large'))
    await settle()
    const slow = await sit(world)
    slow.peer.take()
    slow.peer.bufferedBytes = 2 * 1024 * 1024
    for (let question = 0; question < 50; question++) slow.sendStep1()
    expect(slow.peer.take()).toEqual([])
    slow.peer.bufferedBytes = 0
    slow.room.drained(slow.member)
    expect(slow.peer.take().map((message) => (message.type === 'step2' ? textOf(message.body) : message.type))).toEqual(['large'])
  })
})

describe('presence of many', () => {
  test('[R11] goes out in messages that a stock client may send back', async () => {
    const world = createWorld()
    const watcher = await sit(world)
    for (let guest = 0; guest < 20; guest++) {
      const seat = await sit(world)
      const base = guest * 100
      seat.sendPresence(...Array.from({ length: 32 }, (_, index) => [base + index, 1, { name: `guest ${index}` }] as const))
    }
    watcher.peer.take()
    world.time.advance(20)
    const messages = watcher.peer.take()
    expect(messages.map(({ type }) => type)).toEqual(['awareness', 'awareness', 'awareness'])
    for (const message of messages)
      if (message.type === 'awareness') watcher.room.receive(watcher.member, { type: 'awareness', body: message.body })
    expect(watcher.peer.closed).toBeUndefined()
  })

  test('[R9] a reader binds nobody, however many ids it shows', async () => {
    const world = createWorld()
    const ada = await sit(world, { user: 'ada' })
    ada.send('update', createWriter(1).type('w'))
    await settle()
    const reader = await sit(world, { user: 'reader', canWrite: false })
    for (let client = 100; client < 130; client++) reader.sendPresence([client, 1, {}])
    await settle()
    const loaded = await world.store.tenant('acme').load('plan')
    expect(loaded.type === 'live' ? loaded.bindings : loaded).toEqual([{ client: 1, user: 'ada' }])
  })

  test('[R12] a client that comes back before its old connection is known to be dead is seen', async () => {
    const world = createWorld()
    const ben = await sit(world)
    const dead = await sit(world)
    dead.sendPresence([1, 4, { x: 'old' }])
    world.time.advance(20)
    ben.peer.take()
    const back = await sit(world)
    back.sendPresence([1, 5, { x: 'new' }])
    world.time.advance(20)
    expect(ben.peer.take()).toEqual([{ type: 'awareness', body: encodePresence([[1, 5, { x: 'new' }]]) }])
    dead.room.leave(dead.member)
    world.time.advance(20)
    expect(ben.peer.take()).toEqual([])
  })
})

describe('what a failure leaves', () => {
  test('[R7] who joins during a commit that fails is asked for what that commit would have stored', async () => {
    const world = createWorld()
    const writer = createWriter(1)
    const ada = await sit(world, { isRejoin: true })
    world.store.holdCommits()
    world.store.failNextCommit(new Error('disk full'))
    ada.send('step2', writer.type('hers'))
    await settle()
    const sibling = await sit(world, { isRejoin: true })
    const question = sibling.peer.take().find(({ type }) => type === 'step1')
    world.store.releaseCommits()
    await settle()
    if (question?.type !== 'step1') throw new Error('not asked')
    sibling.send('step2', Y.encodeStateAsUpdate(writer.doc, question.body))
    await settle()
    expect([sibling.peer.take().at(-1), await storedText(world)]).toEqual([
      { type: 'receipt', receipt: { settledCount: 1 } },
      'hers',
    ])
  })

  test('[R9] an id that was announced while a commit failed still belongs to its user', async () => {
    const world = createWorld()
    const ada = await sit(world, { user: 'ada' })
    const eve = await sit(world, { isRejoin: true, user: 'eve' })
    ada.send('update', createWriter(5).type('first'))
    await settle()
    world.store.failNextCommit(new Error('disk full'))
    ada.sendPresence([1, 1, {}])
    await settle()
    eve.peer.take()
    eve.send('update', createWriter(1).type('stolen'))
    expect(eve.peer.take()).toMatchObject([{ type: 'refused', refused: { code: 'CLIENT_BOUND' } }, { type: 'receipt' }])
  })

  test('[R13] a reader does not decide the life of a document that is not there yet', async () => {
    const world = createWorld()
    const reader = await sit(world, { isRejoin: true, canWrite: false, generation: 'epoch-1' })
    expect(reader.peer.take()[0]).toMatchObject({ hello: { generation: 'epoch-1' } })
    const stranger = createRecordingPeer({ isRejoin: true, canWrite: false })
    const joined = await world.relay.join({ tenant: 'acme', document: 'other', peer: stranger, generation: 'made-up-7' })
    expect(joined).toMatchObject({ type: 'refused', code: 'OTHER_GENERATION' })
    const writer = await sit(world, { isRejoin: true, document: 'other' })
    expect(writer.peer.take()[0]).toMatchObject({ hello: { generation: 'epoch-1' } })
  })

  test('[R17] what arrives while the server drains is left to the next one', async () => {
    const world = createWorld()
    const ada = await sit(world, { isRejoin: true })
    const writer = createWriter(1)
    world.store.holdCommits()
    ada.send('update', writer.type('in time'))
    const drained = world.relay.drain('RESTARTING')
    ada.send('update', writer.type(', too late'))
    world.store.releaseCommits()
    await drained
    expect(await storedText(world)).toBe('in time')
    expect(ada.peer.take().at(-1)).toEqual({ type: 'receipt', receipt: { settledCount: 1 } })
  })
})
