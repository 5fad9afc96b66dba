import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { createWorld, createWriter, settle, sit, storedText, textOf } from '../testing/relay-world.ts'

describe('commit before relay', () => {
  test('[R1] nobody hears of an update before it is stored, not even its sender', async () => {
    const world = createWorld()
    const ada = await sit(world, { isRejoin: true })
    const ben = await sit(world)
    world.store.holdCommits()
    ada.peer.take()
    ben.peer.take()
    ada.send('update', createWriter(1).type('hello'))
    await settle()
    expect([ada.peer.takeTypes(), ben.peer.takeTypes(), await storedText(world)]).toEqual([[], [], undefined])
    world.store.releaseCommits()
    await settle()
    expect([ada.peer.takeTypes(), ben.peer.takeTypes(), await storedText(world)]).toEqual([
      ['update', 'receipt'],
      ['update'],
      'hello',
    ])
  })

  test('[R2] what one commit brings is one write per connection, one message per frame', async () => {
    const world = createWorld()
    const seats = [await sit(world), await sit(world), await sit(world)]
    for (const { peer } of seats) peer.take()
    for (const { peer } of seats) peer.takeWriteCount()
    const writer = createWriter(1)
    for (const text of ['a', 'b', 'c']) seats[0]?.send('update', writer.type(text))
    await settle()
    expect(seats.map(({ peer }) => [peer.takeWriteCount(), peer.takeTypes()])).toEqual(
      seats.map(() => [1, ['update', 'update', 'update']]),
    )
    expect(world.store.commitCount()).toBe(1)
  })

  test('[R3] a failed commit closes its senders, keeps the others, and leaves no trace', async () => {
    const world = createWorld()
    const ada = await sit(world, { isRejoin: true })
    const ben = await sit(world)
    const adaWriter = createWriter(1)
    world.store.failNextCommit(new Error('disk full'))
    const first = adaWriter.type('lost')
    ada.send('update', first)
    await settle()
    expect(ada.peer.closed?.code).toBe('UNAVAILABLE')
    expect(ben.peer.closed).toBeUndefined()
    expect(await storedText(world)).toBeUndefined()
    ben.peer.take()
    const back = await sit(world, { isRejoin: true })
    back.send('step2', Y.encodeStateAsUpdate(adaWriter.doc))
    await settle()
    expect(await storedText(world)).toBe('lost')
    expect(ben.peer.takeTypes()).toEqual(['update'])
  })

  test('[R3] what was built on a failed commit fails with it', async () => {
    const world = createWorld()
    const ada = await sit(world, { isRejoin: true })
    const writer = createWriter(1)
    world.store.holdCommits()
    world.store.failNextCommit(new Error('disk full'))
    ada.send('update', writer.type('a'))
    await settle()
    const ben = await sit(world, { isRejoin: true })
    ben.send('update', writer.type('b'))
    await settle()
    world.store.releaseCommits()
    await settle()
    expect([ada.peer.closed?.code, ben.peer.closed?.code, await storedText(world)]).toEqual([
      'UNAVAILABLE',
      'UNAVAILABLE',
      undefined,
    ])
    expect([ada.peer.takeTypes(), ben.peer.takeTypes()].flat()).not.toContain('receipt')
  })

  test('[R4] a repeat waits for the commit that it repeats, and adds no row', async () => {
    const world = createWorld()
    const ada = await sit(world, { isRejoin: true })
    const ben = await sit(world, { isRejoin: true })
    const update = createWriter(1).type('once')
    world.store.holdCommits()
    ada.send('update', update)
    await settle()
    ben.peer.take()
    ben.send('update', update)
    await settle()
    expect(ben.peer.takeTypes()).toEqual([])
    world.store.releaseCommits()
    await settle()
    expect(ben.peer.takeTypes()).toEqual(['update', 'receipt'])
    ben.send('update', update)
    expect(ben.peer.take()).toEqual([{ type: 'receipt', receipt: { settledCount: 2 } }])
    expect(world.relay.counters.updatesIn).toBe(1)
  })
})

