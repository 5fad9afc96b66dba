import type { SyncResponse } from '@rejoin/core'
import { createSeededRandom } from '@rejoin/core/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RecordDisk, type CommitFate } from '../record-database/memory-record-database.ts'
import { rest } from '../testing/sync-device.ts'
import { deafReplayer } from '../testing/deaf-replayer.ts'
import { openTestRecords, type TestRecords } from '../testing/test-records.ts'
import { pushBatches } from './push-batches.ts'
import type { SyncFact } from './sync-event.ts'
import { FenceLostError } from './sync-store.ts'
import type { PushBody, TransportReply } from './sync-transport.ts'
import type { WorkContext } from './work-context.ts'

const limits = { operationsMax: 2, requestBytesMax: 512 * 1024 }
const announced = { ...limits, operationBytesMax: 128 * 1024, changesMax: 1_000 }
const lost: TransportReply<SyncResponse> = { type: 'unreachable', message: 'no answer' }

/** A device that pushes two operations at a time; every request waits until the test answers it. */
async function openLine(device: TestRecords = openTestRecords()) {
  const { syncStore, server, time } = device
  const requests: { readonly body: PushBody; readonly answer: (reply: TransportReply<SyncResponse>) => void }[] = []
  const told: SyncFact[] = []
  const line = { mayGoOn: true, isWanted: true, isCountDue: true, takes: 0 }
  const takeBatch: typeof syncStore.takeBatch = (fence, options) => {
    line.takes++
    return syncStore.takeBatch(fence, options)
  }
  const context: WorkContext = {
    store: new Proxy(syncStore, {
      get: (store, name) => (name === 'takeBatch' ? takeBatch : Reflect.get(store, name).bind(store)),
    }),
    fence: await syncStore.takeFence(),
    tenantId: 'acme',
    clock: time,
    transport: {
      traffic: () => ({ requests: 0, bytesSent: 0, bytesReceived: 0 }),
      push: (body) => new Promise((answer) => requests.push({ body, answer })),
      pull: () => Promise.reject(new Error('nothing is pulled')),
      renewToken: () => Promise.reject(new Error('no token is needed')),
      follow: () => () => undefined,
    },
    replayer: deafReplayer,
    readCounts: async () => ({ counts: await syncStore.counts(time.now()), isLatest: true }),
    tally: () => undefined,
    isCountDue: () => line.isCountDue,
    isWanted: () => line.isWanted,
    mayGoOn: () => line.mayGoOn,
    tell: (fact) => told.push(fact),
  }
  const judge = (body: PushBody): SyncResponse => ({ ...server.push(body), limits: announced })
  return {
    ...device,
    line,
    requests,
    told,
    context,
    judge,
    push: (operationsMax = 2) => pushBatches(context, 7, { type: 'push', limits, atMost: operationsMax }),
    /** Answers the request that is out, as the server would or otherwise. */
    answer: async (alter: (response: SyncResponse) => TransportReply<SyncResponse> = answered): Promise<void> => {
      const last = requests.at(-1)
      last?.answer(alter(judge(last.body)))
      await rest()
    },
    sent: () => requests.map(({ body }) => body.operations.map(({ payload }) => payload['name'])),
    states: async () =>
      Object.fromEntries(
        (await device.outbox.list()).map((entry) => [
          entry.kind === 'operation' ? entry.operation.payload['name'] : '',
          entry.state,
        ]),
      ),
  }
}

function answered(body: SyncResponse): TransportReply<SyncResponse> {
  return { type: 'answered', body, roundTripMs: 10 }
}

async function openLineWith(...names: readonly string[]) {
  const opened = await openLine()
  for (const name of names) await opened.records.product.create({ name })
  return opened
}

