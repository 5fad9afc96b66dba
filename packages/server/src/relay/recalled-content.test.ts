import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { composeUpdates } from '../admission/compose-updates.ts'
import { createWorld, createWriter, settle, sit, textOf, withDocuments, type Seat } from '../testing/relay-world.ts'
import { relayLimits } from './relay-limits.ts'
import { RoomContent } from './room-content.ts'

// Thousands of documents take their time on a machine that has other things to do.
vi.setConfig({ testTimeout: 60_000 })

const answersOf = (seat: Seat) =>
  seat.peer.take().map((message) => (message.type === 'step2' ? textOf(message.body) : message.type))

/** A room with "one" in it whose content nobody has asked for in a while. */
async function createRestingRoom() {
  const world = createWorld()
  const disk = { loads: 0, isBroken: false, folded: Promise.resolve() }
  const documents = world.store.tenant('acme')
  const load = (document: string) => {
    disk.loads++
    return disk.isBroken ? Promise.reject(new Error('checksum')) : documents.load(document)
  }
  const compact = async (document: string) => {
    const snapshot = await documents.compact(document)
    await disk.folded
    return snapshot
  }
  const resting = withDocuments(world, { load, compact })
  const ada = await sit(resting)
  const writer = createWriter(1)
  const type = (text: string) => ada.send('update', writer.type(text))
  type('one')
  await settle()
  world.time.advance(10_000)
  ada.peer.take()
  disk.loads = 0
  return { world: resting, ada, type, disk }
}

describe('content that nobody asks for', () => {
  test('[R19] is let go of, and read once for all who ask next; what comes meanwhile is in it', async () => {
    const { world, ada, type, disk } = await createRestingRoom()
    type(' two')
    await settle()
    expect(disk.loads).toBe(0)
    const ben = await sit(world)
    const eve = await sit(world)
    for (const seat of [ada, ben, eve]) {
      seat.peer.take()
      seat.sendStep1()
    }
    await settle()
    expect([answersOf(ada), answersOf(ben), answersOf(eve)]).toEqual([['one two'], ['one two'], ['one two']])
    eve.sendStep1()
    expect(answersOf(eve)).toEqual(['one two'])
    expect(disk.loads).toBe(1)
  })

  test('[R19] the questions of one connection are answered in their order', async () => {
    const { world, ada, type } = await createRestingRoom()
    ada.sendStep1()
    world.store.holdCommits()
    type(' two')
    ada.sendStep1()
    await settle()
    expect(answersOf(ada)).toEqual(['one', 'one'])
    world.store.releaseCommits()
    await settle()
    expect(answersOf(ada)).toEqual(['update'])
  })

  test('[R19] who asks many times before it is there gets no second answer before the first is taken', async () => {
    const { ada } = await createRestingRoom()
    const { peer } = ada
    const write = peer.write.bind(peer)
    peer.write = (frames) => {
      peer.bufferedBytes += 2 * relayLimits.bufferedBytesMax
      write(frames)
    }
    for (let question = 0; question < 20; question++) ada.sendStep1()
    await settle()
    expect(answersOf(ada)).toEqual(['one'])
    peer.bufferedBytes = 0
    ada.room.drained(ada.member)
    expect(answersOf(ada)).toEqual(['one'])
  })

  test('[R19] who asked and has left is written nothing', async () => {
    const { ada } = await createRestingRoom()
    ada.sendStep1()
    ada.room.leave(ada.member)
    await settle()
    expect(ada.peer.take()).toEqual([])
  })

  test('[R19] what compaction took away is not counted, though more was let go of before it ended', async () => {
    const { world, ada, type, disk } = await createRestingRoom()
    const large = createWriter(2)
    const half = 'x'.repeat(0.6 * relayLimits.documentBytesMax)
    ada.send('update', large.type(half))
    await settle()
    large.doc.getText('text').delete(0, half.length)
    ada.send('update', Y.encodeStateAsUpdate(large.doc))
    await settle()
    const folding = Promise.withResolvers<void>()
    disk.folded = folding.promise
    world.time.advance(10_000)
    await settle()
    type(' two')
    await settle()
    world.time.advance(10_000)
    folding.resolve()
    await settle()
    ada.send('update', createWriter(3).type(half))
    await settle()
    expect([ada.peer.closed, ada.room.seq]).toEqual([undefined, 5])
  })

  test('[R19] where the store cannot be read, who asked is closed with 1013 and the others go on; the next asks anew', async () => {
    const { world, ada, type, disk } = await createRestingRoom()
    const ben = await sit(world)
    ben.peer.take()
    disk.isBroken = true
    ben.sendStep1()
    await settle()
    expect([ben.peer.closed?.code, ada.peer.closed, world.problems.length]).toEqual(['UNAVAILABLE', undefined, 1])
    disk.isBroken = false
    type(' two')
    await settle()
    ada.peer.take()
    ada.sendStep1()
    await settle()
    expect(answersOf(ada)).toEqual(['one two'])
  })

  test('[R19] a document that has another life by now is not shown under the old one', async () => {
    const { world, ada } = await createRestingRoom()
    await world.store.tenant('acme').delete('plan')
    ada.sendStep1()
    await settle()
    expect([ada.peer.closed?.code, ada.peer.take()]).toEqual(['UNAVAILABLE', []])
  })
})

const viewOf = (rows: readonly Uint8Array[]) => ({ rows: rows.length, snapshotSeq: Math.floor(rows.length / 2) })

describe('content beside a store that is ahead or behind', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ type: fc.constant('store' as const), count: fc.integer({ min: 1, max: 3 }) }),
      fc.record({
        type: fc.constantFrom('announce' as const, 'letGo' as const, 'look' as const, 'recall' as const, 'snapshot' as const),
      }),
    ),
    { minLength: 8, maxLength: 16 },
  )

  test('[R19] after any order of commits, news of them, snapshots, letting go and recalling, nothing is missing and nothing comes twice', () => {
    fc.assert(
      fc.property(steps, (run) => {
        const writer = createWriter(1)
        const rows: Uint8Array[] = []
        const content = new RoomContent({})
        let announced = 0
        // What a reading found that is under way.
        let view: ReturnType<typeof viewOf> | undefined
        for (const step of run) {
          if (step.type === 'store') for (let row = 0; row < step.count; row++) rows.push(writer.type(`${rows.length},`))
          else if (step.type === 'announce') {
            content.append(rows.slice(announced))
            announced = rows.length
          } else if (step.type === 'letGo') {
            content.letGo()
            view = undefined
          } else if (step.type === 'look') {
            content.awaitRecall()
            view ??= viewOf(rows)
          } else if (step.type === 'snapshot' && announced > 0) {
            content.adoptSnapshot({ seq: announced, update: composeUpdates(rows.slice(0, announced)), known: Uint8Array.of() })
          } else if (step.type === 'recall' && view !== undefined) {
            const update = composeUpdates(rows.slice(0, view.snapshotSeq))
            const snapshot = { seq: view.snapshotSeq, update, known: Uint8Array.of() }
            content.recall({ snapshot, tail: rows.slice(view.snapshotSeq, view.rows) })
            view = undefined
          }
        }
        if (!content.isHeld) content.recall({ tail: rows })
        const shown = textOf(content.encodeState()).split(',').length - 1
        expect(textOf(content.encodeState())).toBe(Array.from({ length: shown }, (_, row) => `${row},`).join(''))
        expect(shown).toBeGreaterThanOrEqual(announced)
        content.append(rows.slice(announced))
        expect(textOf(content.encodeState())).toBe(writer.doc.getText('text').toJSON())
      }),
      { numRuns: 1_500 },
    )
  })
})
