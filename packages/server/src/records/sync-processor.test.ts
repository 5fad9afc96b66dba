import { syncResponseSchema } from '@rejoin/core'
import { expect, test } from 'vitest'
import { createRecordsWorld, identityOf, ScriptedDevice, startMs } from '../testing/records-world.ts'

const ann = identityOf('ann')
const at = (ms = startMs): string => new Date(ms).toISOString()

test('[RP1] an operation is judged, committed and answered; the checkpoint covers exactly the changes', async () => {
  const { service } = createRecordsWorld()
  const device = new ScriptedDevice('phone')
  const create = device.create('product', 'p1', { name: 'Beet', priceCents: 120 })
  const response = await service.sync(ann, device.request([create]))
  const row = {
    entityType: 'product',
    recordId: 'p1',
    version: 1,
    seq: 1,
    fields: { name: 'Beet', priceCents: 120 },
    isDeleted: false,
    clientCreatedAt: at(),
    clientUpdatedAt: at(),
    serverCreatedAt: at(),
    serverUpdatedAt: at(),
  }
  expect(response).toEqual({
    results: [{ operationId: create.operationId, status: 'applied', seq: 1, version: 1, serverState: row }],
    changes: [row],
    checkpoint: expect.any(String),
    hasMore: false,
    serverTime: at(),
    limits: { operationsMax: 500, requestBytesMax: 524_288, operationBytesMax: 131_072, changesMax: 1_000 },
    summary: {
      success: true,
      syncedCount: 1,
      conflictCount: 0,
      failedCount: 0,
      conflicts: [],
      failedOperations: [],
      durationMs: 0,
      timestamp: at(),
    },
  })
  expect(syncResponseSchema.parse(response)).toEqual(response)
  const { checkpoint } = response
  expect(await service.changes(ann, { checkpoint, limit: 10 })).toMatchObject({ changes: [], hasMore: false, checkpoint })
})
