import { sceneOperationSchema, type SceneOperation } from '@rejoin/core'
import fc from 'fast-check'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { describe, expect, test } from 'vitest'
import { schedule } from '../outbox/retry-schedule.ts'
import { createIndexedDbRecordDatabase } from '../record-database/indexed-db-record-database.ts'
import { RecordDisk } from '../record-database/memory-record-database.ts'
import { isRequestVerdict, judgeReplay } from '../sync/judge-replay.ts'
import { FakeSceneServer } from '../testing/fake-scene-server.ts'
import { rest, SyncDevice, type SyncTab } from '../testing/sync-device.ts'
import { queueInto as queue } from '../testing/queue-into.ts'
import { openTestRecords, type TestRecords } from '../testing/test-records.ts'
import { batchBytesMax } from './scene-batches.ts'
import type { SceneChange } from './scene-change.ts'
import { SceneValidationError } from './scene-validation-error.ts'

const box = (id: string, more: object = {}) => ({ id, kind: 'box', x: 0, y: 0, width: 10, height: 10, ...more })
const add = (id: string, more: object = {}): SceneChange => ({ type: 'AddElement', element: box(id, more) })
const move = (id: string, x: number, baseUpdatedAt?: number): SceneChange => ({
  type: 'UpdateElement',
  id,
  changes: { x },
  baseUpdatedAt,
})
const click: SceneChange = { type: 'Interaction', kind: 'click', at: { x: 1, y: 2 } }

type Kept = Pick<TestRecords, 'outbox'>

/** What waits, without its body. */
const waiting = async ({ outbox }: Kept) => (await outbox.list()).flatMap((entry) => (entry.kind === 'request' ? [entry] : []))

function setUp(more: { readonly server?: FakeSceneServer } = {}) {
  const [device, server] = [new SyncDevice(), more.server ?? new FakeSceneServer()]
  return { device, server, tab: device.openTab({ replayer: server }) }
}

async function passTime({ time }: SyncDevice, steps: number, stepMs: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    time.advance(stepMs)
    await rest()
  }
}

const xOf = (server: FakeSceneServer, id: string) => server.elements.get(id)?.x
const isEmpty = async ({ local }: SyncTab) => (await local.outbox.list()).length === 0