describe('receipts and healing', () => {
  test('[R5] receipts count frames in order, refused ones included', async () => {
    const world = createWorld()
    const ada = await sit(world, { isRejoin: true })
    const writer = createWriter(1)
    ada.peer.take()
    ada.send('step2', Uint8Array.of(0, 0))
    ada.send('update', writer.type('a'))
    ada.send('update', Uint8Array.of(1))
    await settle()
    const told = ada.peer.take().filter(({ type }) => type === 'receipt' || type === 'refused')
    expect(told).toEqual([
      { type: 'receipt', receipt: { settledCount: 1 } },
      { type: 'refused', refused: { frameNumber: 3, code: 'BAD_FRAME', reason: expect.any(String) } },
      { type: 'receipt', receipt: { settledCount: 3 } },
    ])
  })

  test('[R6] an update with a gap is healed by the answer to the step 1 of joining', async () => {
    const world = createWorld()
    const writer = createWriter(1)
    writer.type('offline ')
    const ada = await sit(world, { isRejoin: true })
    ada.peer.take()
    ada.send('update', writer.type('online'))
    await settle()
    expect(ada.peer.takeTypes()).toEqual([])
    ada.send('step2', Y.encodeStateAsUpdate(writer.doc))
    await settle()
    expect(ada.peer.take().at(-1)).toEqual({ type: 'receipt', receipt: { settledCount: 2 } })
    expect(await storedText(world)).toBe('offline online')
  })

  test('[R6] a later gap gets one step 1, and three fruitless answers end in a refusal', async () => {
    const world = createWorld()
    const writer = createWriter(1)
    writer.type('missing')
    const gap = writer.type('gap')
    const ada = await sit(world, { isRejoin: true })
    const stock = await sit(world)
    for (const seat of [ada, stock]) {
      seat.send('step2', Uint8Array.of(0, 0))
      seat.peer.take()
      seat.send('update', gap)
      seat.send('update', gap)
      expect(seat.peer.takeTypes()).toEqual(['step1'])
      seat.send('step2', gap)
      seat.send('step2', gap)
      expect(seat.peer.takeTypes()).toEqual(['step1', 'step1'])
      seat.send('step2', gap)
    }
    expect(
      ada.peer
        .take()
        .map((message) => (message.type === 'refused' ? [message.refused.frameNumber, message.refused.code] : message.type)),
    ).toEqual([
      [2, 'RESYNC_FAILED'],
      [3, 'RESYNC_FAILED'],
      [4, 'RESYNC_FAILED'],
      [5, 'RESYNC_FAILED'],
      [6, 'RESYNC_FAILED'],
      'receipt',
    ])
    expect([ada.peer.closed, stock.peer.closed?.code]).toEqual([undefined, 'RESYNC_FAILED'])
    expect(await storedText(world)).toBeUndefined()
  })
})

