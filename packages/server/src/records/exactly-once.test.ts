import type { OperationResult } from '@rejoin/core'
import { expect, test } from 'vitest'
import { createRecordsWorld, identityOf, nextOperationId, ScriptedDevice, type RecordsWorld } from '../testing/records-world.ts'

const ann = identityOf('ann')
const dayMs = 24 * 60 * 60 * 1000

async function rowsOf({ service }: RecordsWorld): Promise<unknown> {
  const { changes } = await service.changes(ann, { checkpoint: undefined, limit: 1_000 })
  return changes.map(({ entityType, recordId, version, fields, isDeleted }) => ({
    entityType,
    recordId,
    version,
    fields,
    isDeleted,
  }))
}

function verdicts(results: readonly OperationResult[]): unknown {
  return results.map(({ status, code, first }) => [status, code ?? null, first?.status ?? null])
}

test('[RP2] kill case 1: the answer is lost after the commit; the repeat has the same verdict, one effect and the present state', async () => {
  const world = createRecordsWorld()
  const [phone, desk] = [new ScriptedDevice('phone'), new ScriptedDevice('desk')]
  const create = phone.create('product', 'p1', { name: 'Beet', priceCents: 120 })
  const lost = await world.service.sync(ann, phone.request([create]))
  await world.service.sync(ann, desk.request([desk.update('product', 'p1', { priceCents: 130 }, { baseVersion: 1 })]))
  const { results } = await world.service.sync(ann, phone.request([create]))
  expect(lost.results).toMatchObject([{ status: 'applied', seq: 1, version: 1 }])
  expect(results).toEqual([
    {
      operationId: create.operationId,
      status: 'duplicate',
      first: { status: 'applied', seq: 1, version: 1 },
      serverState: expect.objectContaining({ version: 2, seq: 2, fields: { name: 'Beet', priceCents: 130 } }),
    },
  ])
  expect(await rowsOf(world)).toHaveLength(1)
})

test('[RP2] kill case 2: two tabs and a service worker send the same operation at once: one effect, and the others are told so', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  const create = phone.create('movement', 'm1', { productId: 'p1', quantity: 5 })
  const answers = await Promise.all([1, 2, 3].map(() => world.service.sync(ann, phone.request([create]))))
  expect(answers.flatMap(({ results }) => verdicts(results))).toEqual([
    ['applied', null, null],
    ['duplicate', null, 'applied'],
    ['duplicate', null, 'applied'],
  ])
  expect(answers.map(({ results }) => results[0]?.serverState?.version)).toEqual([1, 1, 1])
  expect(await rowsOf(world)).toHaveLength(1)
})

test('[RP2] the same operation twice in one request takes effect once', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  const create = phone.create('product', 'p1', { name: 'Beet', priceCents: 120 })
  const { results, summary } = await world.service.sync(ann, phone.request([create, create]))
  expect(verdicts(results)).toEqual([
    ['applied', null, null],
    ['duplicate', null, 'applied'],
  ])
  expect(summary).toMatchObject({ success: true, syncedCount: 2, failedCount: 0 })
})

test('[RP2] permanent verdicts are kept, transient ones are not', async () => {
  let isFailing = true
  const world = createRecordsWorld({
    hooks: {
      beforeApply: ({ recordId }) => {
        if (isFailing && recordId === 'flaky') throw new Error('the bookkeeping is away')
      },
    },
  })
  const phone = new ScriptedDevice('phone')
  const operations = [
    phone.update('product', 'nowhere', { name: 'x' }),
    phone.create('product', 'flaky', { name: 'Beet', priceCents: 1 }),
    phone.create('product', 'new', { name: 'Beet', priceCents: 1 }, { schemaVersion: 9 }),
  ]
  const first = await world.service.sync(ann, phone.request(operations))
  expect(verdicts(first.results)).toEqual([
    ['rejected', 'NOT_FOUND', null],
    ['rejected', 'INTERNAL', null],
    ['rejected', 'UPGRADE_REQUIRED', null],
  ])
  expect(first.summary.failedOperations.map(({ retryable }) => retryable)).toEqual([false, true, true])
  isFailing = false
  const second = await world.service.sync(ann, phone.request(operations))
  expect(verdicts(second.results)).toEqual([
    ['duplicate', null, 'rejected'],
    ['applied', null, null],
    ['rejected', 'UPGRADE_REQUIRED', null],
  ])
  expect(second.summary).toMatchObject({ success: false, syncedCount: 1, failedCount: 2 })
  expect(world.problems).toHaveLength(1)
})