describe('keeping', () => {
  test('[SO1] changes are an entry of the outbox, named for people, in the lane of their scene, for the sync server', async () => {
    const device = openTestRecords()
    const { operationIds } = await queue(device, [add('a'), move('a', 5)], { priority: 'HIGH', strategy: 'remoteWins' })
    expect(operationIds).toHaveLength(2)
    const [entry, more] = await waiting(device)
    expect(more).toBeUndefined()
    expect(entry).toMatchObject({
      kind: 'request',
      state: 'ready',
      score: 100,
      request: {
        method: 'POST',
        url: 'https://sync.example/api/v1/scenes/plans%2Fkitchen/operations',
        isAuthorized: true,
        credentials: 'omit',
        title: '2 changes of plans/kitchen',
        lane: 'scene plans/kitchen',
        scene: 'plans/kitchen',
        priority: 'HIGH',
      },
    })
    expect(await device.syncStore.counts(device.time.now())).toMatchObject({ pending: 1, failed: 0, attention: 0 })
    const { entries } = JSON.parse(await device.outbox.export())
    const { operations, strategy } = JSON.parse(Buffer.from(entries[0].bodyBase64, 'base64').toString())
    expect(strategy).toBe('remoteWins')
    expect(operations.map((operation: unknown) => sceneOperationSchema.parse(operation))).toEqual([
      {
        type: 'AddElement',
        operationId: operationIds[0],
        clientId: expect.any(String),
        timestamp: device.time.now(),
        element: { ...box('a'), updatedAt: device.time.now() },
      },
      {
        type: 'UpdateElement',
        operationId: operationIds[1],
        clientId: operations[0].clientId,
        timestamp: device.time.now(),
        id: 'a',
        changes: { x: 5 },
      },
    ])
  })

  test('[SO2] operations carry the time of the server as the device knows it, and one name of the device', async () => {
    const device = openTestRecords()
    await device.syncStore.noteClockSample({ offsetMs: -3_600_000.4, roundTripMs: 20 })
    await queue(device, [click])
    await queue(device, [click])
    const { entries } = JSON.parse(await device.outbox.export())
    const stamps = entries.map(({ bodyBase64 }: { readonly bodyBase64: string }) => {
      const [{ clientId, timestamp }] = JSON.parse(Buffer.from(bodyBase64, 'base64').toString()).operations
      return [clientId, timestamp]
    })
    expect(stamps[0]).toEqual([expect.any(String), device.time.now() - 3_600_000])
    expect(stamps[1]).toEqual(stamps[0])
  })

  test('[SO2] while something waits their time does not go back, whatever the clock does', async () => {
    const device = openTestRecords()
    const start = device.time.now()
    const sync = (offsetMs: number) => device.syncStore.noteClockSample({ offsetMs, roundTripMs: 1 })
    for (const offsetMs of [500, -500, 900]) {
      await sync(offsetMs)
      await queue(device, [click])
    }
    const server = new FakeSceneServer()
    await drain(device, server)
    await sync(-3_600_000)
    await queue(device, [click])
    await drain(device, server)
    const times = server.applied.map(({ timestamp }) => timestamp - start)
    expect(times).toEqual([500, 500, 900, -3_600_000])
  })

  test.each([
    ['a name that no scene can have', 'x'.repeat(300), [click]],
    ['a relative path', '..', [click]],
    ['an element that is none', 'room', [add('a', { width: -1 })]],
    ['an id that would be no key', 'room', [add('__proto__')]],
    ['a change of an id', 'room', [{ type: 'UpdateElement', id: 'a', changes: { id: 'b' } }]],
    ['an operation that is too large', 'room', [add('a', { points: 'x'.repeat(300_000) })]],
  ] as [string, string, SceneChange[]][])('[SO3] %s fails at the call, and nothing is kept', async (_what, scene, changes) => {
    const device = openTestRecords()
    await expect(queue(device, [move('good', 1), ...changes], { scene })).rejects.toThrow(/^(a document|this )/)
    expect(await device.outbox.list()).toEqual([])
  })

  test('[SO3] what is wrong is said, each thing with its place', async () => {
    const failure = await queue(openTestRecords(), [add('a', { width: -1, x: 'left' })]).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(SceneValidationError)
    expect(failure).toMatchObject({
      name: 'SceneValidationError',
      problems: [expect.stringMatching(/^element\.x /), expect.stringMatching(/^element\.width /)],
    })
  })

  test('[SO4] more than a request takes become several entries, in order, in one transaction', async () => {
    const disk = new RecordDisk()
    const device = openTestRecords({ disk })
    const { operationIds } = await queue(
      device,
      Array.from({ length: 1_201 }, (_, x) => move('a', x)),
    )
    const entries = await waiting(device)
    expect(entries.map(({ request }) => request.title)).toEqual([
      '500 changes of plans/kitchen',
      '500 changes of plans/kitchen',
      '201 changes of plans/kitchen',
    ])
    const server = new FakeSceneServer()
    await drain(device, server)
    expect(server.batches.flat().map(({ operationId }) => operationId)).toEqual(operationIds)

    const full = openTestRecords({ fateOf: () => Promise.resolve('fail') })
    await expect(
      queue(
        full,
        Array.from({ length: 501 }, (_, x) => move('a', x)),
      ),
    ).rejects.toMatchObject({ code: 'quotaExceeded' })
    expect(await full.outbox.list()).toEqual([])
  })

  test('[SO4] so do more bytes than a slow connection takes', async () => {
    const device = openTestRecords()
    await queue(
      device,
      Array.from({ length: 7 }, (_, at) => add(`${at}`, { text: 'x'.repeat(batchBytesMax / 3) })),
    )
    const entries = await waiting(device)
    expect(entries.map(({ request }) => request.title)).toEqual([
      ...Array.from({ length: 3 }, () => '2 changes of plans/kitchen'),
      'Add box to plans/kitchen',
    ])
    expect(entries.every(({ request }) => (request.body?.byteCount ?? 0) <= batchBytesMax + 100)).toBe(true)
  })

  test('[SO4] nothing to do is nothing to keep', async () => {
    const device = openTestRecords()
    expect([await queue(device, []), await device.outbox.list()]).toEqual([{ operationIds: [] }, []])
  })

  test('[SO5] over IndexedDB it is there after a reload', async () => {
    const [indexedDB, disk] = [new IDBFactory(), openTestRecords().time]
    const open = () =>
      openTestRecords({
        time: disk,
        database: createIndexedDbRecordDatabase({ databaseName: 'd', indexedDB, keyRange: IDBKeyRange, clock: disk }),
      })
    const before = open()
    await queue(before, [add('a')])
    await before.close()
    const after = open()
    const server = new FakeSceneServer()
    expect(await waiting(after)).toMatchObject([{ request: { title: 'Add box to plans/kitchen' } }])
    await drain(after, server)
    expect([...server.elements.keys()]).toEqual(['a'])
    await after.close()
  })

  test('[SO6] priority rules know them by a name of their own, and what they are about', async () => {
    const rules = [
      { name: 'kitchen', entity: 'scene operations', when: { field: 'scene', operator: 'equals', value: 'kitchen' }, points: 30 },
    ] as const
    const device = openTestRecords({ rules })
    await queue(device, [click], { scene: 'kitchen' })
    await queue(device, [click], { scene: 'cellar' })
    expect(await waiting(device)).toMatchObject([{ score: 80 }, { score: 50 }])
    expect(await device.priorities.update([...rules])).toEqual([])
  })
})