describe('batch after batch', () => {
  test('[PB1] the next one is chosen while a request is out, and leaves with the answer’s checkpoint before that is settled', async () => {
    const { push, requests, answer, sent, states, told, server } = await openLineWith('A', 'B', 'C', 'D', 'E')
    const ended = push()
    await rest()
    expect(sent()).toEqual([['A', 'B']])
    expect(await states()).toEqual({ A: 'sent', B: 'sent', C: 'sent', D: 'sent', E: 'ready' })
    await answer()
    expect(sent()).toEqual([
      ['A', 'B'],
      ['C', 'D'],
    ])
    expect(requests.map(({ body }) => body.checkpoint)).toEqual([undefined, '2'])
    expect(requests.map(({ body }) => body.ackedThrough)).toEqual([0, 0])
    expect(told).toMatchObject([{ type: 'pushSettled', workId: 7, settledCount: 2, isGoingOn: true, page: { isApplied: true } }])
    await answer()
    await answer()
    expect(await ended).toMatchObject({ type: 'pushSettled', settledCount: 1, isGoingOn: false, counts: { pending: 0 } })
    expect(sent()).toEqual([['A', 'B'], ['C', 'D'], ['E']])
    expect(server.rows().map(({ fields }) => fields['name'])).toEqual(['A', 'B', 'C', 'D', 'E'])
    expect(await states()).toEqual({})
  })

  test('[PB9] the outbox is counted between two batches where that is due, and always at the end', async () => {
    const { push, answer, told, line } = await openLineWith('A', 'B', 'C', 'D', 'E')
    line.isCountDue = false
    const ended = push()
    await rest()
    await answer()
    line.isCountDue = true
    await answer()
    expect(told).toMatchObject([
      { settledCount: 2, counts: undefined },
      { settledCount: 2, counts: { pending: 1 } },
    ])
    line.isCountDue = false
    await answer()
    expect(await ended).toMatchObject({ settledCount: 1, isGoingOn: false, counts: { pending: 0 } })
  })

  test('[PB1] where there is no more than one batch, no other is looked for', async () => {
    const { push, answer, line } = await openLineWith('A')
    const ended = push()
    await rest()
    await answer()
    expect(await ended).toMatchObject({ settledCount: 1, isGoingOn: false })
    expect(line.takes).toBe(1)
  })

  test('[PB2] nothing is chosen ahead while anything else that was sent is due, nor what waits for what is under way', async () => {
    const { push, sent, states, answer, syncStore, context, time } = await openLineWith('A', 'B', 'C', 'D', 'E')
    await syncStore.takeBatch(context.fence, { now: time.now(), limits: { ...limits, operationsMax: 3 }, tenantId: 'acme' })
    const ended = push()
    await rest()
    expect(sent()).toEqual([['A', 'B']])
    expect(await states()).toEqual({ A: 'sent', B: 'sent', C: 'sent', D: 'ready', E: 'ready' })
    await answer()
    expect(await ended).toMatchObject({ settledCount: 2, isGoingOn: false, counts: { pending: 3 } })

    const second = await openLine()
    const { id } = await second.records.product.create({ name: 'Root' })
    await second.records.product.create({ name: 'Other' })
    await second.records.stockMovement.create({ productId: id, quantity: 3 })
    await second.records.product.create({ name: 'Free' })
    const both = second.push()
    await rest()
    await second.answer()
    await second.answer()
    await both
    expect(second.sent()).toEqual([['Root', 'Other'], ['Free']])
  })

  test('[PB2] a group is chosen whole or not at all', async () => {
    const { records, push, answer, sent } = await openLineWith('A', 'B')
    await Promise.all([
      records.product.create({ name: 'G1' }, { groupId: 'g' }),
      records.product.create({ name: 'G2' }, { groupId: 'g' }),
    ])
    await records.product.create({ name: 'Z' })
    const ended = push()
    for (let request = 0; request < 3; request++) {
      await rest()
      await answer()
    }
    await ended
    expect(sent()).toEqual([['A', 'B'], ['G1', 'G2'], ['Z']])
  })

  test('[PB2] while it is being found out which operation is refused, nothing is chosen ahead', async () => {
    const { push, states, answer } = await openLineWith('A', 'B', 'C')
    const ended = push(1)
    await rest()
    expect(await states()).toEqual({ A: 'sent', B: 'ready', C: 'ready' })
    await answer()
    expect(await ended).toMatchObject({ settledCount: 1, isGoingOn: false })
  })
})

type Line = Awaited<ReturnType<typeof openLine>>

describe('what was chosen and does not leave', () => {
  const ends: readonly (readonly [string, (line: Line) => (response: SyncResponse) => TransportReply<SyncResponse>, string])[] = [
    ['the answer is lost', () => () => lost, 'requestFailed'],
    [
      'the request is refused',
      () => () => ({ type: 'refused', status: 401, code: 'TOKEN_EXPIRED', message: '', retryAfterMs: undefined }),
      'requestFailed',
    ],
    [
      'the device has to start over',
      () =>
        ({ checkpoint: _none, ...body }) =>
          answered({ ...body, changes: [], resyncRequired: 'tooOld' }),
      'pushSettled',
    ],
    [
      'the server takes fewer from now on',
      () => (body) => answered({ ...body, limits: { ...announced, operationsMax: 1 } }),
      'pushSettled',
    ],
    [
      'one operation is to come again',
      () => (body) =>
        answered({
          ...body,
          results: body.results.map((result, index) =>
            index === 0 ? { operationId: result.operationId, status: 'rejected', code: 'RATE_LIMITED' } : result,
          ),
        }),
      'pushSettled',
    ],
    ['a result is missing', () => (body) => answered({ ...body, results: body.results.slice(1) }), 'pushSettled'],
    [
      'a copy of this device is about',
      () => (body) =>
        answered({ ...body, results: body.results.map(({ operationId }) => ({ operationId, status: 'duplicate' })) }),
      'pushSettled',
    ],
    [
      'something else is due',
      (line) => (body) => {
        line.line.mayGoOn = false
        return answered(body)
      },
      'pushSettled',
    ],
  ]

  test.each(ends)('[PB3] where %s: it is sent with the next push, and takes effect once', async (_what, alterOf, type) => {
    const opened = await openLineWith('A', 'B', 'C', 'D', 'E')
    const { push, requests, answer, time, drain, server, states, line } = opened
    const ended = push()
    await rest()
    await answer(alterOf(opened))
    expect(await ended).toMatchObject({ type })
    expect(requests).toHaveLength(1)
    expect(await states()).toMatchObject({ C: 'sent', D: 'sent', E: 'ready' })
    line.mayGoOn = true
    time.advance(60_000)
    await drain()
    expect(await states()).toEqual({})
    expect(server.judged).toHaveLength(5)
    expect(new Set(server.judged.map(({ payload }) => payload['name']))).toEqual(new Set('ABCDE'))
  })

  test('[PB3] a request that is lost after another was answered leaves that one settled and itself due', async () => {
    const { push, answer, sent, states, told } = await openLineWith('A', 'B', 'C', 'D', 'E', 'F')
    const ended = push()
    await rest()
    await answer()
    await answer(() => lost)
    expect(await ended).toMatchObject({ type: 'requestFailed', operationIds: { length: 2 } })
    expect(told).toMatchObject([{ settledCount: 2 }])
    expect(sent()).toEqual([
      ['A', 'B'],
      ['C', 'D'],
    ])
    expect(await states()).toEqual({ C: 'sent', D: 'sent', E: 'sent', F: 'sent' })
  })
})

