import { defineSchema, entity, type Operation, type OperationResult } from '@rejoin/core'
import { describe, expect, test } from 'vitest'
import {
  createRecordsWorld,
  identityOf,
  ScriptedDevice,
  startMs,
  stockSchema,
  type RecordsWorld,
} from '../testing/records-world.ts'

const ann = identityOf('ann')
const beet = { name: 'Beet', priceCents: 1 }
const yearMs = 365 * 24 * 60 * 60 * 1000

function at(ms: number): string {
  return new Date(ms).toISOString()
}

async function push({ service }: RecordsWorld, device: ScriptedDevice, operation: Operation): Promise<OperationResult> {
  const { results } = await service.sync(ann, device.request([operation]))
  const [result] = results
  if (result === undefined) throw new Error('no result')
  return result
}

/** A world with one product, recipe, memo and diary, each at version 1. */
async function openWorld(): Promise<{ world: RecordsWorld; phone: ScriptedDevice; desk: ScriptedDevice }> {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  await push(world, phone, phone.create('product', 'p1', beet))
  await push(world, phone, phone.create('recipe', 'r1', { title: 'Soup' }))
  await push(world, phone, phone.create('memo', 'm1', { text: 'old' }))
  world.time.advance(60_000)
  return { world, phone, desk: new ScriptedDevice('desk') }
}

test('[RP14] kill case 31: a device ten years ahead writes once; its stamp is clamped, and others can still edit', async () => {
  const { world, phone, desk } = await openWorld()
  const ahead = await push(
    world,
    phone,
    phone.update('product', 'p1', { name: 'Ahead' }, { baseVersion: 1, clientUpdatedAt: at(startMs + 10 * yearMs) }),
  )
  expect(ahead).toMatchObject({ status: 'applied', clockAdjusted: true, version: 2 })
  const stored = await world.store.tenant('acme').get({ entityType: 'product', recordId: 'p1' })
  expect(stored?.stamps['name']).toMatchObject({ time: world.time.now() })
  world.time.advance(1_000)
  const concurrent = desk.update('product', 'p1', { name: 'Later' }, { baseVersion: 1, clientUpdatedAt: at(world.time.now()) })
  const later = await push(world, desk, concurrent)
  expect(later).toMatchObject({ status: 'conflictResolved', lostFields: [], serverState: { fields: { name: 'Later' } } })
  expect(later.clockAdjusted).toBeUndefined()
})

test('[RP14] kill case 32: a device a day behind, with no concurrent edit, is not looked at by its clock', async () => {
  const { world, desk } = await openWorld()
  const behind = await push(
    world,
    desk,
    desk.update('product', 'p1', { name: 'Behind' }, { baseVersion: 1, clientUpdatedAt: at(startMs - yearMs / 365) }),
  )
  expect(behind).toMatchObject({ status: 'applied', version: 2, serverState: { fields: { name: 'Behind' } } })
})

test('[RP14] kill case 33: edits of different fields are both kept; of one field the same wins in either order of arrival', async () => {
  const ends = []
  for (const isReversed of [false, true]) {
    const { world, phone, desk } = await openWorld()
    const edits: (readonly [ScriptedDevice, Operation])[] = [
      [
        phone,
        phone.update(
          'product',
          'p1',
          { name: 'Early', note: 'by phone' },
          { baseVersion: 1, clientUpdatedAt: at(startMs + 1_000) },
        ),
      ],
      [
        desk,
        desk.update('product', 'p1', { name: 'Late', priceCents: 9 }, { baseVersion: 1, clientUpdatedAt: at(startMs + 2_000) }),
      ],
    ]
    for (const [device, operation] of isReversed ? edits.toReversed() : edits) await push(world, device, operation)
    const row = await world.service.get(ann, { entityType: 'product', recordId: 'p1' })
    ends.push(row?.fields)
  }
  expect(ends).toEqual([
    { name: 'Late', priceCents: 9, note: 'by phone' },
    { name: 'Late', priceCents: 9, note: 'by phone' },
  ])
})

