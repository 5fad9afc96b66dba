import { describe, expect, test } from 'vitest'
import type { AppendRequest, DocumentStore, KeptVerdict, TenantDocuments } from '../relay/document-store.ts'

/** The part of the contract about verdicts, and the times that staleness is told by. */
export function keptVerdictsContract(name: string, openStore: () => Promise<DocumentStore>): void {
  const openTenant = async (): Promise<TenantDocuments> => (await openStore()).tenant('acme')

  describe(`${name}: verdicts`, () => {
    test('[B34] verdicts are kept with the rows they came with, and found by their operations', async () => {
      const documents = await openTenant()
      const verdicts = [verdict('one'), { ...verdict('two'), user: null, verdict: '{"ü":"\\u0000"}' }]
      await documents.append({ ...firstAppend, rows: [row], verdicts })
      const found = await documents.verdicts('plan', ['two', 'three', 'one'])
      expect(found.toSorted((a, b) => a.operationId.localeCompare(b.operationId))).toEqual(verdicts)
      expect(await documents.verdicts('plan', [])).toEqual([])
      expect(await documents.verdicts('other', ['one'])).toEqual([])
    })

    test('[B34] verdicts alone are kept too', async () => {
      const documents = await openTenant()
      expect(await documents.append({ ...firstAppend, verdicts: [verdict('one')] })).toEqual({ type: 'committed', seq: 0 })
      expect(await documents.append({ ...firstAppend, rows: [row], verdicts: [verdict('two')] })).toMatchObject({ seq: 1 })
      expect(await documents.verdicts('plan', ['one', 'two'])).toHaveLength(2)
    })

    test('[B34] an append with an operation that has its verdict is stale: neither its rows nor its other verdicts are written', async () => {
      const documents = await openTenant()
      await documents.append({ ...firstAppend, rows: [row], verdicts: [verdict('one')] })
      const again = { ...firstAppend, afterSeq: 1, rows: [row], bindings: [{ client: 1, user: 'eve' }] }
      const results = await Promise.all([
        documents.append({ ...again, verdicts: [verdict('new'), { ...verdict('one'), verdict: '"other"' }] }),
        documents.append({ ...again, verdicts: [verdict('two')] }),
      ])
      expect(results).toEqual([{ type: 'stale' }, { type: 'committed', seq: 2 }])
      expect(await documents.verdicts('plan', ['one', 'new', 'two'])).toEqual([verdict('one'), verdict('two')])
    })

    test('[B34] a stale append keeps no verdict', async () => {
      const documents = await openTenant()
      expect(await documents.append({ ...firstAppend, afterSeq: 7, rows: [row], verdicts: [verdict('one')] })).toEqual({
        type: 'stale',
      })
      expect(await documents.verdicts('plan', ['one'])).toEqual([])
    })

    test('[B34] verdicts outlive the life of their document, and are no other tenant’s', async () => {
      const store = await openStore()
      const documents = store.tenant('acme')
      await documents.append({ ...firstAppend, rows: [row], verdicts: [verdict('one')] })
      await documents.delete('plan')
      expect(await documents.verdicts('plan', ['one'])).toEqual([verdict('one')])
      await documents.create('plan')
      expect(await documents.verdicts('plan', ['one'])).toEqual([verdict('one')])
      expect(await store.tenant('other').verdicts('plan', ['one'])).toEqual([])
    })

    test('[B35] a load tells when each row was committed, by the time on it', async () => {
      const documents = await openTenant()
      const times = [1_000, 1_900_000_000_123, 2 ** 47]
      await documents.append({ ...firstAppend, rows: times.slice(0, 2).map((at) => ({ ...row, at })) })
      await documents.append({ ...firstAppend, afterSeq: 2, rows: times.slice(2).map((at) => ({ ...row, at })) })
      expect(await documents.load('plan')).toMatchObject({ committedAt: { snapshot: undefined, tail: Float64Array.from(times) } })
    })

    test('[B35] and when the snapshot was made', async () => {
      const documents = await openTenant()
      const before = Date.now()
      await documents.append({ ...firstAppend, rows: [{ ...row, update: Uint8Array.of(0, 0) }] })
      await documents.compact('plan')
      const loaded = await documents.load('plan')
      const { snapshot = 0, tail } = loaded.type === 'live' ? loaded.committedAt : { tail: undefined }
      expect([tail?.length, snapshot >= before && snapshot <= Date.now()]).toEqual([0, true])
    })
  })
}

const firstAppend: AppendRequest = { document: 'plan', generation: 'g-1', afterSeq: 0, rows: [], bindings: [] }
const row: AppendRequest['rows'][number] = { update: Uint8Array.of(1), user: 'ann', at: 1_000 }

function verdict(operationId: string): KeptVerdict {
  return { operationId, user: 'ann', intentionHash: `hash of ${operationId}`, verdict: '{"type":"applied"}', at: 1_000 }
}
