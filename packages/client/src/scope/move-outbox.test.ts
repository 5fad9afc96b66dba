import { createSeededRandom } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import { createMemoryRecordDatabase, RecordDisk, type CommitFate } from '../record-database/memory-record-database.ts'
import { outboxContextOf } from '../records/local-records.ts'
import { openTestRecords, stockSchema } from '../testing/test-records.ts'
import { moveOutbox } from './move-outbox.ts'
import { waitingOperations } from '../testing/waiting-operations.ts'

/** Work made without a sign-in on one disk, and a person's own on another. */
async function prepare() {
  const [fromDisk, intoDisk] = [new RecordDisk(), new RecordDisk()]
  const nobodys = openTestRecords({ disk: fromDisk, seed: 1 })
  const { time } = nobodys
  const { product, stockMovement } = nobodys.records
  const { id: productId } = await product.create({ name: 'Beet' })
  await stockMovement.create({ productId, quantity: 5 })
  await product.update(productId, { note: 'red' })
  const gone = await product.create({ name: 'Gone' })
  await product.delete(gone.id)
  const own = openTestRecords({ disk: intoDisk, seed: 2, time })
  await own.records.recipe.create({ title: 'Borscht', body: '' })
  const context = outboxContextOf({ schema: stockSchema, clock: time, random: createSeededRandom(3) })
  const move = async (fateOf?: () => Promise<CommitFate>): Promise<void> => {
    const options = fateOf === undefined ? {} : { fateOf }
    const from = createMemoryRecordDatabase({ disk: fromDisk, ...options })
    const into = createMemoryRecordDatabase({ disk: intoDisk, ...options })
    await moveOutbox({ from, fromName: 'nobodys', into, context })
  }
  return { nobodys, own, move, productId }
}

const expected = [
  ['recipe', 'create', 1],
  ['product', 'create', 2],
  ['stockMovement', 'create', 3],
]

test('[SP5] all that waits is moved in its order, under the numbers of the device that sends it', async () => {
  const { nobodys, own, move, productId } = await prepare()
  await move()
  const entries = await waitingOperations(own.outbox)
  expect(
    entries.map(({ operation: { entityType, operationType, deviceSeq } }) => [entityType, operationType, deviceSeq]),
  ).toEqual(expected)
  expect(new Set(entries.map(({ operation }) => operation.deviceId)).size).toBe(1)
  expect(await nobodys.outbox.list()).toEqual([])
  expect(await own.records.product.get(productId)).toMatchObject({ name: 'Beet', note: 'red' })
  await own.drain()
  expect(own.server.judged.map(({ entityType }) => entityType).toSorted()).toEqual(['product', 'recipe', 'stockMovement'])
})

test('[SP6] cut short at every commit, before and after it, and begun again: everything once', async () => {
  for (const fate of ['vanish', 'commitUnheard', 'fail'] as const) {
    for (let at = 1; at <= 3; at++) {
      const { nobodys, own, move } = await prepare()
      let count = 0
      const cut = Promise.withResolvers<void>()
      const fateOf = (): Promise<CommitFate> => {
        if (++count !== at) return Promise.resolve('commit')
        queueMicrotask(cut.resolve)
        return Promise.resolve(fate)
      }
      const first = Promise.allSettled([move(fateOf)])
      // Who is killed is never told.
      await (fate === 'fail' ? first : cut.promise)
      await move()
      await move()
      const entries = await waitingOperations(own.outbox)
      expect(
        entries.map(({ operation: { entityType, operationType, deviceSeq } }) => [entityType, operationType, deviceSeq]),
      ).toEqual(expected)
      expect(await nobodys.outbox.list()).toEqual([])
    }
  }
})

test('[SP7] what another tab still writes into the old database is a change of its own, and moved the next time', async () => {
  const { nobodys, own, move, productId } = await prepare()
  let isSealed = false
  const unsealed = move(() => {
    // After what is there was made immutable, before it is deleted.
    if (!isSealed) queueMicrotask(() => void nobodys.records.product.update(productId, { name: 'Chard' }))
    isSealed = true
    return Promise.resolve('commit')
  })
  await unsealed
  await move()
  await move()
  expect(await own.records.product.get(productId)).toMatchObject({ name: 'Chard', note: 'red' })
  await own.drain()
  expect(own.server.row(`product/${productId}`)).toMatchObject({ fields: { name: 'Chard', note: 'red' } })
})

test('[SP5] what a person has still to see to is moved too, and can be tried again there', async () => {
  const { nobodys, own, move, productId } = await prepare()
  nobodys.server.interfere = ({ recordId }) => (recordId === productId ? undefined : { status: 'rejected', code: 'FORBIDDEN' })
  await nobodys.drain()
  expect(await nobodys.attention.list()).toMatchObject([{ kind: 'rejected', entityType: 'stockMovement' }])
  await move()
  await move()
  expect(await nobodys.attention.list()).toEqual([])
  const [item, ...others] = await own.attention.list()
  expect([item, others]).toMatchObject([{ kind: 'rejected', code: 'FORBIDDEN', operation: { payload: { quantity: 5 } } }, []])
  await own.attention.retry(item?.id ?? 0)
  expect((await waitingOperations(own.outbox)).map(({ operation: { entityType } }) => entityType)).toEqual([
    'recipe',
    'stockMovement',
  ])
})
