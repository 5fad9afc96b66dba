import { createSeededRandom } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createMemoryRecordDatabase, RecordDisk, type CommitFate } from '../record-database/memory-record-database.ts'
import { outboxContextOf } from '../records/local-records.ts'
import { sampleRequest } from '../testing/fake-app-server.ts'
import { openTestRecords, stockSchema, type TestRecords } from '../testing/test-records.ts'
import { moveOutbox } from './move-outbox.ts'

const limits = { operationsMax: 1, requestBytesMax: 500_000 }

/** Of changes and of requests: one that was refused, one that was damaged, one that waits; and a change that fits no request. */
async function leaveBehind(device: TestRecords): Promise<void> {
  const { records, requests, syncStore, server, time } = device
  await records.product.create({ name: 'Refused' })
  await records.product.create({ name: 'Unfit' })
  await requests.keep(sampleRequest('/refused'))
  await damage(device, { requestId: await requests.keep(sampleRequest('/damaged')) })
  await damage(device, { recordId: (await records.product.create({ name: 'Damaged' })).id })
  await device.check()
  await mendDamaged(device)
  const now = { now: time.now() }
  const mine = { ...now, tenantId: 'default' }
  const fence = await syncStore.takeFence()
  server.interfere = () => ({ status: 'rejected', code: 'FORBIDDEN' })
  const batch = await syncStore.takeBatch(fence, { ...mine, limits })
  await syncStore.settle(fence, batch, server.push(batch), time.now())
  const unfit = (await syncStore.takeBatch(fence, { ...mine, limits })).operations.map(({ operationId }) => operationId)
  await syncStore.quarantine(fence, unfit, { code: 'TOO_LARGE', message: 'no', ...now })
  const { requestId = '' } = (await syncStore.takeRequest(fence, { ...mine, lane: 'requests' })) ?? {}
  const verdict = { type: 'told', kind: 'rejected', code: 'FORBIDDEN', message: 'no' } as const
  await syncStore.settleRequest(fence, { requestId, verdict, ...now })
  await records.product.create({ name: 'Waits' })
  await requests.keep(sampleRequest('/waits'))
}

const damaged = { attempts: 'many' }

function damage({ database }: TestRecords, named: { readonly requestId: string } | { readonly recordId: string }): Promise<void> {
  return database.transaction('write', async ({ requests, outbox }) => {
    const table = 'requestId' in named ? requests : outbox
    const [index, key] =
      'requestId' in named ? ['request.requestId', named.requestId] : ['recordKey', `product/${named.recordId}`]
    const [row] = await table.range({ index, from: key, to: key })
    await table.put(Object({ ...Object(row), ...damaged }))
  })
}

/** As if the version that comes next could read them. */
async function mendDamaged({ database, attention }: TestRecords): Promise<void> {
  const items = (await attention.list()).filter(({ kind }) => kind === 'unreadable')
  await database.transaction('write', async ({ attention: table }) => {
    for (const { id, raw } of items) {
      await table.put(Object({ ...Object(await table.get(id)), raw: { ...Object(raw), attempts: 0 } }))
    }
  })
}

async function prepare() {
  const [fromDisk, intoDisk] = [new RecordDisk(), new RecordDisk()]
  const nobodys = openTestRecords({ disk: fromDisk, seed: 1 })
  await leaveBehind(nobodys)
  const own = openTestRecords({ disk: intoDisk, seed: 2, time: nobodys.time })
  const context = outboxContextOf({ schema: stockSchema, clock: nobodys.time, random: createSeededRandom(3) })
  const move = async (onCommit: () => void = () => undefined): Promise<void> => {
    const fateOf = (): Promise<CommitFate> => {
      onCommit()
      return Promise.resolve('commit')
    }
    const from = createMemoryRecordDatabase({ disk: fromDisk, fateOf })
    const into = createMemoryRecordDatabase({ disk: intoDisk, fateOf })
    await moveOutbox({ from, fromName: 'nobodys', into, context })
  }
  return { nobodys, own, move }
}

const namedSchema = z.object({
  request: z.object({ title: z.string() }).optional(),
  operation: z.object({ payload: z.object({ name: z.string().optional(), note: z.string().optional() }) }).optional(),
})

/** What is there for a person: waiting, or to be dealt with. */
async function things({ outbox, attention }: TestRecords): Promise<readonly string[]> {
  const [entries, items] = await Promise.all([outbox.list(), attention.list()])
  return [...entries, ...items.map((item) => item.raw ?? item)].map((thing) => {
    const { request, operation } = namedSchema.parse(thing)
    return request?.title ?? [operation?.payload.name, operation?.payload.note].join(' ').trim()
  })
}

type Deed = (list: TestRecords['attention'], id: number) => Promise<unknown>

test.each<readonly [string, Deed]>([
  ['tries again', (attention, id) => attention.retry(id)],
  ['mends', (attention, id) => attention.editAndResend(id, { note: 'mended' })],
])('[SP7] what a person %s in an old tab while its work is moved, at whatever commit, is not lost', async (_name, deed) => {
  let boundary = 0
  for (let isEnded = false; !isEnded;) {
    boundary++
    const { nobodys, own, move } = await prepare()
    const items = await nobodys.attention.list()
    let commits = 0
    let seen: Promise<readonly (readonly string[])[]> | undefined
    await move(() => {
      if (++commits !== boundary) return
      void Promise.allSettled(items.map(({ id }) => deed(nobodys.attention, id)))
      // Each disk does one thing after the other: this is what is there right after that.
      seen = Promise.all([things(nobodys), things(own)])
    })
    isEnded = seen === undefined
    const before = (await seen)?.flat() ?? []
    await move()
    const after = await things(own)
    expect([boundary, before.filter((thing) => !after.includes(thing))]).toEqual([boundary, []])
    expect(await things(nobodys)).toEqual([])
  }
  expect(boundary).toBeGreaterThan(5)
})