describe('joining and leaving', () => {
  test('[R7] hello comes first and only to our client; step 2 has what is committed', async () => {
    const world = createWorld()
    const ada = await sit(world)
    ada.send('update', createWriter(1).type('committed'))
    await settle()
    world.store.holdCommits()
    ada.send('update', createWriter(2).type('not yet'))
    await settle()
    const ben = await sit(world, { isRejoin: true })
    const stock = await sit(world)
    ben.sendStep1()
    const [hello, step1, step2] = ben.peer.take()
    expect(hello).toEqual({
      type: 'hello',
      hello: { generation: 'epoch-1', access: 'write', limits: { frameBytesMax: 16 * 1024 * 1024 } },
    })
    expect(step1?.type).toBe('step1')
    expect(step2?.type === 'step2' ? textOf(step2.body) : step2).toBe('committed')
    expect(stock.peer.takeTypes()).toEqual(['step1'])
  })

  test('[R8] a reader is told that it may only read, and goes on reading', async () => {
    const world = createWorld()
    const reader = await sit(world, { isRejoin: true, canWrite: false })
    const stockReader = await sit(world, { canWrite: false })
    const writer = await sit(world)
    for (const { peer } of [reader, stockReader]) peer.take()
    for (const seat of [reader, stockReader]) {
      seat.send('step2', Uint8Array.of(0, 0))
      seat.send('update', createWriter(1).type('no'))
    }
    expect(reader.peer.take()).toEqual([
      { type: 'receipt', receipt: { settledCount: 1 } },
      { type: 'refused', refused: { frameNumber: 2, code: 'FORBIDDEN', reason: expect.any(String) } },
      { type: 'receipt', receipt: { settledCount: 2 } },
    ])
    expect(stockReader.peer.takeTypes()).toEqual(['denied'])
    writer.send('update', createWriter(2).type('yes'))
    await settle()
    expect([reader.peer.takeTypes(), stockReader.peer.takeTypes(), reader.peer.closed, await storedText(world)]).toEqual([
      ['update'],
      ['update'],
      undefined,
      'yes',
    ])
  })

  test('[R9] an id that a user wrote or showed presence under is theirs; a step 2 binds nobody', async () => {
    const world = createWorld()
    const ada = await sit(world, { isRejoin: true, user: 'ada' })
    const eve = await sit(world, { isRejoin: true, user: 'eve' })
    const [written, shown, carried] = [createWriter(1), createWriter(2), createWriter(3)]
    ada.send('step2', carried.type('c'))
    ada.send('update', written.type('w'))
    ada.sendPresence([2, 1, { name: 'Ada' }])
    await settle()
    eve.peer.take()
    for (const writer of [written, shown, carried]) eve.send('update', writer.type('!'))
    await settle()
    const refused = eve.peer
      .take()
      .flatMap((message) => (message.type === 'refused' ? [[message.refused.frameNumber, message.refused.code]] : []))
    expect(refused).toEqual([
      [1, 'CLIENT_BOUND'],
      [2, 'CLIENT_BOUND'],
    ])
    expect(await storedText(world)).toMatch(/^(wc!|c!w)$/)
  })

  test('[R9] showing presence before the first write of a document does not hold up that write', async () => {
    const world = createWorld()
    const ada = await sit(world, { isRejoin: true, user: 'ada' })
    ada.sendPresence([1, 1, { name: 'Ada' }])
    await settle()
    expect(await storedText(world)).toBeUndefined()
    ada.send('update', createWriter(1).type('first'))
    await settle()
    expect([ada.peer.take().at(-1), await storedText(world)]).toEqual([
      { type: 'receipt', receipt: { settledCount: 1 } },
      'first',
    ])
  })

  test('[R9] bindings outlive the room', async () => {
    const world = createWorld()
    const ada = await sit(world, { user: 'ada' })
    ada.send('update', createWriter(1).type('w'))
    await settle()
    ada.sendPresence([2, 1, {}])
    await settle()
    ada.room.leave(ada.member)
    world.time.advance(60_000)
    const eve = await sit(world, { isRejoin: true, user: 'eve' })
    expect(eve.room).not.toBe(ada.room)
    eve.send('update', createWriter(2).type('x'))
    expect(eve.peer.take().at(-2)).toMatchObject({ type: 'refused', refused: { code: 'CLIENT_BOUND' } })
  })

  test('[R10] a slow connection gets what it missed as one update, or is closed', async () => {
    const world = createWorld()
    const writer = createWriter(1)
    const ada = await sit(world)
    const slow = await sit(world)
    const stuck = await sit(world)
    ada.send('update', writer.type('before '))
    await settle()
    const replica = new Y.Doc()
    for (const message of slow.peer.take()) if (message.type === 'update') Y.applyUpdate(replica, message.body)
    slow.peer.bufferedBytes = stuck.peer.bufferedBytes = 2 * 1024 * 1024
    for (const text of ['one ', 'two ', 'three']) {
      ada.send('update', writer.type(text))
      await settle()
    }
    expect(slow.peer.take()).toEqual([])
    slow.peer.bufferedBytes = 0
    slow.room.drained(slow.member)
    const [missed, ...more] = slow.peer.take()
    expect([missed?.type, more]).toEqual(['update', []])
    if (missed?.type === 'update') Y.applyUpdate(replica, missed.body)
    expect(replica.getText('text').toJSON()).toBe('before one two three')
    world.time.advance(40_000)
    expect([slow.peer.closed, stuck.peer.closed?.code]).toEqual([undefined, 'TOO_SLOW'])
  })
})
