import { expect, test } from 'vitest'
import { documentStoreContract } from '../testing/document-store-contract.ts'
import { createMemoryDocumentStore } from './memory-document-store.ts'

documentStoreContract('memory', async () => {
  const store = createMemoryDocumentStore()
  return { store, commitCount: () => store.commitCount() }
})

const append = {
  document: 'plan',
  generation: 'g-1',
  afterSeq: 0,
  rows: [{ update: new Uint8Array([1]), user: null, at: 0 }],
  bindings: [],
}

test('[B21] commits are held until they are released', async () => {
  const store = createMemoryDocumentStore()
  store.holdCommits()
  const appending = store.tenant('acme').append(append)
  await new Promise((resolve) => setImmediate(resolve))
  expect(await store.tenant('acme').load('plan')).toEqual({ type: 'absent' })
  store.releaseCommits()
  expect(await appending).toEqual({ type: 'committed', seq: 1 })
})

test('[B21] a commit told to fail rejects every append in it and writes nothing', async () => {
  const store = createMemoryDocumentStore()
  store.failNextCommit(new Error('disk full'))
  const failed = await Promise.allSettled(
    ['plan', 'other'].map((document) => store.tenant('acme').append({ ...append, document })),
  )
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await store.tenant('acme').load('plan')).toEqual({ type: 'absent' })
  expect(await store.tenant('acme').append(append)).toEqual({ type: 'committed', seq: 1 })
})
