import { describe, expect, test } from 'vitest'
import { openTestRecords } from '../testing/test-records.ts'

/** Three changes that are to be taken all or none, each of which has used up its attempts. */
async function openFailedGroup() {
  const device = openTestRecords({ retries: { type: 'schedule', delaysMs: [] } })
  const { records, server, drain, attention } = device
  server.interfere = () => ({ status: 'rejected', code: 'INTERNAL', message: 'the hook has a bug' })
  await Promise.all([
    records.product.create({ name: 'Beet' }, { groupId: 'g', id: 'beet' }),
    records.stockMovement.create({ productId: 'beet', quantity: 1 }, { groupId: 'g' }),
    records.recipe.create({ title: 'Borscht', body: '' }, { groupId: 'g' }),
  ])
  await drain()
  server.interfere = () => undefined
  const items = await attention.list()
  expect(items.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'failed'])
  const [first] = items
  if (first === undefined) throw new Error('there is an item')
  return { ...device, first }
}

describe('[AT6] a group that is still in the outbox is dealt with as a whole', () => {
  test('who tries one of it again tries all', async () => {
    const { attention, takeBatch, drain, first } = await openFailedGroup()
    await attention.retry(first.id)
    expect(await attention.list()).toEqual([])
    expect((await takeBatch()).operations.map(({ groupId }) => groupId)).toEqual(['g', 'g', 'g'])
    await drain()
  })

  test('who mends one of it sends the others along', async () => {
    const { attention, takeBatch, first, records, drain } = await openFailedGroup()
    await attention.editAndResend(first.id, { name: 'Beetroot' })
    const sent = (await takeBatch()).operations
    expect(sent.map(({ groupId }) => groupId)).toEqual(['g', 'g', 'g'])
    expect(sent.filter(({ retryOf }) => retryOf === first.operation?.operationId)).toHaveLength(1)
    await drain()
    expect(await records.product.get('beet')).toMatchObject({ name: 'Beetroot', meta: { isPending: false } })
  })

  test('who gives one of it up gives all up, and is told', async () => {
    const { attention, outbox, first } = await openFailedGroup()
    expect((await attention.discard(first.id)).map(({ entityType }) => entityType)).toEqual(['stockMovement', 'recipe'])
    expect([await attention.list(), await outbox.list()]).toEqual([[], []])
  })

  test('what waits with one that a person has to see to cannot be sent, and is not counted as if it could', async () => {
    const { attention, syncStore, records, takeBatch, time, first } = await openFailedGroup()
    await records.recipe.create({ title: 'Kissel', body: '' }, { groupId: 'g' })
    expect((await takeBatch()).operations).toEqual([])
    expect(await syncStore.counts(time.now())).toMatchObject({ pending: 1, failed: 3, sendable: 0 })
    await attention.retry(first.id)
    expect((await takeBatch()).operations).toHaveLength(4)
  })
})
