import { createSeededRandom } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import { createMemoryRecordDatabase, RecordDisk, type CommitFate } from '../record-database/memory-record-database.ts'
import { outboxContextOf } from '../records/local-records.ts'
import { sampleRequest } from '../testing/fake-app-server.ts'
import { openTestRecords, stockSchema, type TestRecords } from '../testing/test-records.ts'
import { moveOutbox } from './move-outbox.ts'

/** Requests made without a sign-in: one refused, one whose attempts are used up, two that wait. */
async function prepare() {
  const [fromDisk, intoDisk] = [new RecordDisk(), new RecordDisk()]
  const nobodys = openTestRecords({ disk: fromDisk, seed: 1, retries: { type: 'schedule', delaysMs: [] } })
  const { time, syncStore, requests } = nobodys
  const fence = await syncStore.takeFence()
  for (const [path, verdict] of [
    ['/refused', { type: 'told', kind: 'rejected', code: 'FORBIDDEN', message: 'no' }],
    ['/failed', { type: 'attempt', message: 'no' }],
  ] as const) {
    const requestId = await requests.keep(sampleRequest(path))
    await syncStore.takeRequest(fence, { lane: 'requests', now: time.now(), tenantId: 'default' })
    await syncStore.settleRequest(fence, { requestId, verdict, now: time.now() })
  }
  await requests.keep(sampleRequest('/waits', { lane: 'other' }))
  await requests.keep(sampleRequest('/last'))
  const ids = (await nobodys.outbox.list()).flatMap((entry) => (entry.kind === 'request' ? entry.request.requestId : []))
  const own = openTestRecords({ disk: intoDisk, seed: 2, time })
  const context = outboxContextOf({ schema: stockSchema, clock: time, random: createSeededRandom(3) })
  const move = async (fateOf?: () => Promise<CommitFate>): Promise<void> => {
    const options = fateOf === undefined ? {} : { fateOf }
    const from = createMemoryRecordDatabase({ disk: fromDisk, ...options })
    const into = createMemoryRecordDatabase({ disk: intoDisk, ...options })
    await moveOutbox({ from, fromName: 'nobodys', into, context })
  }
  return { nobodys, own, move, ids }
}

async function expectMoved(nobodys: TestRecords, own: TestRecords, ids: readonly string[]): Promise<void> {
  expect(await own.outbox.list()).toMatchObject(
    ids.map((requestId) => ({ kind: 'request', state: 'ready', attempts: 0, request: { requestId } })),
  )
  expect(await own.attention.list()).toMatchObject([{ kind: 'rejected', title: 'Send /refused' }])
  expect([await nobodys.outbox.list(), await nobodys.attention.list()]).toEqual([[], []])
  const bodies = ({ database }: TestRecords) => database.transaction('read', ({ requestBodies }) => requestBodies.count({}))
  expect([await bodies(nobodys), await bodies(own)]).toEqual([0, 4])
}

test('[RQ15] requests move with what else waits, under their ids and with their bodies', async () => {
  const { nobodys, own, move, ids } = await prepare()
  await move()
  await expectMoved(nobodys, own, ids)
  const fence = await own.syncStore.takeFence()
  const sent = await own.syncStore.takeRequest(fence, { lane: 'requests', now: own.time.now(), tenantId: 'acme' })
  expect([sent?.url, new TextDecoder().decode(sent?.body)]).toEqual(['https://app.example/failed', '{"path":"/failed"}'])
  const [item] = await own.attention.list()
  await own.attention.retry(item?.id ?? 0)
  expect(await own.outbox.list()).toHaveLength(4)
})

test('[RQ15] a move that is cut short at any commit and begun again moves each once', async () => {
  for (const fate of ['vanish', 'commitUnheard'] as const) {
    let boundary = 0
    for (let isDone = false; !isDone;) {
      boundary++
      const { nobodys, own, move, ids } = await prepare()
      const { promise: killed, resolve } = Promise.withResolvers<'killed'>()
      let commits = 0
      const fateOf = async (): Promise<CommitFate> => {
        commits++
        if (commits === boundary) queueMicrotask(() => resolve('killed'))
        return commits < boundary ? 'commit' : commits === boundary ? fate : 'vanish'
      }
      isDone = (await Promise.race([killed, move(fateOf).then(() => 'done' as const)])) === 'done'
      await move()
      await expectMoved(nobodys, own, ids)
    }
    expect(boundary).toBeGreaterThan(8)
  }
})

test('[RQ15] what was set aside as damaged keeps its body, for a version that can read it', async () => {
  const { nobodys, own, move } = await prepare()
  const damaged = await nobodys.database.transaction('write', async ({ requests }) => {
    const [row] = await requests.range({ index: '[lane+entryId]', from: ['other', 0], to: ['other', Infinity] })
    await requests.put(Object({ ...Object(row), attempts: 'many' }))
    return row
  })
  await nobodys.check()
  await move()
  const item = (await own.attention.list()).find(({ kind }) => kind === 'unreadable')
  await own.database.transaction('write', async ({ attention }) => {
    await attention.put(Object({ ...Object(await attention.get(item?.id ?? 0)), raw: damaged }))
  })
  await own.attention.retry(item?.id ?? 0)
  const fence = await own.syncStore.takeFence()
  const sent = await own.syncStore.takeRequest(fence, { lane: 'other', now: own.time.now(), tenantId: 'acme' })
  expect([sent?.url, new TextDecoder().decode(sent?.body)]).toEqual(['https://app.example/waits', '{"path":"/waits"}'])
})
