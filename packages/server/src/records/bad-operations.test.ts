import { expect, test } from 'vitest'
import { defineSchema, entity, lastWriteWins } from '@rejoin/core'
import { z } from 'zod'
import { createRecordsWorld, identityOf, ScriptedDevice, type RecordsWorld } from '../testing/records-world.ts'
import { OperationRejection } from './sync-service.ts'

const ann = identityOf('ann')

async function idsOf({ service }: RecordsWorld): Promise<readonly string[]> {
  const { changes } = await service.changes(ann, { checkpoint: undefined, limit: 1_000 })
  return changes.map(({ recordId }) => recordId).toSorted()
}

const beet = { name: 'Beet', priceCents: 1 }

test('[RP6] kill case 9: of a batch of 50, one is invalid, one conflicts and one crashes the hook: 47 are applied, 3 have verdicts', async () => {
  const world = createRecordsWorld({
    hooks: {
      beforeApply: async ({ recordId }, tx) => {
        if (recordId !== 'p40') return
        await tx.write('product', 'written-by-hook', beet)
        throw new Error('crashed')
      },
    },
  })
  const [phone, desk] = [new ScriptedDevice('phone'), new ScriptedDevice('desk')]
  await world.service.sync(ann, desk.request([desk.create('recipe', 'r1', { title: 'Soup' })]))
  await world.service.sync(ann, desk.request([desk.update('recipe', 'r1', { title: 'Borscht' }, { baseVersion: 1 })]))
  const operations = Array.from({ length: 50 }, (_, index) => {
    if (index === 17) return phone.create('product', 'p17', { name: '', priceCents: -1 })
    if (index === 31) return phone.update('recipe', 'r1', { title: 'Stew' }, { baseVersion: 1 })
    return phone.create('product', `p${index}`, beet)
  })
  const { results, summary } = await world.service.sync(ann, phone.request(operations))
  expect(results.filter(({ status }) => status === 'applied')).toHaveLength(47)
  expect([17, 31, 40].map((index) => [results[index]?.status, results[index]?.code])).toEqual([
    ['rejected', 'VALIDATION_ERROR'],
    ['conflict', 'CONFLICT'],
    ['rejected', 'INTERNAL'],
  ])
  expect(summary).toMatchObject({ success: false, syncedCount: 47, conflictCount: 1, failedCount: 2 })
  const { changes } = await world.service.changes(ann, { checkpoint: undefined, limit: 1_000 })
  expect(changes.filter(({ seq }) => seq === 3)).toHaveLength(47)
  expect(await idsOf(world)).not.toContain('written-by-hook')
})

test.each(['create', 'update'] as const)(
  '[RP6] a check of the schema that throws costs its %s alone, which may be tried again',
  async (type) => {
    const notBroken = z.string().refine((text) => {
      if (text === 'broken') throw new Error('the check has a bug')
      return true
    })
    const schema = defineSchema({
      version: 2,
      entities: { memo: entity({ fields: z.object({ text: notBroken }), policy: lastWriteWins() }) },
    })
    const world = createRecordsWorld({ schema })
    const phone = new ScriptedDevice('phone')
    const operations = [
      phone.create('memo', 'a', { text: 'x' }),
      phone.operation({
        entityType: 'memo',
        operationType: type,
        recordId: type === 'create' ? 'b' : 'a',
        payload: { text: 'broken' },
      }),
      phone.create('memo', 'c', { text: 'x' }),
    ]
    const { results } = await world.service.sync(ann, phone.request(operations))
    expect(results.map(({ code, status }) => code ?? status)).toEqual(['applied', 'INTERNAL', 'applied'])
    expect(world.problems.map(({ tenant, error }) => [tenant, String(error)])).toEqual([['acme', 'Error: the check has a bug']])
    const again = await world.service.sync(ann, phone.request(operations))
    expect(again.results.map(({ code, status }) => code ?? status)).toEqual(['duplicate', 'INTERNAL', 'duplicate'])
  },
)

