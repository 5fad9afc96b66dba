import { expect, test } from 'vitest'
import { defineSchema } from '@rejoin/core'
import { createRecordsWorld, identityOf, ScriptedDevice, stockSchema } from '../testing/records-world.ts'

const ann = identityOf('ann')

test('[PT1] who begins with nothing comes through a feed of several pages, however many tombstones were purged before', async () => {
  const { service, store, time } = createRecordsWorld()
  const device = new ScriptedDevice('phone')
  const push = (...operations: Parameters<typeof device.request>[0]) => service.sync(ann, device.request(operations))
  for (const id of ['p1', 'p2', 'p3']) await push(device.create('product', id, { name: id, priceCents: 1 }))
  await push({ ...device.create('product', 'p3', {}), operationType: 'delete', baseVersion: 1 })
  const early = (await service.changes(ann, { checkpoint: undefined, limit: 1 })).checkpoint
  await store.prune({ tombstones: time.now() + 1, verdicts: 0 })

  const first = await service.changes(ann, { checkpoint: undefined, limit: 1 })
  expect(first).toMatchObject({ changes: [{ recordId: 'p1' }], hasMore: true })
  const second = await service.changes(ann, { checkpoint: first.checkpoint, limit: 1 })
  expect(second).toMatchObject({ changes: [{ recordId: 'p2' }], hasMore: false })
  expect(second.resyncRequired).toBeUndefined()
  // Who was on the way when they were purged may have got what is deleted now.
  expect(await service.changes(ann, { checkpoint: early, limit: 1 })).toMatchObject({ changes: [], resyncRequired: 'tooOld' })
})

test('[RP24] a release that is taken back and comes again: who pulled meanwhile gets the rows that were not shown', async () => {
  const { service, store } = createRecordsWorld()
  const { memo: _memo, ...others } = stockSchema.entities
  const without = createRecordsWorld({ store, schema: defineSchema({ version: 2, entities: others }) }).service
  const device = new ScriptedDevice('phone')
  const pull = (by: typeof service, checkpoint: string | undefined) => by.changes(ann, { checkpoint, limit: 9 })
  await service.sync(ann, device.request([device.create('product', 'p1', { name: 'Beet', priceCents: 1 })]))
  const before = await pull(without, undefined)
  expect((await pull(service, before.checkpoint)).resyncRequired).toBeUndefined()
  await service.sync(ann, device.request([device.create('memo', 'm1', { text: 'of the new release' })]))

  const back = await pull(without, before.checkpoint)
  expect(back).toMatchObject({ changes: [], hasMore: false })
  const later = await pull(without, back.checkpoint)
  expect(later).toMatchObject({ changes: [], hasMore: false })
  expect(later.resyncRequired).toBeUndefined()
  expect(await pull(service, later.checkpoint)).toMatchObject({ changes: [], resyncRequired: 'otherScope' })
  expect((await pull(service, undefined)).changes.map(({ recordId }) => recordId)).toEqual(['p1', 'm1'])
})