test('[RP3] kill case 3: the same id with another intention, or from another user, is refused without a word about the first', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  const create = phone.create('product', 'p1', { name: 'Beet', priceCents: 120 })
  await world.service.sync(ann, phone.request([create]))
  const before = await rowsOf(world)
  const others = [
    { ...create, payload: { name: 'Beet', priceCents: 121 } },
    { ...create, recordId: 'p2' },
    { ...create, operationType: 'delete' as const, payload: {} },
    { ...create, baseVersion: 1 },
    { ...create, groupId: 'g' },
    { ...create, clientUpdatedAt: '2026-11-21T12:00:00.001Z' },
  ]
  for (const other of others) {
    const { results } = await world.service.sync(ann, phone.request([other]))
    expect(results).toEqual([
      { operationId: create.operationId, status: 'rejected', code: 'ID_REUSED', message: expect.any(String) },
    ])
  }
  const { results } = await world.service.sync(identityOf('eve'), phone.request([create]))
  expect(results).toEqual([
    { operationId: create.operationId, status: 'rejected', code: 'ID_REUSED', message: expect.any(String) },
  ])
  expect(await rowsOf(world)).toEqual(before)
})

test('[RP3] the order of keys is no other intention; another device and number are none either', async () => {
  const world = createRecordsWorld()
  const [phone, clone] = [new ScriptedDevice('phone'), new ScriptedDevice('clone')]
  const create = phone.create('product', 'p1', { name: 'Beet', priceCents: 120 })
  await world.service.sync(ann, phone.request([create]))
  const again = {
    ...create,
    payload: { priceCents: 120, name: 'Beet' },
    deviceId: 'clone',
    deviceSeq: 77,
    priority: 'HIGH' as const,
  }
  const { results } = await world.service.sync(ann, clone.request([again]))
  expect(verdicts(results)).toEqual([['duplicate', null, 'applied']])
})

test('[RP4] kill case 6: a repeat 400 days later, after pruning, is known by its number and changes nothing', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  const operations = [
    phone.create('movement', 'm1', { productId: 'p1', quantity: 5 }),
    phone.create('movement', 'm2', { productId: 'p1', quantity: 7 }),
  ]
  await world.service.sync(ann, phone.request(operations))
  await world.service.sync(ann, phone.request([], { ackedThrough: 1 }))
  world.time.advance(400 * dayMs)
  await world.store.prune({ tombstones: 0, verdicts: world.time.now() - 30 * dayMs })
  const before = await rowsOf(world)
  const late = operations.map((operation) => ({ ...operation, recordId: `${operation.recordId}` }))
  const { results, summary } = await world.service.sync(ann, phone.request(late))
  expect(results.map(({ status, first }) => ({ status, first }))).toEqual([
    { status: 'duplicate', first: undefined },
    { status: 'duplicate', first: { status: 'applied', seq: 1, version: 1 } },
  ])
  expect(results.map(({ serverState }) => serverState?.recordId)).toEqual(['m1', 'm2'])
  expect(summary).toMatchObject({ success: true, syncedCount: 2 })
  expect(await rowsOf(world)).toEqual(before)
})

test('[RP5] kill case 7: two devices with one identity are found out, and nothing of either is lost', async () => {
  const world = createRecordsWorld()
  const [original, clone] = [new ScriptedDevice('phone'), new ScriptedDevice('phone')]
  const mine = original.create('product', 'p1', { name: 'Beet', priceCents: 1 })
  const theirs = clone.create('product', 'p2', { name: 'Leek', priceCents: 2 })
  await world.service.sync(ann, original.request([mine]))
  const forked = await world.service.sync(ann, clone.request([theirs]))
  expect(forked.results).toEqual([
    { operationId: theirs.operationId, status: 'rejected', code: 'DEVICE_FORKED', message: expect.any(String) },
  ])
  expect(forked.summary.failedOperations).toEqual([{ operation: theirs.operationId, error: 'DEVICE_FORKED', retryable: true }])
  const renamed = new ScriptedDevice('phone-2')
  const again = { ...theirs, deviceId: 'phone-2', deviceSeq: 1 }
  expect(verdicts((await world.service.sync(ann, renamed.request([again]))).results)).toEqual([['applied', null, null]])
  expect(await rowsOf(world)).toMatchObject([{ recordId: 'p1' }, { recordId: 'p2' }])
})