test('[RP7] kill case 14: of a group of two the second is rejected: neither is visible', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  const operations = [
    phone.create('product', 'before', beet),
    phone.create('product', 'in-1', beet, { groupId: 'g' }),
    phone.create('product', 'between', beet),
    phone.update('product', 'nowhere', { name: 'x' }, { groupId: 'g' }),
    phone.create('product', 'in-2', beet, { groupId: 'g' }),
    phone.create('product', 'other-1', beet, { groupId: 'h' }),
    phone.create('product', 'other-2', beet, { groupId: 'h' }),
  ]
  const first = await world.service.sync(ann, phone.request(operations))
  expect(first.results.map(({ status, code }) => code ?? status)).toEqual([
    'applied',
    'DEPENDENCY_FAILED',
    'applied',
    'NOT_FOUND',
    'DEPENDENCY_FAILED',
    'applied',
    'applied',
  ])
  expect(await idsOf(world)).toEqual(['before', 'between', 'other-1', 'other-2'])
  const second = await world.service.sync(ann, phone.request(operations))
  expect(second.results.map(({ status, first: verdict }) => [status, verdict?.code ?? verdict?.status])).toEqual([
    ['duplicate', 'applied'],
    ['duplicate', 'DEPENDENCY_FAILED'],
    ['duplicate', 'applied'],
    ['duplicate', 'NOT_FOUND'],
    ['duplicate', 'DEPENDENCY_FAILED'],
    ['duplicate', 'applied'],
    ['duplicate', 'applied'],
  ])
})

test('[RP7] a group with an operation that fails only for now waits as a whole, and is taken as a whole later', async () => {
  let isFailing = true
  const world = createRecordsWorld({
    hooks: {
      beforeApply: ({ recordId }) => {
        if (isFailing && recordId === 'flaky') throw new Error('not now')
      },
    },
  })
  const phone = new ScriptedDevice('phone')
  const operations = ['first', 'flaky', 'last'].map((id) => phone.create('product', id, beet, { groupId: 'g' }))
  const first = await world.service.sync(ann, phone.request(operations))
  expect(first.results.map(({ code }) => code)).toEqual(['INTERNAL', 'INTERNAL', 'INTERNAL'])
  expect(await idsOf(world)).toEqual([])
  isFailing = false
  const second = await world.service.sync(ann, phone.request(operations))
  expect(second.results.map(({ status }) => status)).toEqual(['applied', 'applied', 'applied'])
})

test('[RP7] an operation that cannot be read fails its group', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  const bad = { ...phone.create('product', 'bad', beet, { groupId: 'g' }), deviceSeq: 'two' }
  const good = phone.create('product', 'good', beet, { groupId: 'g' })
  const { results } = await world.service.sync(ann, phone.request([good, bad]))
  expect(results.map(({ code }) => code)).toEqual(['DEPENDENCY_FAILED', 'VALIDATION_ERROR'])
  expect(await idsOf(world)).toEqual([])
})

test.each<[string, (device: ScriptedDevice) => object, string]>([
  ['an unknown entity', (device) => device.create('pudding', 'x', {}), 'VALIDATION_ERROR'],
  ['an entity named like a prototype', (device) => device.create('__proto__', 'x', {}), 'VALIDATION_ERROR'],
  ['an entity named like a method', (device) => device.create('constructor', 'x', {}), 'VALIDATION_ERROR'],
  ['a wrong type', (device) => device.create('product', 'x', { name: 7, priceCents: 1 }), 'VALIDATION_ERROR'],
  ['an unknown field', (device) => device.create('product', 'x', { ...beet, color: 'red' }), 'VALIDATION_ERROR'],
  ['a missing field', (device) => device.create('product', 'x', { name: 'Beet' }), 'VALIDATION_ERROR'],
  [
    'NaN',
    (device) => ({ ...device.create('product', 'x', beet), payload: { name: 'Beet', priceCents: Number.NaN } }),
    'VALIDATION_ERROR',
  ],
  [
    'a payload with __proto__',
    (device) => ({ ...device.create('product', 'x', beet), payload: JSON.parse('{"__proto__":{"a":1}}') }),
    'VALIDATION_ERROR',
  ],
  [
    'a field of the envelope that is none',
    (device) => ({ ...device.create('product', 'x', beet), admin: true }),
    'VALIDATION_ERROR',
  ],
  ['no record', (device) => ({ ...device.create('product', 'x', beet), recordId: undefined }), 'VALIDATION_ERROR'],
  ['another device', (device) => device.create('product', 'x', beet, { deviceId: 'desk' }), 'VALIDATION_ERROR'],
  [
    'a time before all years',
    (device) => device.create('product', 'x', beet, { clientUpdatedAt: '0000-01-01T00:00:00Z' }),
    'VALIDATION_ERROR',
  ],
  [
    'a time beyond the years',
    (device) => device.create('product', 'x', beet, { clientUpdatedAt: '9999-12-31T23:59:59-23:59' }),
    'VALIDATION_ERROR',
  ],
  ['another tenant', (device) => device.create('product', 'x', beet, { tenantId: 'other' }), 'TENANT_MISMATCH'],
  ['a newer schema', (device) => device.create('product', 'x', beet, { schemaVersion: 3 }), 'UPGRADE_REQUIRED'],
  ['too many bytes', (device) => device.create('product', 'x', { ...beet, note: 'ü'.repeat(70_000) }), 'TOO_LARGE'],
])('[RP6] %s costs only its operation', async (_name, make, code) => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  const operations = [phone.create('product', 'a', beet), make(phone), phone.create('product', 'b', beet)]
  const { results, summary } = await world.service.sync(ann, phone.request(operations))
  expect(results.map((result) => result.code ?? result.status)).toEqual(['applied', code, 'applied'])
  expect(results[1]?.serverState).toBeUndefined()
  expect(summary).toMatchObject({ syncedCount: 2, failedCount: 1 })
  expect(await idsOf(world)).toEqual(['a', 'b'])
  expect(
    (await world.service.changes(identityOf('eve', { tenant: 'other' }), { checkpoint: undefined, limit: 9 })).changes,
  ).toEqual([])
})