describe('[RP14] kill case 34: a delete and a concurrent edit', () => {
  test.each([
    ['product', 'p1', { name: 'Edited' }],
    ['memo', 'm1', { text: 'Edited' }],
  ])('[RP14] %s: deleted in either order of arrival', async (entityType, recordId, payload) => {
    for (const isDeleteFirst of [true, false]) {
      const { world, phone, desk } = await openWorld()
      const remove = (): Promise<OperationResult> => push(world, phone, phone.delete(entityType, recordId, { baseVersion: 1 }))
      const edit = (): Promise<OperationResult> =>
        push(world, desk, desk.update(entityType, recordId, payload, { baseVersion: 1 }))
      const second = isDeleteFirst ? (await remove(), await edit()) : (await edit(), await remove())
      expect(second.code).toBe(isDeleteFirst ? 'DELETED' : 'CONFLICT_RESOLVED')
      expect(second.serverState).toMatchObject({ isDeleted: true })
    }
  })

  test('[RP14] recipe (server wins): whoever comes first', async () => {
    const { world, phone, desk } = await openWorld()
    await push(world, desk, desk.update('recipe', 'r1', { title: 'Borscht' }, { baseVersion: 1 }))
    const late = await push(world, phone, phone.delete('recipe', 'r1', { baseVersion: 1 }))
    expect(late).toMatchObject({ status: 'conflict', code: 'CONFLICT', serverState: { isDeleted: false, version: 2 } })
  })

  test('[RP14] an explicit restore works; an edit or a create that does not know the tombstone never resurrects', async () => {
    const { world, phone, desk } = await openWorld()
    const removed = await push(world, phone, phone.delete('product', 'p1', { baseVersion: 1 }))
    expect(await push(world, desk, desk.update('product', 'p1', { name: 'x' }, { baseVersion: 2 }))).toMatchObject({
      code: 'DELETED',
    })
    expect(await push(world, desk, desk.create('product', 'p1', beet))).toMatchObject({ code: 'DELETED' })
    const restored = desk.create('product', 'p1', { name: 'Back', priceCents: 2 }, { baseVersion: removed.version ?? 0 })
    expect(await push(world, desk, restored)).toMatchObject({
      status: 'applied',
      version: 3,
      serverState: { isDeleted: false, fields: { name: 'Back' } },
    })
  })
})

test('[RP14] kill case 35: server wins: the verdict carries the server’s state, and what the person wrote is in their operation', async () => {
  const { world, phone, desk } = await openWorld()
  await push(world, desk, desk.update('recipe', 'r1', { title: 'Borscht' }, { baseVersion: 1 }))
  const mine = phone.update('recipe', 'r1', { title: 'Stew' }, { baseVersion: 1 })
  const response = await world.service.sync(ann, phone.request([mine]))
  expect(response.results).toMatchObject([
    {
      status: 'conflict',
      code: 'CONFLICT',
      reason: { type: 'ConcurrentModification' },
      serverState: { fields: { title: 'Borscht' }, version: 2 },
    },
  ])
  expect(response.summary).toMatchObject({
    success: false,
    syncedCount: 0,
    conflictCount: 1,
    failedCount: 0,
    conflicts: [
      {
        operationId: mine.operationId,
        entityType: 'recipe',
        recordId: 'r1',
        reason: { type: 'ConcurrentModification' },
        resolved: false,
        decision: 'remote',
      },
    ],
  })
  expect(mine.payload).toEqual({ title: 'Stew' })
})

test('[RP12] a conflict that the policy settled counts as synced and as a conflict, with what it decided', async () => {
  const { world, phone, desk } = await openWorld()
  const early = at(startMs + 1_000)
  const late = at(startMs + 2_000)
  await push(
    world,
    phone,
    phone.update('product', 'p1', { name: 'Phone', priceCents: 5 }, { baseVersion: 1, clientUpdatedAt: late }),
  )
  const decisions = []
  for (const [payload, clientUpdatedAt] of [
    [{ name: 'Desk' }, early],
    [{ name: 'Desk', note: 'new' }, early],
    [{ priceCents: 7 }, at(startMs + 3_000)],
  ] as const) {
    const { summary } = await world.service.sync(
      ann,
      desk.request([desk.update('product', 'p1', payload, { baseVersion: 1, clientUpdatedAt })]),
    )
    expect(summary).toMatchObject({ success: true, syncedCount: 1, conflictCount: 1, failedCount: 0 })
    decisions.push(summary.conflicts.map(({ decision, resolved }) => [decision, resolved]))
  }
  expect(decisions).toEqual([[['remote', true]], [['merged', true]], [['local', true]]])
})

