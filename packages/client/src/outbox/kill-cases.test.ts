import { describe, expect, test } from 'vitest'
import { RecordDisk, type CommitFate } from '../record-database/memory-record-database.ts'
import { FakeRecordServer } from '../testing/fake-record-server.ts'
import { openTestRecords, stockSchema, type TestRecords } from '../testing/test-records.ts'
import type { RecordRow } from '@rejoin/core'

/** The page is killed at the n-th transaction that writes: before it is kept, or after, in either case before anybody is told. */
function killAt(
  n: number,
  fate: 'vanish' | 'commitUnheard',
): { readonly fateOf: () => Promise<CommitFate>; readonly killed: Promise<'killed'> } {
  const { promise, resolve } = Promise.withResolvers<'killed'>()
  let commits = 0
  return {
    fateOf: async () => {
      commits++
      if (commits === n) queueMicrotask(() => resolve('killed'))
      if (commits < n) return 'commit'
      return commits === n ? fate : 'vanish'
    },
    killed: promise,
  }
}

const shown = (rows: readonly RecordRow[]) => rows.map(({ entityType, fields, isDeleted }) => ({ entityType, fields, isDeleted }))

describe('killed at any instant', () => {
  /** What a person does; resolves with what they were told is kept. */
  async function work(device: TestRecords, kept: string[]): Promise<'done'> {
    const { records, drain } = device
    await records.product.create({ name: 'Beet' }, { id: 'beet' })
    kept.push('product/beet')
    await drain()
    await Promise.all([
      records.product.update('beet', { priceCents: 5 }),
      records.stockMovement.create({ productId: 'beet', quantity: 5 }, { id: 'm1' }),
    ])
    kept.push('stockMovement/m1')
    await records.recipe.create({ title: 'Borscht', body: '' }, { id: 'borscht' })
    kept.push('recipe/borscht')
    await drain()
    await records.recipe.update('borscht', { body: 'boil' })
    await records.recipe.delete('borscht')
    await drain()
    return 'done'
  }

  for (const fate of ['vanish', 'commitUnheard'] as const) {
    test(`[ST17] kill case 5: at every transaction boundary, ${fate === 'vanish' ? 'before' : 'after'} it is kept`, async () => {
      let boundary = 0
      let isDone = false
      while (!isDone) {
        boundary++
        const [disk, server, kept] = [new RecordDisk(), new FakeRecordServer(stockSchema), new Array<string>()]
        const { fateOf, killed } = killAt(boundary, fate)
        const outcome = await Promise.race([killed, work(openTestRecords({ disk, server, fateOf }), kept)])
        const restarted = openTestRecords({ disk, server, seed: 2 })
        await restarted.check()
        await restarted.drain()
        expect(kept.filter((key) => server.row(key) === undefined)).toEqual([])
        const operationIds = server.judged.map(({ operationId }) => operationId)
        expect(new Set(operationIds).size).toBe(operationIds.length)
        expect([await restarted.outbox.list(), await restarted.attention.list()]).toEqual([[], []])
        const device = await Promise.all([
          restarted.records.product.query(),
          restarted.records.stockMovement.query(),
          restarted.records.recipe.query(),
        ])
        const live = server.rows().filter(({ isDeleted }) => !isDeleted)
        expect(
          device
            .flat()
            .map(({ id }) => id)
            .toSorted(),
        ).toEqual(live.map(({ recordId }) => recordId).toSorted())
        isDone = outcome === 'done'
      }
      expect(boundary).toBeGreaterThan(10)
    })
  }

  test('[ST17] kill case 4: after enqueue, after sending, after the answer, after it is settled: each goes on rightly', async () => {
    const [disk, server] = [new RecordDisk(), new FakeRecordServer(stockSchema)]
    const restart = () => openTestRecords({ disk, server, seed: 2 })
    const { id } = await openTestRecords({ disk, server }).records.product.create({ name: 'Beet' })
    const queued = restart()
    expect(await queued.outbox.list()).toMatchObject([{ state: 'ready' }])
    const batch = await queued.takeBatch()
    const sent = restart()
    expect(await sent.outbox.list()).toMatchObject([{ state: 'sent' }])
    server.push(batch)
    const unheard = restart()
    const again = await unheard.takeBatch()
    expect(again.operations).toEqual(batch.operations)
    const fence = await unheard.syncStore.takeFence()
    const answer = server.push(again)
    expect(answer.results).toMatchObject([{ status: 'duplicate', first: { status: 'applied' } }])
    await unheard.syncStore.settle(fence, again, answer, 0)
    const settled = restart()
    expect(await settled.outbox.list()).toEqual([])
    expect(await settled.records.product.get(id)).toMatchObject({ name: 'Beet', meta: { version: 1, isPending: false } })
    expect(server.judged).toHaveLength(1)
  })

  test('[ST17] kill case 8: a movement sent three times over a restart counts once', async () => {
    const [disk, server] = [new RecordDisk(), new FakeRecordServer(stockSchema)]
    const first = openTestRecords({ disk, server })
    await first.records.stockMovement.create({ productId: 'p', quantity: 5 })
    server.push(await first.takeBatch())
    server.push(await openTestRecords({ disk, server }).takeBatch())
    const last = openTestRecords({ disk, server })
    await last.drain()
    const balance = (await last.records.stockMovement.query()).reduce((sum, { quantity }) => sum + quantity, 0)
    expect([balance, server.rows().length, server.judged.length]).toEqual([5, 1, 1])
  })
})