test('[PB4] whoever is replaced while two are on their way settles neither, and chooses nothing more', async () => {
  const { push, answer, syncStore, sent, states, drain, server } = await openLineWith('A', 'B', 'C', 'D', 'E', 'F')
  const ended = push()
  const failure = ended.catch((error: unknown) => error)
  await rest()
  await syncStore.takeFence()
  await answer()
  expect(await failure).toBeInstanceOf(FenceLostError)
  await answer()
  expect(sent()).toEqual([
    ['A', 'B'],
    ['C', 'D'],
  ])
  expect(await states()).toEqual({ A: 'sent', B: 'sent', C: 'sent', D: 'sent', E: 'ready', F: 'ready' })
  await drain()
  expect(server.judged).toHaveLength(6)
})

test('[PB5] the changes of an answer are taken only where those of the answer before it were', async () => {
  const { push, answer, syncStore, context, records, told, server, time } = await openLineWith('A', 'B', 'C', 'D')
  server.change({ entityType: 'recipe', recordId: 'theirs', operationType: 'create', payload: { title: 'T', body: '' } })
  const ended = push()
  await rest()
  // Another page is applied under the request, so that what it answers does not follow any more.
  await syncStore.applyChanges(
    context.fence,
    undefined,
    { ...server.pull(undefined), changes: [], checkpoint: 'elsewhere' },
    time.now(),
  )
  await answer()
  await answer()
  expect([...told, await ended]).toMatchObject([
    { settledCount: 2, page: { isApplied: false } },
    { settledCount: 2, page: { isApplied: false } },
  ])
  expect(await syncStore.checkpoint()).toBe('elsewhere')
  expect(await records.recipe.query()).toEqual([])
})

test('[PB6] killed anywhere, with answers lost anywhere: everything takes effect once, in the order of its lane', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), async (seed) => {
      const random = createSeededRandom(seed)
      const disk = new RecordDisk()
      let isSafe = true
      const fateOf = (): Promise<CommitFate> =>
        Promise.resolve(isSafe || random.chance(0.9) ? 'commit' : random.pick(['fail', 'vanish', 'commitUnheard'] as const))
      const { server, records, time } = openTestRecords({ disk })
      const written = await Promise.all(Array.from({ length: 7 }, (_, index) => records.product.create({ name: `${index}` })))
      for (let life = 0; life < 4; life++) {
        const opened = await openLine(openTestRecords({ disk, server, time, fateOf, seed: life }))
        isSafe = false
        void Promise.allSettled([opened.push()])
        const { id } = random.pick(written)
        await Promise.allSettled([records.product.update(id, { priceCents: life + 1 })])
        for (let request = random.below(4); request > 0; request--) {
          await rest()
          await opened.answer(random.chance(0.2) ? () => lost : answered)
        }
        await rest()
        isSafe = true
        time.advance(60_000)
      }
      const restarted = openTestRecords({ disk, server, time, seed: 9 })
      await restarted.drain()
      expect(await restarted.outbox.list()).toEqual([])
      const numbers = server.judged.map(({ operationId }) => operationId)
      expect(new Set(numbers).size).toBe(numbers.length)
      const creates = server.judged.filter(({ operationType }) => operationType === 'create')
      expect(creates).toHaveLength(7)
      const shown = await restarted.records.product.query()
      expect(Object.fromEntries(shown.map(({ id, priceCents }) => [id, priceCents]))).toEqual(
        Object.fromEntries(server.rows().map(({ recordId, fields }) => [recordId, fields['priceCents']])),
      )
    }),
    { numRuns: 60 },
  )
})

test('[LN5] a push that was given up while its batch was chosen does not leave any more', async () => {
  const { records, push, requests, line } = await openLine()
  await records.product.create({ name: 'Beet' })
  line.isWanted = false
  expect([await push(), requests]).toMatchObject([{ type: 'nothingWasSendable', counts: { pending: 1, inFlight: 1 } }, []])
})
