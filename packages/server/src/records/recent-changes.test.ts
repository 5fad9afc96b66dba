import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemoryRecords } from '../memory/memory-records.ts'
import { RecentChanges } from './recent-changes.ts'
import { createRecordsWorld, identityOf, ScriptedDevice } from '../testing/records-world.ts'
import { createMemoryRecordStore } from '../memory/memory-record-store.ts'
import type { RecordStore, StoredRecord } from './record-store.ts'

function record(recordId: string, seq: number): StoredRecord {
  const times = { clientCreatedAt: 0, clientUpdatedAt: 0, serverCreatedAt: 0, serverUpdatedAt: 0 }
  return {
    entityType: 'product',
    recordId,
    version: seq,
    seq,
    fields: { name: 'Beet', tags: [1] },
    isDeleted: false,
    stamps: {},
    ...times,
  }
}

/** Requests of so many records each, some of them records that changed before. */
const requests = fc.array(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 30 }), { maxLength: 60 })

test('[RP9] pages of recent changes are the pages of the store, or none', () => {
  fc.assert(
    fc.property(requests, fc.nat({ max: 20 }), fc.integer({ min: 1, max: 40 }), (plan, unknown, limit) => {
      const recent = new RecentChanges({ versionsMax: 10, charactersMax: 60 })
      const store = new MemoryRecords()
      for (const [index, ids] of plan.entries()) {
        const [from, to] = [index, index + 1]
        const records = [...new Set(ids)].map((id) => record(`p${id}`, to))
        store.commit({ afterHead: from, head: to, records, verdicts: [], devices: [], audit: [] }, 0)
        if (index >= unknown) recent.add({ from, to, records })
      }
      const all = (): boolean => true
      for (let afterSeq = 0; afterSeq <= plan.length; afterSeq++) {
        const { records, throughSeq, head } = store.page(afterSeq, limit, all)
        const served = recent.page({ afterSeq, limit })
        // Whoever is up to date is served from here.
        const mustServe = afterSeq === plan.length && plan.length > unknown
        expect(served ?? (mustServe || { records, throughSeq, head })).toMatchObject({ records, throughSeq, head })
      }
    }),
  )
})

test('[RP9] where another process came between, nothing from before is served', () => {
  const recent = new RecentChanges()
  recent.add({ from: 0, to: 1, records: [record('a', 1)] })
  recent.add({ from: 2, to: 3, records: [record('c', 3)] })
  expect([0, 1, 2].map((afterSeq) => recent.page({ afterSeq, limit: 9 })?.records.map(({ recordId }) => recordId))).toEqual([
    undefined,
    undefined,
    ['c'],
  ])
})

test('[RP25] recent changes are kept of some tenants only; what was forgotten comes from the store', async () => {
  const memory = createMemoryRecordStore()
  const asked: string[] = []
  const store: RecordStore = {
    ...memory,
    tenant: (name) => ({
      ...memory.tenant(name),
      changes: (page) => {
        asked.push(name)
        return memory.tenant(name).changes(page)
      },
    }),
  }
  const { service } = createRecordsWorld({ store })
  const tenants = Array.from({ length: 65 }, (_, index) => `tenant-${index}`)
  const push = async (tenant: string, recordId: string) => {
    const device = new ScriptedDevice('phone', tenant)
    const operation = device.create('memo', recordId, { text: 'x' }, { deviceSeq: Number(recordId.slice(1)) })
    const { changes } = await service.sync(identityOf('ann', { tenant }), device.request([operation]))
    return changes.map(({ recordId: id }) => id)
  }
  for (const tenant of tenants) {
    await service.follow(identityOf('ann', { tenant }), () => undefined)
    await push(tenant, 'm1')
  }
  expect(asked).toEqual([])
  expect(await push('tenant-64', 'm2')).toEqual(['m1', 'm2'])
  expect(asked).toEqual([])
  expect(await push('tenant-0', 'm2')).toEqual(['m1', 'm2'])
  expect(asked).toEqual(['tenant-0'])
})