describe('order', () => {
  test('[OB2] kill case 15: made, edited twice and deleted offline: nothing is sent; once sent, a tombstone and no ghost', async () => {
    const { records, server, drain, takeBatch, outbox } = openTestRecords()
    const { id } = await records.product.create({ name: 'Beet' })
    await records.product.update(id, { priceCents: 1 })
    await records.product.update(id, { note: 'x' })
    await records.product.delete(id)
    expect([await outbox.list(), await drain()]).toEqual([[], 0])

    const other = await records.product.create({ name: 'Leek' })
    await takeBatch()
    await records.product.update(other.id, { priceCents: 1 })
    await records.product.update(other.id, { note: 'x' })
    await records.product.delete(other.id)
    expect(await outbox.list()).toHaveLength(3)
    await drain()
    expect(shown(server.rows())).toEqual([
      { entityType: 'product', fields: { name: 'Leek', priceCents: 1, note: 'x' }, isDeleted: true },
    ])
    expect(await records.product.query()).toEqual([])
  })

  test('[OB3] kill case 19: an edit made while an earlier one is on a slow link comes after it, and stays', async () => {
    const { records, server, drain, syncStore, time } = openTestRecords()
    const { id } = await records.product.create({ name: 'one' })
    await drain()
    await records.product.update(id, { name: 'two' })
    const fence = await syncStore.takeFence()
    const slow = await syncStore.takeBatch(fence, {
      now: time.now(),
      limits: { operationsMax: 5, requestBytesMax: 50_000 },
      tenantId: 'acme',
    })
    await records.product.update(id, { name: 'three' })
    await syncStore.settle(fence, slow, server.push(slow), time.now())
    expect(await records.product.get(id)).toMatchObject({ name: 'three' })
    await drain()
    expect(await records.product.get(id)).toMatchObject({ name: 'three', meta: { isPending: false, version: 3 } })
    expect(server.row(`product/${id}`)).toMatchObject({ version: 3, fields: { name: 'three' } })
  })
})

