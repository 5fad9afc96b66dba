import type { Priority } from '@rejoin/core'
import { createManualTime, createSeededRandom } from '@rejoin/core/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RecordDisk } from '../record-database/memory-record-database.ts'
import { recordKeyOf } from '../record-database/record-key.ts'
import { outboxContextOf } from '../records/local-records.ts'
import { rest } from '../testing/sync-device.ts'
import { RecordValidationError } from '../records/records.ts'
import { openTestRecords, stockSchema, type TestRecords } from '../testing/test-records.ts'
import { enqueue } from './enqueue.ts'
import { referencesOf } from './lanes.ts'
import { inLocalTransaction } from './local-transaction.ts'
import { writeMeta } from './meta-value.ts'
import { defaultThresholds, type PriorityRule } from './priority.ts'

const cheapFirst: PriorityRule = {
  name: 'cheap first',
  entity: 'product',
  when: { field: 'priceCents', operator: 'lessThan', value: 100 },
  points: 60,
}
const recipesFirst: PriorityRule = { name: 'recipes first', entity: 'recipe', points: 60 }

const takenNames = async (local: TestRecords): Promise<unknown[]> =>
  (await local.takeBatch()).operations.map(({ payload }) => payload['name'] ?? payload['title'] ?? payload['quantity'])

describe('rules that a person edits', () => {
  test('[PR1] hold at once for what waits and for what is made after, and are kept over a reload', async () => {
    const disk = new RecordDisk()
    const local = openTestRecords({ disk })
    await local.records.product.create({ name: 'Saffron', priceCents: 900 })
    await local.records.product.create({ name: 'Salt', priceCents: 50 })
    expect(await local.priorities.update([cheapFirst])).toEqual([])
    expect(local.priorities.get()).toEqual({ rules: [cheapFirst], thresholds: defaultThresholds })
    expect((await local.outbox.list()).map((entry) => entry.score)).toEqual([50, 110])
    const reloaded = openTestRecords({ disk, time: local.time, seed: 2 })
    reloaded.priorities.follow()
    await rest()
    expect(reloaded.priorities.get().rules).toEqual([cheapFirst])
    await reloaded.records.product.create({ name: 'Flour', priceCents: 20 })
    expect(await takenNames(reloaded)).toEqual(['Salt', 'Flour', 'Saffron'])
  })

  test('[PR1] the level that the server is told of follows the thresholds', async () => {
    const local = openTestRecords()
    await local.records.recipe.create({ title: 'Borscht', body: '' })
    await local.priorities.update({ rules: [recipesFirst], thresholds: { HIGH: 200, NORMAL: 10 } })
    expect((await local.takeBatch()).operations).toMatchObject([{ priority: 'NORMAL' }])
  })

  test('[PR2] other tabs are told, and what they make follows the new rules even before they heard', async () => {
    const disk = new RecordDisk()
    const [local, other] = [openTestRecords({ disk }), openTestRecords({ disk, seed: 2 })]
    other.priorities.follow()
    await rest()
    let told = 0
    other.priorities.subscribe(() => told++)
    await other.records.recipe.create({ title: 'Borscht', body: '' })
    const updated = local.priorities.update([recipesFirst])
    await other.records.recipe.create({ title: 'Shchi', body: '' })
    await updated
    await rest()
    expect({ rules: other.priorities.get().rules, told }).toEqual({ rules: [recipesFirst], told: 1 })
    expect((await local.outbox.list()).map((entry) => entry.score)).toEqual([110, 110])
  })

  test('[PR3] may be written as text, and what is wrong with them is said in sentences; then nothing changes', async () => {
    const local = openTestRecords({ rules: [cheapFirst] })
    const wrong: readonly (readonly [string, RegExp])[] = [
      ['{', /^This is not JSON: /],
      ['7', /^The rules: expected object/],
      ['[{"name":"urgent","points":"10"}]', /^Rule 1 "urgent", points: expected number, received string\.$/],
      ['[{"points":1}]', /^Rule 1, name: /],
      ['{"rules":[{"name":"a","points":1,"colour":"red"}]}', /^Rule 1 "a": Unrecognized key: "colour"\.$/],
      ['[{"name":"a","entity":"prodct","points":1}]', /^Rule 1 "a": there is no entity "prodct"; there are product, /],
      ['[{"name":"a","points":1,"when":{"field":"x","operator":"is"}}]', /^Rule 1 "a", when\.operator: /],
      ['[{"name":"a","points":1,"when":{"field":"x","operator":"equals"}}]', /^Rule 1 "a": "equals" needs a value\.$/],
      [
        '[{"name":"a","points":1,"when":{"field":"x","operator":"lessThan","value":true}}]',
        /^Rule 1 "a": "lessThan" compares numbers or texts\.$/,
      ],
      ['{"rules":[],"thresholds":{"HIGH":1,"NORMAL":2}}', /^Thresholds: HIGH must not be below NORMAL\.$/],
      [JSON.stringify(Array.from({ length: 201 }, () => cheapFirst)), /^The rules: no more than 200 rules\.$/],
    ]
    for (const [text, sentence] of wrong) {
      expect(await local.priorities.update(text)).toEqual([expect.stringMatching(sentence)])
    }
    expect(local.priorities.get()).toEqual({ rules: [cheapFirst], thresholds: defaultThresholds })
    expect(await local.priorities.update(JSON.stringify({ rules: [recipesFirst] }))).toEqual([])
    expect(local.priorities.get().rules).toEqual([recipesFirst])
  })

  test('[PR4] give way to the app’s own again', async () => {
    const local = openTestRecords({ rules: [cheapFirst] })
    await local.records.product.create({ name: 'Salt', priceCents: 50 })
    await local.priorities.update([])
    expect(await local.outbox.list()).toMatchObject([{ score: 50 }])
    await local.priorities.reset()
    expect(await local.outbox.list()).toMatchObject([{ score: 110 }])
    expect(local.priorities.get().rules).toEqual([cheapFirst])
  })

  test('[PR4] that are damaged give way to the app’s own', async () => {
    const local = openTestRecords({ rules: [cheapFirst] })
    await local.database.transaction('write', (tables) => writeMeta(tables, 'priorities', { id: 'x', rules: 'all' }))
    await local.database.transaction('write', (tables) => writeMeta(tables, 'scoring', 'none'))
    await local.records.product.create({ name: 'Salt', priceCents: 50 })
    await local.check()
    expect(await local.outbox.list()).toMatchObject([{ score: 110 }])
  })
})

