import { defineSchema, entity, lastWriteWins, type Schema } from '@rejoin/core'
import { createManualTime } from '@rejoin/core/testing'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { RecordDisk } from '../record-database/memory-record-database.ts'
import { openTestRecords, stockSchema, type StockSchema } from '../testing/test-records.ts'
import { waitingOperations } from '../testing/waiting-operations.ts'
import type { Records } from './records.ts'

describe('writing', () => {
  test('[RV1] what is written shows at once, pending, and after it settled as the server has it', async () => {
    const { records, drain, time } = openTestRecords()
    const made = await records.product.create({ name: 'Beet' })
    const shown = { id: made.id, name: 'Beet', priceCents: 0 }
    const at = time.now()
    expect(made).toEqual({
      ...shown,
      meta: { version: undefined, isPending: true, isDeleted: false, createdAt: at, updatedAt: at },
    })
    expect(await records.product.get(made.id)).toEqual(made)
    expect(await records.product.query()).toEqual([made])
    expect(await drain()).toBe(1)
    expect(await records.product.get(made.id)).toEqual({
      ...shown,
      meta: { version: 1, isPending: false, isDeleted: false, createdAt: at, updatedAt: at },
    })
  })

  test('[RV1] changes are laid over what is there; a deleted record is hidden until it is asked for, and can be restored', async () => {
    const { records, drain } = openTestRecords()
    const { id } = await records.product.create({ name: 'Beet', note: 'red' })
    await drain()
    expect(await records.product.update(id, { priceCents: 120, note: undefined })).toMatchObject({
      name: 'Beet',
      priceCents: 120,
    })
    expect(await records.product.get(id)).not.toHaveProperty('note')
    await records.product.delete(id)
    expect(await records.product.get(id)).toBeUndefined()
    expect(await records.product.query()).toEqual([])
    expect(await records.product.query({ includeDeleted: true })).toMatchObject([
      { id, meta: { isDeleted: true, isPending: true } },
    ])
    await drain()
    expect(await records.product.restore(id)).toMatchObject({ id, name: 'Beet', priceCents: 120, meta: { isDeleted: false } })
    await drain()
    expect(await records.product.get(id)).toMatchObject({ name: 'Beet', priceCents: 120, meta: { isPending: false, version: 4 } })
  })

  test('[RV2] what does not fit the schema fails at the call and is not written', async () => {
    const { records, outbox } = openTestRecords()
    const refused = (problems: readonly { readonly field: string }[]) =>
      expect.objectContaining({
        name: 'RecordValidationError',
        problems: problems.map((problem) => expect.objectContaining(problem)),
      })
    await expect(records.product.create({ name: '' })).rejects.toEqual(refused([{ field: 'name' }]))
    await expect(records.product.create({ name: 'Beet', priceCents: Number.NaN })).rejects.toEqual(
      refused([{ field: 'priceCents' }]),
    )
    await expect(records.product.create({ name: 'Beet' }, { id: 'a\u0000b' })).rejects.toEqual(refused([{ field: 'id' }]))
    await expect(records.product.create({ name: 'Beet' }, { groupId: '' })).rejects.toEqual(refused([{ field: 'groupId' }]))
    const nothing = JSON.parse('null')
    await expect(records.product.create(nothing)).rejects.toEqual(refused([{ field: 'fields' }]))
    await expect(records.product.update('nobody', nothing)).rejects.toEqual(refused([{ field: 'fields' }]))
    // As an app without types would.
    const options: object = { priority: 'URGENT' }
    await expect(records.product.create({ name: 'Beet' }, options)).rejects.toEqual(refused([{ field: 'priority' }]))
    await expect(records.product.create({ name: 'x'.repeat(200_000) })).rejects.toEqual(refused([{ field: 'payload' }]))
    await expect(records.product.update('nobody', { name: 'Beet' })).rejects.toEqual(refused([{ field: 'id' }]))
    await expect(records.product.restore('nobody')).rejects.toEqual(refused([{ field: 'id' }]))
    expect(await outbox.list()).toEqual([])
    const { id } = await records.product.create({ name: 'Beet' })
    await expect(records.product.create({ name: 'Leek' }, { id })).rejects.toEqual(refused([{ field: 'id' }]))
    await expect(records.product.update(id, { priceCents: 1.5 })).rejects.toEqual(refused([{ field: 'priceCents' }]))
    expect(await outbox.list()).toHaveLength(1)
  })

  test('[RV2] a record that would grow beyond what the server keeps is refused at the call; it may still shrink', async () => {
    const fields = z.object({ one: z.string(), two: z.string(), three: z.string() })
    const schema = defineSchema({ version: 1, entities: { page: entity({ fields, policy: lastWriteWins({ by: 'field' }) }) } })
    const { records, outbox } = openTestRecords({ schema })
    const text = 'x'.repeat(100_000)
    const { id } = await records.page.create({ one: text, two: '', three: '' })
    await records.page.update(id, { two: text })
    await expect(records.page.update(id, { three: text })).rejects.toThrow(/too large to be kept/)
    expect(await records.page.update(id, { one: '', three: text })).toMatchObject({ one: '', two: text, three: text })
    // Each by itself, because together they would be too large to be sent.
    expect((await waitingOperations(outbox)).map(({ operation }) => Object.keys(operation.payload))).toEqual([
      ['one', 'two', 'three'],
      ['two'],
      ['one', 'three'],
    ])
  })

  test('[RV2] of what never changes no change is offered', () => {
    type Reading = 'create' | 'get' | 'query' | 'liveQuery' | 'liveRecord'
    expectTypeOf<keyof Records<StockSchema>['stockMovement']>().toEqualTypeOf<Reading>()
    expectTypeOf<keyof Records<StockSchema>['product']>().toEqualTypeOf<Reading | 'update' | 'delete' | 'restore'>()
  })

  test('[RV2] what never changes is refused as that, and a write that changes nothing is none', async () => {
    const disk = new RecordDisk()
    const { records, outbox, drain } = openTestRecords({ disk })
    const product = await records.product.create({ name: 'Beet' })
    const movement = await records.stockMovement.create({ productId: product.id, quantity: 5 })
    // Whose types know less can still ask for it.
    const schema: Schema = stockSchema
    const { stockMovement } = openTestRecords({ disk, schema }).records
    await expect(stockMovement?.update(movement.id, { quantity: 6 })).rejects.toThrow(/never changes/)
    await expect(stockMovement?.delete(movement.id)).rejects.toThrow(/never changes/)
    await drain()
    expect(await records.product.update(product.id, {})).toMatchObject({ name: 'Beet', meta: { isPending: false } })
    await records.product.delete('nobody')
    expect(await records.product.restore(product.id)).toMatchObject({ meta: { isPending: false } })
    expect(await outbox.list()).toEqual([])
  })

  test('[RV3] the writes of one turn share transactions, and each is refused alone', async () => {
    let commits = 0
    const { records, outbox } = openTestRecords({
      fateOf: async () => {
        commits++
        return 'commit'
      },
    })
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 600 }, (_, index) => records.product.create({ name: `p${index}` })),
      records.product.update('nobody', { name: 'Beet' }),
    ])
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1)
    expect(await outbox.list()).toHaveLength(600)
    expect(commits).toBe(3)
  })
})

