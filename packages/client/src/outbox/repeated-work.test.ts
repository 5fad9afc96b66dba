import { expect, test } from 'vitest'
import { RecordDisk } from '../record-database/memory-record-database.ts'
import { repeatingDatabase } from '../testing/repeating-database.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { waitingOperations } from '../testing/waiting-operations.ts'

test('[RD6] whatever is done twice because the first outcome was lost takes effect once', async () => {
  const disk = new RecordDisk()
  const device = openTestRecords({ disk, database: repeatingDatabase(disk), maxRetries: 0 })
  const { records, outbox, attention, server, drain, time, syncStore } = device
  await Promise.all([
    records.product.create({ name: 'Beet' }, { id: 'beet' }),
    records.stockMovement.create({ productId: 'beet', quantity: 5 }),
    records.recipe.create({ title: 'Borscht', body: '' }, { id: 'borscht' }),
  ])
  await records.product.create({ name: 'Gone' }, { id: 'gone' })
  await records.product.delete('gone')
  expect((await waitingOperations(outbox)).map(({ operation }) => [operation.entityType, operation.deviceSeq])).toEqual([
    ['product', 1],
    ['stockMovement', 2],
    ['recipe', 3],
  ])
  server.interfere = ({ entityType }) => (entityType === 'recipe' ? { status: 'rejected', code: 'INTERNAL' } : undefined)
  await drain()
  expect(await attention.list()).toMatchObject([{ kind: 'failed' }])
  server.interfere = ({ entityType }) => (entityType === 'recipe' ? { status: 'rejected', code: 'FORBIDDEN' } : undefined)
  await attention.retry((await attention.list())[0]?.id ?? 0)
  await drain()
  const [rejected, ...others] = await attention.list()
  expect([rejected?.kind, others]).toEqual(['rejected', []])
  server.interfere = () => undefined
  await attention.retry(rejected?.id ?? 0)
  await records.product.update('beet', { priceCents: 5 })
  await records.product.update('beet', { note: 'x' })
  expect(await outbox.list()).toHaveLength(2)
  await drain()
  expect(server.judged.map(({ entityType }) => entityType)).toEqual(['product', 'stockMovement', 'recipe', 'product'])
  expect(await syncStore.counts(time.now())).toMatchObject({ pending: 0, failed: 0, attention: 0 })
})
