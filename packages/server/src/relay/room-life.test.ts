import { describe, expect, test } from 'vitest'
import { createRecordingPeer } from '../testing/recording-peer.ts'
import {
  createWorld,
  createWriter,
  encodePresence,
  settle,
  sit,
  storedText,
  textOf,
  withDocuments,
} from '../testing/relay-world.ts'

import { createRelay } from './create-relay.ts'
import { relayLimits } from './relay-limits.ts'

describe('presence', () => {
  test('[R11] the latest of each client goes to everybody, once per tick', async () => {
    const world = createWorld()
    const ada = await sit(world)
    const ben = await sit(world)
    for (const { peer } of [ada, ben]) peer.take()
    for (const clock of [1, 2, 3]) ada.sendPresence([1, clock, { x: clock }])
    ben.sendPresence([2, 1, { y: 1 }])
    world.time.advance(20)
    const expected = [
      {
        type: 'awareness',
        body: encodePresence([
          [1, 3, { x: 3 }],
          [2, 1, { y: 1 }],
        ]),
      },
    ]
    expect([ada.peer.take(), ben.peer.take()]).toEqual([expected, expected])
    ben.sendPresence([1, 3, { x: 3 }], [1, 9, { x: 'forged' }])
    world.time.advance(20)
    expect(ada.peer.take()).toEqual([])
    expect((await sit(world)).peer.take().at(-1)).toEqual(expected[0])
  })

  test('[R11] what would throw in a neighbour closes its sender', async () => {
    const world = createWorld()
    const eve = await sit(world)
    eve.sendPresence([1, 1, '{not json'])
    expect(eve.peer.closed?.code).toBe('BAD_FRAME')
    const big = await sit(world)
    big.sendPresence([2, 1, { text: 'x'.repeat(20_000) }])
    expect(big.peer.closed?.code).toBe('TOO_LARGE')
  })

  test('[R12] who has left is gone, an echo does not bring them back, they themselves can come back', async () => {
    const world = createWorld()
    const ada = await sit(world)
    const ben = await sit(world)
    ada.sendPresence([1, 5, { name: 'Ada' }])
    ben.sendPresence([2, 1, { name: 'Ben' }])
    world.time.advance(20)
    world.time.advance(1)
    ben.peer.take()
    ada.room.leave(ada.member)
    ben.sendPresence([1, 5, { name: 'Ada' }])
    world.time.advance(20)
    expect(ben.peer.take()).toEqual([{ type: 'awareness', body: encodePresence([[1, 5, null]]) }])
    const back = await sit(world)
    back.sendPresence([1, 5, { name: 'Ada' }])
    world.time.advance(20)
    expect(ben.peer.take()).toEqual([{ type: 'awareness', body: encodePresence([[1, 5, { name: 'Ada' }]]) }])
  })
})

describe('the life of a document', () => {
  test('[R13] a deleted document answers 4404 to all, until it is restored under another generation', async () => {
    const world = createWorld()
    const ada = await sit(world, { isRejoin: true })
    ada.send('update', createWriter(1).type('kept'))
    await settle()
    expect(await world.relay.delete('acme', 'plan')).toBe(true)
    expect(ada.peer.closed?.code).toBe('DELETED')
    const late = createRecordingPeer({ isRejoin: true })
    expect(await world.relay.join({ tenant: 'acme', document: 'plan', peer: late, generation: undefined })).toMatchObject({
      type: 'refused',
      code: 'DELETED',
    })
    expect(late.takeTypes()).toEqual(['hello'])
    expect(await world.relay.restore('acme', 'plan')).toBe('epoch-2')
    expect(await storedText(world)).toBe('kept')
    const old = createRecordingPeer({ isRejoin: true })
    expect(await world.relay.join({ tenant: 'acme', document: 'plan', peer: old, generation: 'epoch-1' })).toMatchObject({
      type: 'refused',
      code: 'OTHER_GENERATION',
    })
    expect(old.take()).toMatchObject([{ type: 'hello', hello: { generation: 'epoch-2' } }])
  })

  test('[R13] a name that was never stored here goes on in the life that a device knows', async () => {
    const world = createWorld()
    const ada = await sit(world, { isRejoin: true, generation: 'elsewhere-3' })
    expect(ada.peer.take()[0]).toMatchObject({ hello: { generation: 'elsewhere-3' } })
    ada.send('step2', createWriter(1).type('moved'))
    await settle()
    expect(await world.relay.read('acme', 'plan')).toMatchObject({ type: 'live', generation: 'elsewhere-3' })
  })

  test('[R14] a document that cannot be loaded is unavailable, and tried anew', async () => {
    const world = createWorld()
    const documents = world.store.tenant('acme')
    const failing = { ...world.store, tenant: () => ({ ...documents, load: () => Promise.reject(new Error('checksum')) }) }
    const problems: unknown[] = []
    const relay = createRelay({
      store: failing,
      clock: world.time,
      scheduler: world.time,
      defer: queueMicrotask,
      elapsedMs: () => world.time.now(),
      report: (problem) => problems.push(problem),
    })
    const request = { tenant: 'acme', document: 'plan', peer: createRecordingPeer(), generation: undefined }
    expect(await relay.join(request)).toMatchObject({ type: 'refused', code: 'UNAVAILABLE' })
    expect(await relay.join(request)).toMatchObject({ type: 'refused', code: 'UNAVAILABLE' })
    expect([problems.length, relay.counters.rooms]).toEqual([2, 0])
  })

  test('[R15] an empty room is forgotten, and loaded again with everything', async () => {
    const world = createWorld()
    const ada = await sit(world)
    ada.send('update', createWriter(1).type('kept'))
    await settle()
    ada.room.leave(ada.member)
    world.time.advance(5_000)
    expect(world.relay.counters.rooms).toBe(1)
    world.time.advance(10_000)
    expect(world.relay.counters.rooms).toBe(0)
    const ben = await sit(world)
    ben.peer.take()
    ben.sendStep1()
    expect(ben.peer.take().map((message) => (message.type === 'step2' ? textOf(message.body) : message.type))).toEqual(['kept'])
  })

  test('[R17] draining commits what was admitted, then closes', async () => {
    const world = createWorld()
    const ada = await sit(world, { isRejoin: true })
    ada.send('update', createWriter(1).type('last words'))
    await world.relay.drain('RESTARTING')
    expect(ada.peer.takeTypes()).toContain('receipt')
    expect([ada.peer.closed?.code, await storedText(world)]).toEqual(['RESTARTING', 'last words'])
    const late = await world.relay.join({ tenant: 'acme', document: 'plan', peer: createRecordingPeer(), generation: undefined })
    expect(late).toMatchObject({ type: 'refused', code: 'RESTARTING' })
  })
})

describe('compaction', () => {
  test('[R24] one that fails is not begun again for the same rows', async () => {
    let begun = 0
    const compact = () => {
      begun++
      return Promise.reject(new Error('the disk is full'))
    }
    const world = withDocuments(createWorld(), { compact })
    const ada = await sit(world)
    const writer = createWriter(1)
    const typeMuch = async () => {
      for (let row = 0; row < relayLimits.compactionRowsQuiet; row++) ada.send('update', writer.type('x'))
      await settle()
      for (let sweep = 0; sweep < 20; sweep++) {
        world.time.advance(2_500)
        await settle()
      }
    }
    await typeMuch()
    expect([begun, world.problems.length]).toEqual([1, 1])
    await typeMuch()
    expect(begun).toBe(2)
  })
})
