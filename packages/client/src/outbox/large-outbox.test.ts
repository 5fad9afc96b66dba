import { expect, test } from 'vitest'
import { createMemoryRecordDatabase } from '../record-database/memory-record-database.ts'
import type { RecordDatabase, RecordTable } from '../record-database/record-database.ts'
import type { RowKey } from '../record-database/row-key.ts'
import { openTestRecords } from '../testing/test-records.ts'

const pendingCount = 10_000

/** Counts the rows that come out of the tables and go into them. */
function metered() {
  const inner = createMemoryRecordDatabase()
  const meter = { read: 0, written: 0, largestStep: 0 }
  const step = (rows: readonly unknown[]): readonly unknown[] => {
    meter.read += rows.length
    meter.largestStep = Math.max(meter.largestStep, rows.length)
    return rows
  }
  const watch = <Row, Key extends RowKey>(table: RecordTable<Row, Key>): RecordTable<Row, Key> => ({
    ...table,
    range: async (range) => step(await table.range(range)),
    bulkGet: async (keys) => step(await table.bulkGet(keys)),
    put: (row) => {
      meter.written++
      return table.put(row)
    },
    bulkPut: (rows) => {
      meter.written += rows.length
      meter.largestStep = Math.max(meter.largestStep, rows.length)
      return table.bulkPut(rows)
    },
  })
  const database: RecordDatabase = {
    transaction: (mode, work) =>
      inner.transaction(mode, (tables) =>
        work({ ...tables, outbox: watch(tables.outbox), confirmedA: watch(tables.confirmedA) }),
      ),
    observe: (tables, listener) => inner.observe(tables, listener),
    live: (read, listener, onError) => inner.live(read, listener, onError),
    follow: (read, listener, onError) => inner.follow(read, listener, onError),
    onTrouble: (listener) => inner.onTrouble(listener),
    close: () => inner.close(),
  }
  return {
    database,
    meter,
    during: async (work: () => Promise<unknown>): Promise<typeof meter> => {
      Object.assign(meter, { read: 0, written: 0, largestStep: 0 })
      await work()
      return { ...meter }
    },
  }
}

test(
  '[ST19] kill case 43: with 10,000 pending operations every step touches a bounded number of rows',
  { timeout: 60_000 },
  async () => {
    let yields = 0
    const { database, during } = metered()
    const { records, syncStore, takeBatch, server, check, time } = openTestRecords({
      database,
      yieldToHost: async () => {
        yields++
      },
    })
    const filled = await during(() =>
      Promise.all(Array.from({ length: pendingCount }, (_, index) => records.product.create({ name: `p${index}` }))),
    )
    expect(filled).toEqual({ read: 0, written: pendingCount, largestStep: 250 })

    expect(await during(() => records.product.create({ name: 'one more' }))).toEqual({ read: 0, written: 1, largestStep: 1 })
    const counted = await during(async () =>
      expect(await syncStore.counts(time.now())).toMatchObject({ pending: pendingCount + 1 }),
    )
    expect(counted).toEqual({ read: 0, written: 0, largestStep: 0 })

    const fence = await syncStore.takeFence()
    const batch = await syncStore.takeBatch(fence, {
      now: time.now(),
      limits: { operationsMax: 500, requestBytesMax: 500_000 },
      tenantId: 'acme',
    })
    expect(batch.operations).toHaveLength(500)
    const settled = await during(() => syncStore.settle(fence, batch, server.push(batch), time.now()))
    expect(settled.read).toBeLessThanOrEqual(4_000)
    expect(settled.largestStep).toBeLessThanOrEqual(500)
    const taken = await during(() => takeBatch())
    expect(taken.read).toBeLessThanOrEqual(2_000)

    yields = 0
    const checked = await during(() => check())
    expect(checked.largestStep).toBeLessThanOrEqual(250)
    expect(yields).toBeGreaterThanOrEqual(38)
    yields = 0
    const listed = await during(() => records.product.query())
    expect([listed.largestStep <= 500, yields >= 39]).toEqual([true, true])
    const found = await during(async () => expect(await records.product.query({ where: { name: 'p9999' } })).toHaveLength(1))
    expect(found.read).toBeLessThanOrEqual(4)
  },
)

test('[OB12] the look through the outbox ends where it ended then: what is written meanwhile is not read', async () => {
  const { database, during } = metered()
  let written = 0
  const opened = openTestRecords({
    database,
    yieldToHost: async () => {
      if (written < 5) await createMany(`later ${written++} `)
    },
  })
  const createMany = (name: string): Promise<unknown> =>
    Promise.all(Array.from({ length: 300 }, (_, index) => opened.records.product.create({ name: `${name}${index}` })))
  expect((await during(() => opened.check())).read).toBe(0)
  await createMany('first ')
  expect((await during(() => opened.check())).read).toBe(300)
  expect(written).toBeGreaterThan(0)
  expect((await during(() => opened.check(100))).read).toBe(100)
})

test('[ST19] 2,000 that wait for one create become free together, in steps', { timeout: 60_000 }, async () => {
  const { database, during } = metered()
  const { records, drain, syncStore, time } = openTestRecords({ database })
  const { id } = await records.product.create({ name: 'Beet' })
  await Promise.all(Array.from({ length: 2_000 }, () => records.stockMovement.create({ productId: id, quantity: 1 })))
  expect(await syncStore.counts(time.now())).toMatchObject({ pending: 2_001, sendable: 1 })
  const drained = await during(() => drain())
  expect(drained.read).toBeLessThanOrEqual(40_000)
  expect(await syncStore.counts(time.now())).toMatchObject({ pending: 0 })
})