test('[RP19] a request without an id to answer for, or with too many operations, is refused as a whole', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  const good = phone.create('product', 'a', beet)
  for (const bad of [{}, null, 'text', 7, [], { ...good, operationId: 'abc' }, { ...good, operationId: undefined }]) {
    await expect(world.service.sync(ann, phone.request([good, bad]))).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  }
  const many = Array.from({ length: 501 }, (_, index) => phone.create('product', `p${index}`, beet))
  await expect(world.service.sync(ann, phone.request(many))).rejects.toMatchObject({ code: 'TOO_LARGE' })
  expect(await idsOf(world)).toEqual([])
  expect((await world.service.sync(ann, phone.request(many.slice(1)))).summary).toMatchObject({ success: true, syncedCount: 500 })
})

test('[RP13] an older operation is migrated; one that no migration can take waits for an upgrade', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  const { results } = await world.service.sync(
    ann,
    phone.request([
      phone.create('article', 'p1', beet, { schemaVersion: 1 }),
      phone.create('article', 'p2', { ...beet, name: 'unknown' }, { schemaVersion: 1 }),
      phone.create('article', 'p3', beet),
    ]),
  )
  expect(results.map(({ status, code, serverState }) => [code ?? status, serverState?.entityType])).toEqual([
    ['applied', 'product'],
    ['UPGRADE_REQUIRED', undefined],
    ['VALIDATION_ERROR', undefined],
  ])
})

test('[RP11] a hook may veto for good, amend, read and write in the transaction of the operation', async () => {
  const seen = new Set<string>()
  const world = createRecordsWorld({
    hooks: {
      beforeApply: async ({ recordId, payload, identity }, tx) => {
        if (recordId === 'veto') throw new OperationRejection('FORBIDDEN', 'not on Sundays')
        if (recordId === 'odd') return { payload: { name: 7 } }
        if (recordId === 'm1') {
          const total = await tx.get('memo', 'total')
          await tx.write('memo', 'total', { text: JSON.stringify([total?.fields['text'] ?? null, payload['quantity']]) })
        }
        return recordId === 'p1' ? { payload: { ...payload, name: `Beet of ${identity.user}` } } : undefined
      },
      afterCommit: ({ row, operationId, tenant }) => {
        seen.add(`${tenant} ${row.recordId} ${row.seq} ${operationId}`)
        if (row.recordId === 'p1') throw new Error('nobody listens')
      },
    },
  })
  const phone = new ScriptedDevice('phone')
  const operations = [
    phone.create('product', 'p1', beet),
    phone.create('product', 'veto', beet),
    phone.create('product', 'odd', beet),
    phone.create('movement', 'm1', { productId: 'p1', quantity: 5 }),
  ]
  const { results, changes } = await world.service.sync(ann, phone.request(operations))
  expect(results.map(({ code, status, message }) => [code ?? status, message])).toEqual([
    ['applied', undefined],
    ['FORBIDDEN', 'not on Sundays'],
    ['INTERNAL', expect.any(String)],
    ['applied', undefined],
  ])
  expect(Object.fromEntries(changes.map(({ recordId, fields, seq }) => [recordId, { fields, seq }]))).toEqual({
    m1: { fields: { productId: 'p1', quantity: 5 }, seq: 1 },
    p1: { fields: { name: 'Beet of ann', priceCents: 1 }, seq: 1 },
    total: { fields: { text: '[null,5]' }, seq: 1 },
  })
  const [product, , , movement] = operations.map(({ operationId }) => operationId)
  expect(seen).toEqual(new Set([`acme m1 1 ${movement}`, `acme p1 1 ${product}`, `acme total 1 ${movement}`]))
  expect(world.problems.map(({ error }) => String(error))).toEqual([
    'Error: beforeApply returned a payload that does not fit: name, priceCents',
    'Error: nobody listens',
  ])
})