test('[RP5] two operations with one number in one request are a fork, too; another user’s device of that name is not', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  const one = phone.create('product', 'p1', { name: 'Beet', priceCents: 1 })
  const two = { ...one, operationId: nextOperationId(), recordId: 'p2' }
  expect(verdicts((await world.service.sync(ann, phone.request([one, two]))).results)).toEqual([
    ['applied', null, null],
    ['rejected', 'DEVICE_FORKED', null],
  ])
  const { results } = await world.service.sync(identityOf('bob'), phone.request([two]))
  expect(verdicts(results)).toEqual([['applied', null, null]])
})

test('[RP2] kill case 8: +5 sent three times across a restart and another token: the balance is +5', async () => {
  const first = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  const operation = phone.create('movement', 'm1', { productId: 'p1', quantity: 5 })
  await first.service.sync(ann, phone.request([operation]))
  await first.service.sync({ ...ann, tokenId: 'another' }, phone.request([operation]))
  const restarted = createRecordsWorld({ store: first.store, time: first.time })
  await restarted.service.sync(ann, phone.request([operation]))
  const { changes } = await restarted.service.changes(ann, { checkpoint: undefined, limit: 10 })
  expect(changes.map(({ fields }) => fields['quantity'])).toEqual([5])
})

test('[RP15] a commit that fails rejects the request and leaves nothing; sent again it is taken', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  const request = phone.request([phone.create('product', 'p1', { name: 'Beet', priceCents: 1 })])
  world.memory.failNextCommit(new Error('disk full'))
  await expect(world.service.sync(ann, request)).rejects.toThrow('disk full')
  expect(await rowsOf(world)).toEqual([])
  expect(verdicts((await world.service.sync(ann, request)).results)).toEqual([['applied', null, null]])
})

test('[RP15] where another writer was faster everything is judged again on what it left', async () => {
  const world = createRecordsWorld()
  const rival = createRecordsWorld({ store: world.memory, time: world.time })
  const [phone, desk] = [new ScriptedDevice('phone'), new ScriptedDevice('desk')]
  const requests = [
    world.service.sync(ann, phone.request([phone.create('product', 'p1', { name: 'Beet', priceCents: 1 })])),
    rival.service.sync(ann, desk.request([desk.create('product', 'p1', { name: 'Leek', priceCents: 2 })])),
  ]
  const answers = await Promise.all(requests)
  expect(answers.flatMap(({ results }) => verdicts(results))).toEqual([
    ['applied', null, null],
    ['conflict', 'ALREADY_EXISTS', null],
  ])
})

test('[RP15] requests of a tenant that wait beyond the bound are refused, not kept', async () => {
  const world = createRecordsWorld()
  world.memory.holdCommits()
  const phone = new ScriptedDevice('phone')
  const requests = Array.from({ length: 1_300 }, (_, index) =>
    world.service.sync(ann, phone.request([phone.create('product', `p${index}`, { name: 'Beet', priceCents: 1 })])),
  )
  const settled = Promise.allSettled(requests)
  await new Promise((resolve) => setImmediate(resolve))
  world.memory.releaseCommits()
  const outcomes = await settled
  const refused = outcomes.filter(({ status }) => status === 'rejected')
  expect(refused.length).toBe(300)
  expect(refused[0]).toMatchObject({ reason: { code: 'OVERLOADED' } })
  expect(await rowsOf(world)).toHaveLength(1_000)
})

test('[RP18] one entry of the audit says who did what, never with a payload; a repeat adds none', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  const operations = [
    phone.create('product', 'p1', { name: 'secret', priceCents: 1 }),
    phone.update('product', 'p9', { name: 'secret' }),
  ]
  await world.service.sync(ann, phone.request(operations))
  await world.service.sync(ann, phone.request(operations))
  const entries = world.memory.auditOf('acme')
  expect(entries).toMatchObject([{ at: world.time.now(), user: 'ann', deviceId: 'phone' }])
  expect(JSON.parse(entries[0]?.facts ?? '')).toEqual({
    operations: [
      [operations[0]?.operationId, 'create', 'product', 'p1', 'applied', null, 1],
      [operations[1]?.operationId, 'update', 'product', 'p9', 'rejected', 'NOT_FOUND', null],
    ],
  })
})