describe('asking', () => {
  test('[RV4] a query gives what fits, in order: by a field, by creation, and no more than asked for', async () => {
    const { records, time } = openTestRecords()
    for (const [name, priceCents] of [
      ['Leek', 200],
      ['Beet', 100],
      ['Kale', 300],
      ['Beet', 400],
    ] as const) {
      await records.product.create({ name, priceCents })
      time.advance(10)
    }
    const prices = async (query: Parameters<typeof records.product.query>[0]) =>
      (await records.product.query(query)).map(({ priceCents }) => priceCents)
    expect(await prices({})).toEqual([200, 100, 300, 400])
    expect(await prices({ where: { name: 'Beet' } })).toEqual([100, 400])
    expect(await prices({ where: { name: 'Beet', priceCents: 400 } })).toEqual([400])
    expect(await prices({ where: { priceCents: 300 } })).toEqual([300])
    expect(
      await prices({ filter: ({ priceCents }) => priceCents > 150, orderBy: 'priceCents', direction: 'descending' }),
    ).toEqual([400, 300, 200])
    expect(await prices({ orderBy: 'name', limit: 2 })).toEqual([100, 400])
  })

  test('[RV4] an indexed field is looked up in what is confirmed and in what is pending', async () => {
    const { records, drain, database } = openTestRecords()
    const [beet, leek, kale] = await Promise.all(['Beet', 'Leek', 'Kale'].map((name) => records.product.create({ name })))
    await drain()
    await records.product.update(leek?.id ?? '', { name: 'Beet' })
    await records.product.update(beet?.id ?? '', { name: 'Chard' })
    const ranges: unknown[] = []
    const inner = database.transaction.bind(database)
    const watched: typeof inner = (mode, work) =>
      inner(mode, (tables) =>
        work({ ...tables, outbox: { ...tables.outbox, range: (range) => (ranges.push(range), tables.outbox.range(range)) } }),
      )
    Object.defineProperty(database, 'transaction', { value: watched })
    expect(await records.product.query({ where: { name: 'Beet' } })).toMatchObject([{ id: leek?.id, name: 'Beet' }])
    expect(await records.product.query({ where: { name: 'Kale' } })).toMatchObject([{ id: kale?.id }])
    expect(ranges.filter((range) => typeof range === 'object' && range !== null && !('index' in range))).toEqual([])
  })

  test('[RV5] a live query answers at once and after every change, also those of another tab and of the server', async () => {
    const { records, disk, drain, server } = openTestRecords()
    const other = openTestRecords({ disk, seed: 2 })
    const live = records.product.liveQuery({ orderBy: 'name' })
    const answers: string[][] = []
    const waits: (() => void)[] = []
    const stop = live.subscribe((found) => {
      answers.push(found.map(({ name, meta }) => (meta.isPending ? `${name}?` : name)))
      for (const look of waits) look()
    })
    const reached = (wanted: readonly string[]) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = () => void (JSON.stringify(answers.at(-1)) === JSON.stringify(wanted) && resolve())
      waits.push(look)
      look()
      return promise
    }
    await reached([])
    await records.product.create({ name: 'Beet' })
    await reached(['Beet?'])
    await other.records.product.create({ name: 'Leek' })
    await reached(['Beet?', 'Leek?'])
    server.change({
      entityType: 'product',
      recordId: 'elsewhere',
      operationType: 'create',
      payload: { name: 'Kale', priceCents: 1 },
    })
    await drain()
    await reached(['Beet', 'Kale', 'Leek'])
    expect(live.current?.map(({ name }) => name)).toEqual(['Beet', 'Kale', 'Leek'])
    const late: unknown[] = []
    const stopLate = live.subscribe((found) => late.push(found))
    expect(late).toEqual([live.current])
    stop()
    stopLate()
    expect(live.current).toBeUndefined()
  })
})

test('[RV6] kill case 17: the clock set back one day between two writes does not change their order', async () => {
  const time = createManualTime(Date.parse('2026-11-21T12:00:00Z'))
  let setBackMs = 0
  const { records, outbox, drain, takeBatch, server } = openTestRecords({ time: { ...time, now: () => time.now() - setBackMs } })
  const { id } = await records.recipe.create({ title: 'Borscht', body: 'first' })
  await drain()
  await records.recipe.update(id, { body: 'second' })
  await takeBatch()
  setBackMs = 24 * 60 * 60 * 1000
  await records.recipe.update(id, { body: 'third' })
  await records.product.create({ name: 'Beet' })
  expect((await waitingOperations(outbox)).map(({ operation }) => operation.payload)).toEqual([
    { body: 'second' },
    { body: 'third' },
    { name: 'Beet', priceCents: 0 },
  ])
  expect(await records.recipe.get(id)).toMatchObject({ body: 'third' })
  await drain()
  expect(server.judged.map(({ payload }) => payload['body'])).toEqual(['first', 'second', undefined, 'third'])
  expect(await records.recipe.get(id)).toMatchObject({ body: 'third', meta: { isPending: false, version: 3 } })
})
