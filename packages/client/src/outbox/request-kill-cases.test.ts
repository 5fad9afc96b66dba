import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RecordDisk } from '../record-database/memory-record-database.ts'
import { isRequestVerdict, judgeReplay } from '../sync/judge-replay.ts'
import type { ReplayReply, RequestToReplay } from '../sync/request-replayer.ts'
import { answered, FakeAppServer, sampleRequest } from '../testing/fake-app-server.ts'
import { killAt } from '../testing/kill-at.ts'
import { repeatingDatabase } from '../testing/repeating-database.ts'
import { SyncDevice } from '../testing/sync-device.ts'
import { openTestRecords, type TestRecords } from '../testing/test-records.ts'

/** A server that remembers what it did under which key: a repeat has no effect. */
class IdempotentServer {
  readonly received: string[] = []
  readonly effects: string[] = []
  readonly #keys = new Set<string>()

  answer({ requestId, url }: RequestToReplay): ReplayReply {
    const { pathname } = new URL(url)
    this.received.push(pathname)
    if (!this.#keys.has(requestId)) this.effects.push(pathname)
    this.#keys.add(requestId)
    return answered(200)
  }
}

/** All lanes at once, each one after the other. */
async function drain(device: TestRecords, server: IdempotentServer, lanes: readonly string[] = ['requests']): Promise<void> {
  const fence = await device.syncStore.takeFence()
  await Promise.all(lanes.map((lane) => drainLane(device, server, { fence, lane })))
}

async function drainLane(
  { syncStore, time }: TestRecords,
  server: IdempotentServer,
  { fence, lane }: { readonly fence: number; readonly lane: string },
): Promise<void> {
  for (;;) {
    const request = await syncStore.takeRequest(fence, { lane, now: time.now(), tenantId: 'acme' })
    if (request === undefined) return
    const verdict = judgeReplay(server.answer(request))
    if (!isRequestVerdict(verdict)) throw new Error('the server answers everything')
    await syncStore.settleRequest(fence, { requestId: request.requestId, verdict, now: time.now() })
  }
}

describe('killed at any instant', () => {
  const paths = ['/one', '/two', '/three']

  for (const fate of ['vanish', 'commitUnheard'] as const) {
    test(`[RQ10] what was answered with 202 takes effect once and in order, killed ${fate === 'vanish' ? 'before' : 'after'} any commit`, async () => {
      let boundary = 0
      for (let isDone = false; !isDone;) {
        boundary++
        const [disk, server, told] = [new RecordDisk(), new IdempotentServer(), new Array<string>()]
        const { fateOf, killed } = killAt(boundary, fate)
        const device = openTestRecords({ disk, fateOf })
        const work = async (): Promise<'done'> => {
          for (const path of paths) {
            await device.requests.keep(sampleRequest(path))
            told.push(path)
            if (path === '/two') await drain(device, server)
          }
          await drain(device, server)
          return 'done'
        }
        isDone = (await Promise.race([killed, work()])) === 'done'
        const restarted = openTestRecords({ disk, seed: 2 })
        await restarted.check()
        await drain(restarted, server)
        expect(server.effects.filter((path) => told.includes(path))).toEqual(told)
        expect(new Set(server.effects).size).toBe(server.effects.length)
        expect([await restarted.outbox.list(), await restarted.attention.list()]).toEqual([[], []])
        const bodies = await restarted.database.transaction('read', ({ requestBodies }) => requestBodies.range({}))
        expect(bodies).toEqual([])
      }
      expect(boundary).toBeGreaterThan(8)
    })
  }

  test('[RQ10] the same where several lanes are sent at once, and share their transactions', async () => {
    const lanes = ['a', 'b', 'c']
    let boundary = 0
    for (let isDone = false; !isDone;) {
      boundary++
      for (const fate of ['vanish', 'commitUnheard'] as const) {
        const [disk, server] = [new RecordDisk(), new IdempotentServer()]
        const before = openTestRecords({ disk })
        for (const path of ['/1', '/2', '/3']) {
          for (const lane of lanes) await before.requests.keep(sampleRequest(`/${lane}${path}`, { lane }))
        }
        const { fateOf, killed } = killAt(boundary, fate)
        const device = openTestRecords({ disk, seed: 2, fateOf })
        const ended = await Promise.race([killed, drain(device, server, lanes).then(() => 'done' as const)])
        isDone = ended === 'done'
        const restarted = openTestRecords({ disk, seed: 3 })
        await drain(restarted, server, lanes)
        for (const lane of lanes) {
          const effects = server.effects.filter((path) => path.startsWith(`/${lane}/`))
          expect(effects).toEqual([`/${lane}/1`, `/${lane}/2`, `/${lane}/3`])
        }
        expect([await restarted.outbox.list(), await restarted.attention.list()]).toEqual([[], []])
      }
    }
    expect(boundary).toBeGreaterThan(5)
  })

  test('[RQ10] a lane that is taken twice at once gives the same request, and is settled once', async () => {
    const { requests, syncStore, outbox } = openTestRecords()
    for (const path of ['/one', '/two']) await requests.keep(sampleRequest(path))
    const fence = await syncStore.takeFence()
    const take = () => syncStore.takeRequest(fence, { lane: 'requests', now: 0, tenantId: 'acme' })
    const [first, again] = await Promise.all([take(), take()])
    expect(first).toEqual(again)
    const settle = () => syncStore.settleRequest(fence, { requestId: first?.requestId ?? '', verdict: { type: 'done' }, now: 0 })
    const settled = await Promise.all([settle(), settle()])
    expect(settled.map(({ isSettled }) => isSettled)).toEqual([true, false])
    expect(await outbox.list()).toMatchObject([{ state: 'ready', request: { url: 'https://app.example/two' } }])
  })

  test('[RQ10] after sending, before settling: it is sent again under the same key, which the server can recognise', async () => {
    const [disk, server] = [new RecordDisk(), new IdempotentServer()]
    const device = openTestRecords({ disk })
    await device.requests.keep(sampleRequest('/one'))
    const fence = await device.syncStore.takeFence()
    const sent = await device.syncStore.takeRequest(fence, { lane: 'requests', now: 0, tenantId: 'acme' })
    if (sent === undefined) throw new Error('nothing was taken')
    server.answer(sent)
    await drain(openTestRecords({ disk, seed: 2 }), server)
    expect([server.received, server.effects]).toEqual([['/one', '/one'], ['/one']])
  })

  test('[RQ1] a device without room keeps nothing, and says so', async () => {
    const device = openTestRecords({ fateOf: () => Promise.resolve('fail') })
    await expect(device.requests.keep(sampleRequest('/one'))).rejects.toMatchObject({ code: 'quotaExceeded' })
    expect(await device.outbox.list()).toEqual([])
  })

  test('[RQ1] a transaction that is done once more after it was reported as lost keeps the request once', async () => {
    const disk = new RecordDisk()
    await openTestRecords({ disk, database: repeatingDatabase(disk), seed: 2 }).requests.keep(sampleRequest('/one'))
    expect(await openTestRecords({ disk }).outbox.list()).toHaveLength(1)
  })
})

const statuses = [200, 204, 400, 401, 404, 408, 409, 413, 422, 425, 429, 500, 502, 503, 0] as const

test('[RQ11] whatever is answered: every request ends once as done or shown, or waits, and no lane is out of order', async () => {
  const reply = fc.oneof(
    fc.constantFrom(...statuses).map((status) => answered(status, status === 429 ? { retryAfterMs: 5_000 } : {})),
    fc
      .constantFrom<ReplayReply['type'][]>('unreachable', 'unexpected', 'noToken')
      .map((type) => ({ type, message: 'why' }) as ReplayReply),
  )
  const made = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(made, fc.array(reply, { maxLength: 30 }), async (lanes, replies) => {
      const [device, app] = [new SyncDevice(), new FakeAppServer()]
      const done: string[] = []
      const [left, finals] = [[...replies], new Map<string, number>()]
      app.answer = ({ requestId, url }) => {
        // After those of the script the server is well.
        const next = left.shift() ?? answered(200)
        const verdict = judgeReplay(next)
        if (verdict.type === 'done' || verdict.type === 'told') finals.set(requestId, (finals.get(requestId) ?? 0) + 1)
        if (verdict.type === 'done') done.push(url)
        return next
      }
      const tab = device.openTab({ replayer: app })
      for (const [at, lane] of lanes.entries()) await tab.local.requests.keep(sampleRequest(`/${lane}/${at}`, { lane }))
      await device.advance(2_000)
      const [waiting, shown] = [await tab.local.outbox.list(), await tab.local.attention.list()]
      // None is done or shown twice, and none is both, or neither, or waits as well.
      const ended = [...finals.keys()]
      const waits = waiting.flatMap((entry) => (entry.kind === 'request' ? entry.request.requestId : []))
      expect(ended.length + waits.length).toBe(lanes.length)
      expect(new Set([...ended, ...waits]).size).toBe(lanes.length)
      expect([...finals.values()].every((count) => count === 1)).toBe(true)
      const told = shown.filter(({ kind }) => kind === 'conflict' || kind === 'rejected')
      expect(told.length + done.length).toBe(ended.length)
      // In each lane the first attempts are in the order in which the requests were made.
      for (const lane of ['a', 'b']) {
        const firsts = [...new Set(app.paths.filter((path) => path.startsWith(`/${lane}/`)))]
        const madeThere = lanes.flatMap((own, at) => (own === lane ? `/${lane}/${at}` : []))
        expect(firsts).toEqual(madeThere.slice(0, firsts.length))
      }
      await tab.close()
    }),
    { numRuns: 150 },
  )
}, 60_000)