describe('[RP8] rights', () => {
  const reader = identityOf('bob', { entities: [{ entity: 'product', access: 'read' }] })
  const nobody = identityOf('eve', { entities: [] })
  const diary = { owner: 'ann', text: 'secret' }

  test('[RP8] by the token: a reader is refused with the state, others without', async () => {
    const { world, phone } = await openWorld()
    const operation = phone.update('product', 'p1', { name: 'x' }, { baseVersion: 1, deviceId: 'd', deviceSeq: 1 })
    const request = { ...phone.request([operation]), deviceId: 'd' }
    expect((await world.service.sync(reader, request)).results).toMatchObject([
      { code: 'FORBIDDEN', serverState: { recordId: 'p1' } },
    ])
    const hidden = await world.service.sync(nobody, {
      ...request,
      operations: [{ ...operation, operationId: '01900000-0000-7000-8000-ffffffffffff' }],
    })
    expect(hidden.results[0]).toMatchObject({ code: 'FORBIDDEN' })
    expect(hidden.results[0]?.serverState).toBeUndefined()
    expect(hidden.changes).toEqual([])
  })

  test('[RP8] by the schema: rows of others are neither shown nor changed, in no answer', async () => {
    const { world, phone } = await openWorld()
    await push(world, phone, phone.create('diary', 'd1', diary))
    const eve = identityOf('eve')
    const device = new ScriptedDevice('eves')
    const attempts = [
      device.update('diary', 'd1', { text: 'x' }, { baseVersion: 1 }),
      device.update('diary', 'd1', { owner: 'eve' }, { baseVersion: 1 }),
      device.delete('diary', 'd1', { baseVersion: 1 }),
      device.create('diary', 'd1', { owner: 'eve', text: 'x' }),
      device.create('diary', 'd2', diary),
    ]
    const { results, changes } = await world.service.sync(eve, device.request(attempts))
    expect(results.map(({ code, serverState }) => [code, serverState])).toEqual(attempts.map(() => ['FORBIDDEN', undefined]))
    expect(changes.map(({ entityType }) => entityType)).not.toContain('diary')
    expect(JSON.stringify([results, changes])).not.toContain('secret')
    expect((await world.service.list(eve, { entityType: 'diary', since: undefined, limit: 9 })).records).toEqual([])
    expect(await world.service.get(eve, { entityType: 'diary', recordId: 'd1' })).toBeUndefined()
    expect(await world.service.get(identityOf('boss', { isAdmin: true }), { entityType: 'diary', recordId: 'd1' })).toMatchObject(
      { id: 'd1' },
    )
  })

  test('[RP8] without a rule for writing, a row that may not be seen may not be changed either', async () => {
    const { fields, policy } = stockSchema.entities.diary
    const journal = entity({ fields, policy, canRead: ({ user }, row) => row.fields['owner'] === user })
    const world = createRecordsWorld({ schema: defineSchema({ version: 2, entities: { journal } }) })
    const [phone, other] = [new ScriptedDevice('phone'), new ScriptedDevice('eves')]
    await push(world, phone, phone.create('journal', 'd1', diary))
    const attempts = [
      other.update('journal', 'd1', { owner: 'eve' }, { baseVersion: 1 }),
      other.delete('journal', 'd1', { baseVersion: 1 }),
      other.create('journal', 'd2', diary),
    ]
    const { results } = await world.service.sync(identityOf('eve'), other.request(attempts))
    expect(results.map(({ code, status, version }) => [code ?? status, version])).toEqual([
      ['FORBIDDEN', undefined],
      ['FORBIDDEN', undefined],
      ['applied', 1],
    ])
  })

  test('[RP8] where rules look at the user, a checkpoint of another user starts over', async () => {
    const { world } = await openWorld()
    const { checkpoint } = await world.service.changes(ann, { checkpoint: undefined, limit: 100 })
    expect((await world.service.changes(identityOf('bob'), { checkpoint, limit: 9 })).resyncRequired).toBe('otherScope')
  })

  test('[RP8] a foreign tenant is refused operation by operation, and nothing is said of the record', async () => {
    const { world, phone } = await openWorld()
    const operations = [phone.create('product', 'p1', beet, { tenantId: 'other' }), phone.create('product', 'p2', beet)]
    const { results } = await world.service.sync(ann, phone.request(operations))
    expect(results.map(({ code, status, serverState }) => [code ?? status, serverState?.recordId])).toEqual([
      ['TENANT_MISMATCH', undefined],
      ['applied', 'p2'],
    ])
    const repeat = await world.service.sync(ann, phone.request(operations.slice(0, 1)))
    expect(repeat.results[0]?.serverState).toBeUndefined()
  })

  test('[RP8] a rule that throws shows nothing and fails the operation for now', async () => {
    const { world } = await openWorld()
    const fail = (): boolean => {
      throw new Error('the rule is broken')
    }
    const product = { ...stockSchema.entities.product, canRead: fail, canWrite: fail }
    const schema = { ...stockSchema, entities: { ...stockSchema.entities, product } }
    const broken = createRecordsWorld({ schema, store: world.store, time: world.time })
    const device = new ScriptedDevice('tablet')
    const { results, changes } = await broken.service.sync(
      ann,
      device.request([device.update('product', 'p1', { name: 'x' }, { baseVersion: 1 })]),
    )
    expect(results.map(({ code, serverState }) => [code, serverState])).toEqual([['INTERNAL', undefined]])
    expect(changes.map(({ entityType }) => entityType)).not.toContain('product')
    expect(broken.problems.length).toBeGreaterThan(1)
  })
})