describe('what waits under other rules', () => {
  test('[PR5] an app that ships other rules finds its outbox in their order', async () => {
    const disk = new RecordDisk()
    const before = openTestRecords({ disk })
    await before.records.product.create({ name: 'Salt', priceCents: 50 })
    const after = openTestRecords({ disk, time: before.time, seed: 2, rules: [cheapFirst] })
    await after.check()
    expect(await after.outbox.list()).toMatchObject([{ score: 110 }])
  })

  test('[PR5] a page that goes in the middle leaves the rest to the next one', async () => {
    const disk = new RecordDisk()
    const { promise, resolve } = Promise.withResolvers<void>()
    let slices = 0
    const yieldToHost = async (): Promise<void> => {
      if (++slices === 4) resolve()
      if (slices >= 4) await new Promise(() => undefined)
    }
    const local = openTestRecords({ disk, yieldToHost })
    await Promise.all(
      Array.from({ length: 500 }, (_none, index) => local.records.product.create({ name: `${index}`, priceCents: 1 })),
    )
    void local.priorities.update([cheapFirst])
    await promise
    const scores = async (): Promise<number[]> => (await local.outbox.list()).map(({ score }) => score)
    expect((await scores()).filter((score) => score === 110)).toHaveLength(400)
    await openTestRecords({ disk, time: local.time, seed: 2 }).check()
    expect((await scores()).filter((score) => score === 110)).toHaveLength(500)
  })

  test('[PR6] what was sent stays as it was', async () => {
    const local = openTestRecords()
    await local.records.product.create({ name: 'Salt', priceCents: 50 })
    await local.takeBatch()
    const before = await local.outbox.list()
    await local.priorities.update([cheapFirst])
    expect(await local.outbox.list()).toEqual(before)
  })
})

interface Step {
  readonly kind: 'product' | 'movement' | 'recipe' | 'edit' | 'delete' | 'send'
  readonly pick: number
  readonly price: number
  readonly priority: Priority | undefined
  readonly groupId: string | undefined
}

const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('product', 'product', 'movement', 'movement', 'recipe', 'edit', 'edit', 'delete', 'send'),
  pick: fc.nat(5),
  price: fc.nat(3),
  priority: fc.constantFrom(undefined, 'HIGH', 'NORMAL', 'LOW'),
  groupId: fc.constantFrom(undefined, undefined, '018f0000-0000-7000-8000-0000000000aa'),
})

const ruleArbitrary: fc.Arbitrary<PriorityRule> = fc.oneof(
  fc.record({
    name: fc.constant('by price'),
    entity: fc.constant('product'),
    when: fc.record({
      field: fc.constant('priceCents'),
      operator: fc.constantFrom('equals', 'notEquals', 'greaterThan', 'lessThan', 'exists'),
      value: fc.nat(3),
    }),
    points: fc.integer({ min: -80, max: 80 }),
  }),
  fc.record({
    name: fc.constant('by kind'),
    entity: fc.constantFrom('stockMovement', 'recipe', 'product'),
    points: fc.integer({ min: -80, max: 80 }),
  }),
)