/** Sends everything as the engine does, without its waits. */
async function drain({ syncStore, time }: TestRecords, server: FakeSceneServer): Promise<void> {
  const tab = new SyncDevice().openTab({ replayer: server, store: syncStore, clock: time, scheduler: time })
  for (let turn = 0; turn < 100 && (await syncStore.counts(time.now())).pending > 0; turn++) await rest()
  tab.sync.close()
}

describe('settling', () => {
  test('[SO7] what is queued offline is in the scene after the network’s return, in order, lane by lane', async () => {
    const { tab, server } = setUp()
    server.refuse = () => ({ type: 'unreachable', message: 'no answer' })
    await queue(tab.local, [add('a'), move('a', 1)])
    await queue(tab.local, [move('a', 2)])
    await queue(tab.local, [add('b')], { scene: 'cellar' })
    await rest()
    expect(tab.sync.state).toMatchObject({ status: 'offline', pending: 3 })
    server.refuse = () => undefined
    tab.signals.send('online')
    await rest()
    expect([xOf(server, 'a'), server.elements.has('b'), server.applied.length]).toEqual([2, true, 4])
    expect(await isEmpty(tab)).toBe(true)
    expect(tab.sync.state).toMatchObject({ status: 'upToDate', pending: 0, attention: 0 })
  })

  test('[SO7] each takes effect once, though answers are lost', async () => {
    const { tab, server, device } = setUp()
    server.isAnswerLost = true
    await queue(tab.local, [add('a'), move('a', 1), click])
    await passTime(device, 5, 10_000)
    expect(server.received.length).toBeGreaterThan(2)
    server.isAnswerLost = false
    tab.signals.send('woke')
    await rest()
    expect([server.applied.length, await isEmpty(tab), await tab.local.attention.list()]).toEqual([3, true, []])
  })

  test('[SO8] a conflict that was decided for the operation is not told; one that was decided for the scene is, once an element', async () => {
    const { tab, server, device } = setUp()
    const later = device.time.now() + 60_000
    for (const id of ['a', 'b']) server.elements.set(id, { ...box(id), updatedAt: later })
    await queue(tab.local, [move('a', 1), move('a', 2)])
    await queue(tab.local, [move('b', 1), move('gone', 1)], { strategy: 'localWins' })
    await rest()
    expect([xOf(server, 'a'), xOf(server, 'b'), await isEmpty(tab)]).toEqual([0, 1, true])
    const items = await tab.local.attention.list()
    expect(items).toMatchObject([
      {
        kind: 'conflict',
        code: 'CONFLICT',
        title: '2 changes of plans/kitchen',
        message: 'Somebody else changed it later than you did.',
        entryId: undefined,
        request: { scene: 'plans/kitchen' },
      },
      { kind: 'conflict', title: 'Change an element of plans/kitchen', message: 'It is not in the scene any more.' },
    ])
    expect(tab.sync.state).toMatchObject({ pending: 0, failed: 0, attention: 2 })
  })

  test('[SO9] sent again by a person it is new, and stands above what it met', async () => {
    const { tab, server, device } = setUp()
    server.elements.set('a', { ...box('a'), updatedAt: device.time.now() + 60_000 })
    await queue(tab.local, [move('a', 1, 5), move('a', 2, 5)])
    await rest()
    const [item] = await tab.local.attention.list()
    const before = server.batches.flat()
    await tab.local.attention.retry(item?.id ?? 0)
    await rest()
    expect([xOf(server, 'a'), await isEmpty(tab), await tab.local.attention.list()]).toEqual([2, true, []])
    const after = server.batches.at(-1) ?? []
    expect(after.map(({ operationId }) => operationId)).not.toEqual(before.map(({ operationId }) => operationId))
    expect(after).toMatchObject([{ changes: { x: 1 } }, { changes: { x: 2 } }])
    expect(after.some((operation) => 'baseUpdatedAt' in operation)).toBe(false)
    expect(await bodyCount(device)).toBe(0)
  })

  test('[SO10] what the server refuses is told with its sentence; the others are done', async () => {
    const { tab, server, device } = setUp()
    server.fail = (operation) =>
      operation.type === 'AddElement' && operation.element.id === 'bad'
        ? { error: 'VALIDATION_ERROR', message: 'There is no room for a box.', retryable: false }
        : undefined
    await queue(tab.local, [add('a'), add('bad'), add('b')])
    await rest()
    expect([[...server.elements.keys()], await isEmpty(tab)]).toEqual([['a', 'b'], true])
    const [item, more] = await tab.local.attention.list()
    expect([item, more]).toMatchObject([
      { kind: 'rejected', code: 'VALIDATION_ERROR', message: 'There is no room for a box.', title: 'Add box to plans/kitchen' },
      undefined,
    ])
    expect(await bodyCount(device)).toBe(1)
    await tab.local.attention.discard(item?.id ?? 0)
    expect([await tab.local.attention.list(), await bodyCount(device)]).toEqual([[], 0])
  })

  test('[SO11] what failed for now goes again by the schedule, alone and in its place; at the end a person is told, and the lane waits', async () => {
    const { tab, server, device } = setUp()
    const isStuck = (operation: SceneOperation) => operation.type === 'UpdateElement' && operation.id === 'b'
    server.fail = (operation) => (isStuck(operation) ? { error: 'INTERNAL', message: 'A fault.', retryable: true } : undefined)
    await queue(tab.local, [add('a'), add('b'), move('b', 1), click])
    await queue(tab.local, [move('a', 3)])
    await passTime(device, 12, 300_000)
    expect(server.batches.map((batch) => batch.length)).toEqual([4, 1, 1, 1, 1])
    expect(new Set(server.received.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(5)
    expect(await waiting(tab.local)).toMatchObject([
      { state: 'failed', attempts: 5, lastError: 'A fault.', request: { title: 'Change an element of plans/kitchen' } },
      { state: 'ready' },
    ])
    expect(await tab.local.attention.list()).toMatchObject([{ kind: 'failed', code: 'INTERNAL', message: 'A fault.' }])
    server.fail = () => undefined
    await tab.sync.syncNow()
    await rest()
    expect([xOf(server, 'b'), xOf(server, 'a'), await isEmpty(tab), await tab.local.attention.list()]).toEqual([1, 3, true, []])
    expect([server.applied.length, await bodyCount(device)]).toEqual([5, 0])
  })

  test('[SO11] told and sent again at once: each in its own way', async () => {
    const { tab, server, device } = setUp()
    server.elements.set('a', { ...box('a'), updatedAt: device.time.now() + 60_000 })
    let failures = 1
    server.fail = ({ type }) => (type === 'AddElement' && failures-- > 0 ? { error: 'INTERNAL', retryable: true } : undefined)
    await queue(tab.local, [move('a', 1), add('b')])
    await rest()
    const [item] = await tab.local.attention.list()
    expect(item).toMatchObject({ kind: 'conflict' })
    expect(await tab.local.attention.discard(item?.id ?? 0)).toEqual([])
    await passTime(device, 2, 60_000)
    expect([[...server.elements.keys()], await isEmpty(tab), await bodyCount(device)]).toEqual([['a', 'b'], true, 0])
  })

  test('[SO12] what is refused as a whole is told as a whole, and is the same when it is sent again: the server may know some of it', async () => {
    const { tab, server } = setUp()
    server.refuse = () => ({ type: 'answered', status: 403, message: 'you may only read this', retryAfterMs: undefined })
    await queue(tab.local, [add('a'), move('a', 1)])
    await rest()
    const [item] = await tab.local.attention.list()
    expect(item).toMatchObject({ kind: 'rejected', code: 'FORBIDDEN', message: 'you may only read this' })
    server.refuse = () => undefined
    await tab.local.attention.retry(item?.id ?? 0)
    await rest()
    expect(server.batches[1]).toEqual(server.batches[0])
    expect([xOf(server, 'a'), await isEmpty(tab)]).toEqual([1, true])
  })

  test('[SO14] an answer that does not speak of every operation is an attempt, and nothing of it is believed', async () => {
    const { tab, server, device } = setUp()
    const real = server.replay.bind(server)
    let isShort = true
    server.replay = async (request) => {
      const reply = await real(request)
      if (reply.type !== 'scene' || !isShort) return reply
      return { ...reply, result: { ...reply.result, syncedCount: reply.result.syncedCount - 1 } }
    }
    await queue(tab.local, [add('a'), add('b')])
    await rest()
    expect(await waiting(tab.local)).toMatchObject([
      {
        state: 'sent',
        lastError: 'The answer of the server did not speak of every change.',
        request: { title: '2 changes of plans/kitchen' },
      },
    ])
    isShort = false
    await passTime(device, 2, 60_000)
    expect([await isEmpty(tab), await tab.local.attention.list()]).toEqual([true, []])
  })

  test('[SO14] so is one that speaks of operations that were not sent, or of one of them twice', async () => {
    const { tab, server, device } = setUp()
    const real = server.replay.bind(server)
    const refused = (operation: string) => ({ operation, error: 'FORBIDDEN' as const, retryable: false })
    const lies = [() => [refused('0197a2b4-0000-7000-8000-00000000dead')], (own: string) => [refused(own), refused(own)]]
    let lie = lies.shift()
    server.replay = async (request) => {
      const reply = await real(request)
      if (reply.type !== 'scene' || lie === undefined) return reply
      const failedOperations = lie(server.batches[0]?.[0]?.operationId ?? '')
      lie = lies.shift()
      return { ...reply, result: { ...reply.result, syncedCount: 2 - failedOperations.length, failedOperations } }
    }
    await queue(tab.local, [add('a'), add('b')])
    await rest()
    await passTime(device, 3, 60_000)
    expect(server.batches.length).toBe(3)
    expect([await isEmpty(tab), await tab.local.attention.list()]).toEqual([true, []])
  })

  test('[SO13] whatever is answered, every operation is done, told, or waits', async () => {
    const fate = fc.constantFrom('taken', 'refused', 'later')
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 12 }), fc.boolean(), async (fates, isAnswerLost) => {
        const device = openTestRecords({ retries: schedule([]) })
        const server = new FakeSceneServer()
        await queue(
          device,
          fates.map((_, at) => add(`${at}`)),
        )
        const fateOf = (operation: SceneOperation) =>
          operation.type === 'AddElement' ? fates[Number(operation.element.id)] : 'taken'
        server.fail = (operation) => {
          const own = fateOf(operation)
          return own === 'taken' ? undefined : { error: 'INTERNAL', retryable: own === 'later' }
        }
        server.isAnswerLost = isAnswerLost
        await drainOnce(device, server)
        server.isAnswerLost = false
        await drainOnce(device, server)
        const items = await device.attention.list()
        const count = (wanted: string) => fates.filter((own) => own === wanted).length
        expect(server.elements.size).toBe(count('taken'))
        expect(items.filter(({ kind }) => kind === 'rejected')).toHaveLength(count('refused'))
        expect(await waiting(device)).toHaveLength(count('later') > 0 ? 1 : 0)
      }),
      { numRuns: 60 },
    )
  })
})

async function drainOnce({ syncStore, time }: TestRecords, server: FakeSceneServer): Promise<void> {
  const fence = await syncStore.takeFence()
  const request = await syncStore.takeRequest(fence, { lane: 'scene plans/kitchen', now: time.now(), tenantId: 'acme' })
  if (request === undefined) return
  const verdict = judgeReplay(await server.replay(request))
  if (isRequestVerdict(verdict)) await syncStore.settleRequest(fence, { requestId: request.requestId, verdict, now: time.now() })
}

/** Rows of the table, whoever they belong to. */
const bodyCount = ({ disk, time }: SyncDevice) =>
  openTestRecords({ disk, time }).database.transaction('read', ({ requestBodies }) => requestBodies.count({}))