test('[RP11] what a hook wrote is taken back where the amended operation is not taken', async () => {
  const world = createRecordsWorld({
    hooks: {
      beforeApply: async (_operation, tx) => {
        await tx.write('product', 'by-hook', beet)
        return { payload: { owner: 'somebody else', text: 'x' } }
      },
    },
  })
  const phone = new ScriptedDevice('phone')
  const { results } = await world.service.sync(ann, phone.request([phone.create('diary', 'd1', { owner: 'ann', text: 'x' })]))
  expect(results.map(({ code }) => code)).toEqual(['FORBIDDEN'])
  expect(await idsOf(world)).toEqual([])
})

test('[RP11] a hook is asked only about operations that would take effect, and what it writes goes with them', async () => {
  const asked: string[] = []
  const world = createRecordsWorld({ hooks: { beforeApply: ({ recordId }) => void asked.push(recordId) } })
  const phone = new ScriptedDevice('phone')
  const create = phone.create('product', 'p1', beet)
  await world.service.sync(
    ann,
    phone.request([create, phone.create('product', 'p1', beet), phone.update('product', 'p2', { name: 'x' })]),
  )
  await world.service.sync(ann, phone.request([create]))
  const removals = [1, 1].map((baseVersion) => phone.delete('product', 'p1', { baseVersion }))
  const { results } = await world.service.sync(ann, phone.request(removals))
  expect(results.map(({ status }) => status)).toEqual(['applied', 'merged'])
  expect(asked).toEqual(['p1', 'p1'])
})

test.each<[string, string, Record<string, unknown>]>([
  ['an unknown entity', 'pudding', {}],
  ['fields that do not fit', 'product', { name: 7 }],
  ['a row that never changes', 'movement', { quantity: 2 }],
  ['the record of the operation', 'memo', { text: 'x' }],
])('[RP11] a hook that writes %s fails its operation alone', async (_name, entityType, fields) => {
  const world = createRecordsWorld({
    hooks: {
      beforeApply: async (operation, tx) => {
        if (operation.entityType === 'memo') await tx.write(entityType, 'm1', fields)
      },
    },
  })
  const phone = new ScriptedDevice('phone')
  const operations = [phone.create('movement', 'm1', { productId: 'p', quantity: 1 }), phone.create('memo', 'm1', { text: 'x' })]
  const { results } = await world.service.sync(ann, phone.request(operations))
  expect(results.map(({ code, status }) => code ?? status)).toEqual(['applied', 'INTERNAL'])
  expect(await idsOf(world)).toEqual(['m1'])
})

test('[RP11] a hook that did not wait for its write cannot reach into a later operation', async () => {
  let late: Promise<unknown> | undefined
  const world = createRecordsWorld({
    hooks: {
      beforeApply: ({ recordId }, tx) => {
        if (recordId === 'p1')
          late = new Promise((resolve) => setImmediate(resolve)).then(() => {
            // Without waiting for it.
            void tx.write('memo', 'late', { text: 'x' })
          })
      },
    },
  })
  const phone = new ScriptedDevice('phone')
  await world.service.sync(ann, phone.request([phone.create('product', 'p1', beet), phone.create('product', 'p2', beet)]))
  await late
  expect(world.problems.map(({ error }) => String(error))).toEqual(['Error: the operation of this transaction is over'])
  expect(await idsOf(world)).toEqual(['p1', 'p2'])
})