describe('the device', () => {
  test('[ST18] kill case 39: storage wiped under a running page: another device id, no number used again, and a full pull', async () => {
    const { records, disk, drain, takeBatch, server, syncStore, outbox } = openTestRecords()
    await records.product.create({ name: 'Beet' })
    await drain()
    await records.product.create({ name: 'Lost with the storage' })
    const before = await takeBatch()
    disk.wipe()
    await syncStore.takeFence()
    expect([await outbox.list(), await syncStore.checkpoint()]).toEqual([[], undefined])
    await records.product.create({ name: 'Leek' })
    await drain()
    const leek = server.judged.at(-1)
    expect(leek).toMatchObject({ deviceSeq: 1, payload: { name: 'Leek' } })
    expect(leek?.deviceId).not.toBe(before.deviceId)
    expect((await records.product.query({ orderBy: 'name' })).map(({ name }) => name)).toEqual(['Beet', 'Leek'])
  })

  test('[RD6] kill case 40: no room: the person is told, earlier operations are whole, and nothing is shown as saved', async () => {
    let isFull = false
    const { records, outbox, database, drain, server } = openTestRecords({ fateOf: async () => (isFull ? 'fail' : 'commit') })
    const troubles: unknown[] = []
    database.onTrouble((trouble) => troubles.push(trouble))
    await records.product.create({ name: 'Beet' })
    const before = await outbox.list()
    isFull = true
    await expect(records.product.create({ name: 'Leek' })).rejects.toMatchObject({ code: 'quotaExceeded' })
    expect([await outbox.list(), (await records.product.query()).length, troubles]).toEqual([
      before,
      1,
      [{ type: 'quotaExceeded' }],
    ])
    isFull = false
    await records.product.create({ name: 'Leek' })
    await drain()
    expect(server.rows()).toHaveLength(2)
  })

  test('[ST20] kill cases 45 and 46: two people, two databases: nobody sends or sees what is another’s, and work waits for its owner', async () => {
    const [ann, bob] = [new RecordDisk(), new RecordDisk()]
    const first = openTestRecords({ disk: ann })
    const { id } = await first.records.product.create({ name: 'of Ann' })
    await first.close()
    const second = openTestRecords({ disk: bob, seed: 2 })
    expect([await second.records.product.query(), await second.drain()]).toEqual([[], 0])
    const back = openTestRecords({ disk: ann, seed: 3 })
    await back.drain()
    expect(back.server.judged).toMatchObject([{ recordId: id, payload: { name: 'of Ann' } }])
    expect(second.server.judged).toEqual([])
  })

  test('[OB12] kill case 48: a damaged entry is set aside and shown as it was found; the rest drains', async () => {
    const disk = new RecordDisk()
    const first = openTestRecords({ disk })
    await Promise.all(['Beet', 'Leek', 'Kale'].map((name) => first.records.product.create({ name })))
    const [, row] = await first.database.transaction('read', ({ outbox }) => outbox.range({}))
    const damaged = { ...Object(row), lanes: 'none', score: 'high' }
    await first.database.transaction('write', ({ outbox }) => outbox.put(damaged))
    const restarted = openTestRecords({ disk, server: first.server, seed: 2 })
    await restarted.check()
    const [item] = await restarted.attention.list()
    expect(item).toMatchObject({ kind: 'unreadable', title: 'A change that cannot be read', raw: damaged })
    expect(JSON.parse(await restarted.attention.export())).toMatchObject({ items: [{ raw: damaged }] })
    await restarted.drain()
    expect(restarted.server.judged.map(({ payload }) => payload['name'])).toEqual(['Beet', 'Kale'])
    await expect(restarted.attention.retry(item?.id ?? 0)).rejects.toThrow('cannot be read')
    await restarted.attention.discard(item?.id ?? 0)
    expect(await restarted.attention.list()).toEqual([])
  })

  test('[OB12] kill case 48: an entry that is damaged while the page runs does not stop the queue either', async () => {
    const { records, database, drain, server, attention, takeBatch } = openTestRecords()
    await Promise.all(['Beet', 'Leek'].map((name) => records.product.create({ name })))
    const [row] = await database.transaction('read', ({ outbox }) => outbox.range({}))
    await database.transaction('write', ({ outbox }) => outbox.put({ ...Object(row), attempts: -1 }))
    expect(await takeBatch()).toMatchObject({ ackedThrough: 0 })
    await drain()
    expect(server.judged.map(({ payload }) => payload['name'])).toEqual(['Leek'])
    expect(await attention.list()).toMatchObject([{ kind: 'unreadable' }])
    expect(await takeBatch()).toMatchObject({ ackedThrough: 2 })
  })
})