/** Or the group that is next. */
async function sendOne({ syncStore, time }: TestRecords): Promise<void> {
  const limits = { operationsMax: 500, requestBytesMax: 500_000 }
  await syncStore.takeBatch(await syncStore.takeFence(), { now: time.now(), limits, atMost: 1, tenantId: 'acme' })
}

/** A group that would wait for itself is refused. */
async function perform(local: TestRecords, steps: readonly Step[]): Promise<void> {
  const ids: string[] = []
  for (const step of steps) {
    const [done] = await Promise.allSettled([performOne(local, ids, step)])
    if (done.status === 'rejected' && !(done.reason instanceof RecordValidationError)) throw done.reason
  }
}

async function performOne(local: TestRecords, ids: string[], { kind, pick, price, priority, groupId }: Step): Promise<void> {
  const { product, stockMovement, recipe } = local.records
  const id = ids[pick % Math.max(1, ids.length)]
  const options = { ...(priority !== undefined && { priority }), ...(groupId !== undefined && { groupId }) }
  if (kind === 'send') await sendOne(local)
  else if (kind === 'recipe') await recipe.create({ title: 'Borscht', body: '' }, options)
  else if (kind === 'product' || id === undefined) {
    ids.push((await product.create({ name: 'Beet', priceCents: price }, options)).id)
  } else if (kind === 'movement') await stockMovement.create({ productId: id, quantity: price }, options)
  else if (kind === 'edit') await product.update(id, { priceCents: price }, options)
  else {
    await product.delete(id, options)
    ids.splice(ids.indexOf(id), 1)
  }
}

const placesOf = async (local: TestRecords): Promise<unknown[]> =>
  (await local.outbox.list()).flatMap((entry) =>
    entry.kind === 'operation' && entry.firstSentAt === undefined
      ? [{ id: entry.entryId, score: entry.score, level: entry.operation.priority }]
      : [],
  )

/** What waits, made in its order in an empty outbox; what was sent is sent there too. */
async function placesOfFresh(local: TestRecords, rules: readonly PriorityRule[]): Promise<unknown[]> {
  const entries = (await local.outbox.list()).flatMap((entry) => (entry.kind === 'operation' ? [entry] : []))
  const fresh = openTestRecords({ time: local.time })
  const options = { schema: stockSchema, clock: local.time, random: createSeededRandom(3), rules }
  const context = outboxContextOf(options)
  await fresh.database.transaction('write', (tables) =>
    inLocalTransaction(tables, context, async (transaction) => {
      const { outbox } = transaction
      for (const { entryId, operation, basePriority, firstSentAt } of entries) {
        const { entityType, recordId, operationType, payload, operationId } = operation
        await outbox.loadWithLanes([recordKeyOf(operation), ...referencesOf(context.schema.entities[entityType], payload)])
        const change = { operationId, entityType, recordId, operationType, payload, baseVersion: null, at: 0, entryId }
        await enqueue(transaction, context, { ...change, priority: basePriority, groupId: operation.groupId })
        const made = outbox.get(entryId)
        if (made !== undefined && firstSentAt !== undefined) outbox.put({ ...made, state: 'sent', firstSentAt })
      }
    }),
  )
  return placesOf(fresh)
}

test('[PR7] after any change of the rules the order is that of a queue made under the new ones', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(stepArbitrary, { maxLength: 25 }),
      fc.array(fc.array(ruleArbitrary, { maxLength: 4 }), { minLength: 1, maxLength: 3 }),
      async (steps, ruleSets) => {
        const time = createManualTime(0)
        const local = openTestRecords({ time })
        await perform(local, steps)
        for (const rules of ruleSets) await local.priorities.update(rules)
        const rules = ruleSets.at(-1) ?? []
        expect(await placesOf(local)).toEqual(await placesOfFresh(local, rules))
      },
    ),
    { numRuns: 150 },
  )
})

/** What the server was asked to do for a record that it did not have. */
function tooEarly({ server }: TestRecords): readonly unknown[] {
  const made = new Set<unknown>()
  return server.judged.filter(({ entityType, operationType, recordId, payload }) => {
    if (operationType === 'create') made.add(recordId)
    return !made.has(recordId) || (entityType === 'stockMovement' && !made.has(payload['productId']))
  })
}

test('[PR7] whatever the rules, nothing is sent before what it needs', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(stepArbitrary, { maxLength: 25 }),
      fc.array(ruleArbitrary, { maxLength: 4 }),
      async (steps, rules) => {
        const local = openTestRecords({ time: createManualTime(0) })
        // A group is what is written in one turn; these are many.
        const ungrouped = steps.map((step) => ({ ...step, groupId: undefined }))
        await perform(local, ungrouped)
        await local.priorities.update(rules)
        await local.drain()
        expect({ tooEarly: tooEarly(local), left: await local.outbox.list() }).toEqual({ tooEarly: [], left: [] })
      },
    ),
    { numRuns: 100 },
  )
})
