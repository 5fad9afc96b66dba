import { expect, test } from 'vitest'
import { z } from 'zod'
import { createMemoryRecordDatabase, RecordDisk, type CommitFate } from '../record-database/memory-record-database.ts'
import type { RecordTables } from '../record-database/record-database.ts'
import { StoreError } from '../store/store-error.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { rest } from '../testing/sync-device.ts'
import { SharedTransaction } from './shared-transaction.ts'

const fenceSchema = z.object({ value: z.number() })
const wordsSchema = z.object({ value: z.array(z.string()) })
const wordsIn = (row: unknown): readonly string[] => (row === undefined ? [] : wordsSchema.parse(row).value)
const noRoom = new StoreError('quotaExceeded', 'this device has no room left for local data')

function openShared(fateOf: () => CommitFate = () => 'commit') {
  let commits = 0
  const database = createMemoryRecordDatabase({
    disk: new RecordDisk(),
    fateOf: () => {
      commits++
      return Promise.resolve(fateOf())
    },
  })
  const append =
    (word: string) =>
    async ({ meta }: RecordTables): Promise<string> => {
      await meta.put({ key: 'words', value: [...wordsIn(await meta.get('words')), word] })
      return word
    }
  return {
    shared: new SharedTransaction(database),
    append,
    read: () => database.transaction('read', async ({ meta }) => wordsIn(await meta.get('words'))),
    commits: () => commits,
  }
}

const refuse = (): Promise<never> => Promise.reject(new Error('refused'))

test('[PB8] writes asked for together, or while one is at work, are one transaction in their order', async () => {
  const { shared, append, read, commits } = openShared()
  const late: Promise<string>[] = []
  const first = shared.run(async (tables) => {
    const word = await append('a')(tables)
    late.push(shared.run(append('c')))
    return word
  })
  const second = shared.run(append('b'))
  expect([await first, await second, ...(await Promise.all(late))]).toEqual(['a', 'b', 'c'])
  expect(commits()).toBe(1)
  expect(await read()).toEqual(['a', 'b', 'c'])
  expect(await shared.run(append('d'))).toBe('d')
  expect(commits()).toBe(2)
})

test('[PB8] where one throws, none of them is kept together, and each is done by itself', async () => {
  const { shared, append, read, commits } = openShared()
  const outcomes = await Promise.allSettled([shared.run(append('a')), shared.run(refuse), shared.run(append('b'))])
  expect(outcomes).toEqual([
    { status: 'fulfilled', value: 'a' },
    { status: 'rejected', reason: new Error('refused') },
    { status: 'fulfilled', value: 'b' },
  ])
  expect(commits()).toBe(2)
  expect(await read()).toEqual(['a', 'b'])
})

test('[PB8] where the commit fails, all of them fail and are not tried again', async () => {
  const { shared, append, read, commits } = openShared(() => 'fail')
  const outcomes = await Promise.allSettled([shared.run(append('a')), shared.run(append('b'))])
  expect(outcomes).toEqual([
    { status: 'rejected', reason: noRoom },
    { status: 'rejected', reason: noRoom },
  ])
  expect(commits()).toBe(1)
  expect(await read()).toEqual([])
})

test('[PB8] an answer is settled though the next batch cannot be chosen', async () => {
  const { records, syncStore, takeBatch, server, database, time, outbox } = openTestRecords()
  await records.product.create({ name: 'A' })
  await records.product.create({ name: 'B' })
  const limits = { operationsMax: 1, requestBytesMax: 512 * 1024 }
  const batch = await takeBatch(limits)
  const fence = await database.transaction('read', async ({ meta }) => fenceSchema.parse(await meta.get('fence')).value)
  const settling = syncStore.settle(fence, batch, server.push(batch), time.now())
  const choosing = syncStore.takeBatch(fence + 1, { now: time.now(), limits, tenantId: 'acme', underWay: 1 })
  await expect(choosing).rejects.toThrow('another tab has taken over')
  expect(await settling).toMatchObject({ settled: 1, isApplied: true })
  await rest()
  expect(await outbox.list()).toMatchObject([{ state: 'ready', operation: { payload: { name: 'B' } } }])
})