/** Everything that a request does without time passing. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

test('[RP22] a hook that never comes back costs its operation and nobody else; what it writes too late is refused', async () => {
  const stuck = Promise.withResolvers<void>()
  let late: Promise<void> | undefined
  const world = createRecordsWorld({
    hooks: {
      beforeApply: async ({ recordId }, tx) => {
        if (recordId !== 'stuck') return
        await tx.write('memo', 'by-hook', { text: 'in time' })
        await stuck.promise
        late = tx.write('memo', 'late', { text: 'too late' })
      },
    },
  })
  const [phone, desk] = [new ScriptedDevice('phone'), new ScriptedDevice('desk')]
  const hung = world.service.sync(
    ann,
    phone.request([phone.create('product', 'stuck', beet), phone.create('product', 'p1', beet)]),
  )
  await settle()
  const other = world.service.sync(ann, desk.request([desk.create('product', 'p2', beet)]))
  world.time.advance(10_000)
  expect((await hung).results.map(({ code, status }) => code ?? status)).toEqual(['INTERNAL', 'applied'])
  expect((await other).results.map(({ status }) => status)).toEqual(['applied'])
  stuck.resolve()
  await settle()
  await expect(late).rejects.toThrow('the operation of this transaction is over')
  expect(await idsOf(world)).toEqual(['p1', 'p2'])
  expect(world.problems.map(({ error }) => String(error))).toEqual([
    'Error: beforeApply took longer than 10000 ms',
    'Error: the operation of this transaction is over',
  ])
  expect(world.time.pendingCount()).toBe(0)
})

test('[RP22] hooks that are all stuck hold up a turn for a bounded time: who was not asked may come again', async () => {
  const world = createRecordsWorld({
    hooks: { beforeApply: ({ recordId }) => (recordId === 'fine' ? undefined : new Promise(() => {})) },
  })
  const phone = new ScriptedDevice('phone')
  const operations = [0, 1, 2, 3, 4].map((index) => phone.create('product', index === 4 ? 'fine' : `p${index}`, beet))
  const hung = world.service.sync(ann, phone.request(operations))
  for (let turn = 0; turn < 2; turn++) {
    await settle()
    world.time.advance(10_000)
  }
  const { results } = await hung
  expect(results.map(({ code }) => code)).toEqual(['INTERNAL', 'INTERNAL', 'RATE_LIMITED', 'RATE_LIMITED', 'RATE_LIMITED'])
  const again = await world.service.sync(ann, phone.request(operations.slice(4)))
  expect(again.results.map(({ status }) => status)).toEqual(['applied'])
})

test('[RP8] an entity that there is not, named so that entity and id together read like those of a record, is told nothing of it', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  const operations = [phone.create('product', 'a/b', beet), phone.create('product/a', 'b', {})]
  const { results } = await world.service.sync(ann, phone.request(operations))
  expect(results.map(({ code, status, serverState }) => [code ?? status, serverState?.recordId])).toEqual([
    ['applied', 'a/b'],
    ['VALIDATION_ERROR', undefined],
  ])
})

test('[RP26] a record cannot grow without end, field by field', async () => {
  const text = z.string().optional()
  const schema = defineSchema({
    version: 2,
    entities: { sheet: entity({ fields: z.object({ a: text, b: text, c: text, d: text }), policy: lastWriteWins() }) },
  })
  const world = createRecordsWorld({ schema })
  const phone = new ScriptedDevice('phone')
  const large = 'x'.repeat(120_000)
  const operations = [
    phone.create('sheet', 's1', { a: large }),
    phone.update('sheet', 's1', { b: large }, { baseVersion: 1 }),
    phone.update('sheet', 's1', { c: large }, { baseVersion: 2 }),
    phone.update('sheet', 's1', { a: 'short', c: large }, { baseVersion: 2 }),
  ]
  const { results } = await world.service.sync(ann, phone.request(operations))
  expect(results.map(({ code, status, version }) => [code ?? status, version])).toEqual([
    ['applied', 1],
    ['applied', 2],
    ['TOO_LARGE', undefined],
    ['applied', 3],
  ])
})

test('[RP23] many changes of one large record do not make an answer many times as large', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  await world.service.sync(ann, phone.request([phone.create('product', 'large', { ...beet, note: 'x'.repeat(120_000) })]))
  const operations = Array.from({ length: 100 }, (_, index) =>
    phone.update('product', 'large', { priceCents: index }, { baseVersion: index + 1 }),
  )
  const { results } = await world.service.sync(ann, phone.request([...operations, phone.create('product', 'last', beet)]))
  expect(results.filter(({ serverState }) => serverState !== undefined)).toHaveLength(34)
  expect(results.findLastIndex(({ serverState }) => serverState !== undefined)).toBe(33)
  const pulled = await world.service.changes(ann, { checkpoint: undefined, limit: 9 })
  expect(pulled.changes.map(({ recordId, version }) => [recordId, version])).toEqual([
    ['large', 101],
    ['last', 1],
  ])
})
