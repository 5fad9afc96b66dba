import { createSeededRandom } from '@rejoin/core/testing'
import { describe, expect, test } from 'vitest'
import { createMemoryRecordDatabase, RecordDisk } from '../record-database/memory-record-database.ts'
import { outboxContextOf } from '../records/local-records.ts'
import { moveOutbox } from '../scope/move-outbox.ts'
import { FakeSceneServer } from '../testing/fake-scene-server.ts'
import { killAt } from '../testing/kill-at.ts'
import { queueInto } from '../testing/queue-into.ts'
import { repeatingDatabase } from '../testing/repeating-database.ts'
import { SyncDevice } from '../testing/sync-device.ts'
import { openTestRecords, stockSchema, type TestRecords } from '../testing/test-records.ts'
import { WorkerDevice } from '../testing/worker-device.ts'
import { isRequestVerdict, judgeReplay } from '../sync/judge-replay.ts'
import type { SceneChange } from './scene-change.ts'

const add = (id: string): SceneChange => ({
  type: 'AddElement',
  element: { id, kind: 'box', x: 0, y: 0, width: 1, height: 1 },
})
const click: SceneChange = { type: 'Interaction', kind: 'click', at: { x: 1, y: 2 } }

async function drain({ syncStore, time }: TestRecords, server: FakeSceneServer): Promise<void> {
  const fence = await syncStore.takeFence()
  for (;;) {
    time.advance(1)
    const request = await syncStore.takeRequest(fence, { lane: 'scene plans/kitchen', now: time.now(), tenantId: 'acme' })
    if (request === undefined) return
    const verdict = judgeReplay(await server.replay(request))
    if (!isRequestVerdict(verdict)) throw new Error('the server answers everything')
    await syncStore.settleRequest(fence, { requestId: request.requestId, verdict, now: time.now() })
  }
}

/** A server that refuses `bad`, has `taken` already, and fails over the first click it sees. */
function troubledServer(): FakeSceneServer {
  const server = new FakeSceneServer()
  let isFirst = true
  server.elements.set('taken', { id: 'taken', kind: 'rug', x: 0, y: 0, width: 1, height: 1, updatedAt: 9e12 })
  server.fail = (operation) => {
    if (operation.type === 'AddElement' && operation.element.id === 'bad') return { error: 'VALIDATION_ERROR', retryable: false }
    if (operation.type !== 'Interaction' || !isFirst) return undefined
    isFirst = false
    return { error: 'INTERNAL', retryable: true }
  }
  return server
}

describe('killed at any instant', () => {
  for (const fate of ['vanish', 'commitUnheard'] as const) {
    test(`[SO7, SO13] what was kept is done once or told once, killed ${fate === 'vanish' ? 'before' : 'after'} any commit`, async () => {
      let boundary = 0
      for (let isDone = false; !isDone;) {
        boundary++
        const [disk, server] = [new RecordDisk(), troubledServer()]
        const kept: string[] = []
        const { fateOf, killed } = killAt(boundary, fate)
        const retries = { type: 'schedule', delaysMs: [0, 0, 0] } as const
        const device = openTestRecords({ disk, fateOf, retries })
        const work = async (): Promise<'done'> => {
          for (const changes of [[add('a'), add('taken')], [add('bad'), click], [add('b')]]) {
            kept.push(...(await queueInto(device, changes)).operationIds)
            if (kept.length === 4) await drain(device, server)
          }
          await drain(device, server)
          return 'done'
        }
        isDone = (await Promise.race([killed, work()])) === 'done'
        const restarted = openTestRecords({ disk, seed: 2, retries, time: device.time })
        await restarted.check()
        await drain(restarted, server)
        expect(await restarted.outbox.list()).toEqual([])
        const told = await restarted.attention.list()
        const appliedIds = server.applied.map(({ operationId }) => operationId)
        expect(new Set(appliedIds).size).toBe(appliedIds.length)
        const judged = new Set(server.batches.flat().map(({ operationId }) => operationId))
        expect(kept.filter((operationId) => !judged.has(operationId))).toEqual([])
        expect(appliedIds.length + told.length).toBe(judged.size)
        expect(told.map(({ kind }) => kind)).toEqual(['conflict', 'rejected'].slice(0, told.length))
        const bodies = await restarted.database.transaction('read', ({ requestBodies }) => requestBodies.count({}))
        expect(bodies).toBe(told.length)
      }
      expect(boundary).toBeGreaterThan(8)
    })
  }

  test('[SO4] a transaction that is done once more after it was reported as lost keeps each once', async () => {
    const disk = new RecordDisk()
    await queueInto(
      openTestRecords({ disk, database: repeatingDatabase(disk), seed: 2 }),
      Array.from({ length: 501 }, (_, at) => add(`${at}`)),
    )
    expect(await openTestRecords({ disk }).outbox.list()).toHaveLength(2)
  })
})

test('[SO15] at a sign-in they move with what else waits, told ones included, and are sent by whom they belong to', async () => {
  const [fromDisk, intoDisk] = [new RecordDisk(), new RecordDisk()]
  const nobodys = openTestRecords({ disk: fromDisk })
  const { time } = nobodys
  const early = troubledServer()
  await queueInto(nobodys, [add('taken')])
  await drain(nobodys, early)
  await queueInto(nobodys, [add('a')])
  await queueInto(nobodys, [add('b')])
  await moveOutbox({
    from: createMemoryRecordDatabase({ disk: fromDisk }),
    fromName: 'nobodys',
    into: createMemoryRecordDatabase({ disk: intoDisk }),
    context: outboxContextOf({ schema: stockSchema, clock: time, random: createSeededRandom(3) }),
  })
  expect([await nobodys.outbox.list(), await nobodys.attention.list()]).toEqual([[], []])
  const own = openTestRecords({ disk: intoDisk, seed: 2, time })
  const [item] = await own.attention.list()
  await own.attention.retry(item?.id ?? 0)
  const server = new FakeSceneServer()
  await drain(own, server)
  expect([...server.elements.keys()]).toEqual(['a', 'b', 'taken'])
})

test('[SO16] where no page is open the service worker delivers them, and its pages hear what became of them', async () => {
  const device = new WorkerDevice()
  const server = troubledServer()
  const page = openTestRecords({ disk: device.disk, time: device.time })
  await queueInto(page, [add('a'), add('taken')])
  await queueInto(page, [add('b')], { scene: 'cellar' })
  expect(await device.sync({ createReplayer: () => server })).toBe('resolved')
  expect([[...server.elements.keys()].toSorted(), await page.outbox.list()]).toEqual([['a', 'b', 'taken'], []])
  expect(device.scope.posted.map((message) => Object(message).type)).toContain('SYNC_CONFLICT')
  expect(await page.attention.list()).toMatchObject([{ kind: 'conflict', request: { scene: 'plans/kitchen' } }])
})

test('[SO17] a batch is what the server got, however often it goes: what is done meanwhile is another', async () => {
  const [device, server] = [new SyncDevice(), new FakeSceneServer()]
  const tab = device.openTab({ replayer: server })
  server.isAnswerLost = true
  await queueInto(tab.local, [add('a')])
  await device.advance(3_000)
  await queueInto(tab.local, [add('b')])
  await device.advance(3_000)
  const bodies = server.received.map(({ body }) => new TextDecoder().decode(body))
  expect(bodies.length).toBeGreaterThan(1)
  expect(new Set(bodies).size).toBe(1)
})
