import { expect, test } from 'vitest'
import type { RecordsCommit } from '../records/record-store.ts'
import { recordStoreContract } from '../testing/record-store-contract.ts'
import { createMemoryRecordStore } from './memory-record-store.ts'

recordStoreContract('memory', async (clock) => {
  const store = createMemoryRecordStore({ clock })
  return { store, commitCount: () => store.commitCount(), close: async () => {} }
})

const audit = [{ at: 1, user: 'ann', deviceId: 'phone', facts: '{}' }]
const commit: RecordsCommit = { afterHead: 0, head: 1, records: [], verdicts: [], devices: [], audit }

test('[RS11] commits are held until they are released', async () => {
  const store = createMemoryRecordStore()
  store.holdCommits()
  const committing = store.tenant('acme').commit(commit)
  await new Promise((resolve) => setImmediate(resolve))
  expect((await store.tenant('acme').changes({ afterSeq: 0, limit: 1 })).head).toBe(0)
  store.releaseCommits()
  expect(await committing).toBe('committed')
  expect(store.auditOf('acme')).toEqual(audit)
})

test('[RS11] a transaction told to fail rejects every commit in it and writes nothing', async () => {
  const store = createMemoryRecordStore()
  store.failNextCommit(new Error('disk full'))
  const failed = await Promise.allSettled(['acme', 'other'].map((tenant) => store.tenant(tenant).commit(commit)))
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await store.tenant('acme').commit(commit)).toBe('committed')
})
