import type { OperationEntry, QueuedOperation } from '../outbox/outbox-entry.ts'

export type SampleFacts = Partial<Omit<OperationEntry, 'operation'>> & { readonly operation?: Partial<QueuedOperation> }

/** An entry of the outbox: an update of `product/p1` that waits to be sent, as far as the facts do not say otherwise. */
export function sampleEntry(entryId: number, { operation, ...facts }: SampleFacts = {}): OperationEntry {
  const queued: QueuedOperation = {
    operationId: `018f0000-0000-7000-8000-${String(entryId).padStart(12, '0')}`,
    deviceId: 'device',
    deviceSeq: entryId,
    entityType: 'product',
    operationType: 'update',
    recordId: 'p1',
    payload: {},
    baseVersion: null,
    clientUpdatedAt: '2026-11-21T12:00:00.000Z',
    schemaVersion: 1,
    ...operation,
  }
  return {
    entryId,
    kind: 'operation',
    operation: queued,
    state: 'ready',
    lanes: [`${queued.entityType}/${queued.recordId}`],
    score: 50,
    attempts: 0,
    createdAt: 0,
    ...facts,
  }
}
