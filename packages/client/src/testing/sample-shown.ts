import type { AttentionItem } from '../outbox/attention.ts'
import type { QueuedOperation } from '../outbox/outbox-entry.ts'
import type { SyncRun } from '../sync/sync-run.ts'
import type { SyncState } from '../sync/sync-state.ts'
import { sampleEntry } from './sample-entry.ts'

/** A price of the product `salt` that was changed. */
export const sampleChange: QueuedOperation = sampleEntry(1, {
  operation: { recordId: 'salt', payload: { priceCents: 350 }, baseVersion: 1 },
}).operation

/** That price lost to a later one, as far as the parts do not say otherwise. */
export function sampleItem(parts: Partial<AttentionItem> = {}): AttentionItem {
  return {
    id: 1,
    kind: 'overruled',
    entityType: 'product',
    recordId: 'salt',
    title: 'Change product Salt',
    operation: sampleChange,
    entryId: undefined,
    code: 'CONFLICT_RESOLVED',
    message: 'a later change stays',
    lostFields: ['priceCents'],
    serverState: {
      entityType: 'product',
      recordId: 'salt',
      version: 3,
      seq: 7,
      fields: { name: 'Salt', priceCents: 320, quantity: 4 },
      isDeleted: false,
      clientCreatedAt: '2026-01-01T00:00:00.000Z',
      clientUpdatedAt: '2026-01-01T00:00:00.000Z',
      serverCreatedAt: '2026-01-01T00:00:00.000Z',
      serverUpdatedAt: '2026-01-01T00:00:00.000Z',
    },
    at: 0,
    isDismissed: false,
    ...parts,
  }
}

/** Nothing waits and nothing is known, as far as the parts do not say otherwise. */
export function sampleState(parts: Partial<SyncState> = {}): SyncState {
  return {
    status: 'upToDate',
    pending: 0,
    inFlight: 0,
    failed: 0,
    attention: 0,
    current: 0,
    total: 0,
    nextRetryAt: undefined,
    lastSyncedAt: undefined,
    lastPushedAt: undefined,
    lastPulledAt: undefined,
    lastError: undefined,
    ...parts,
  }
}

/** A run that settled one change in a second. */
export function sampleRun(parts: Partial<SyncRun> = {}): SyncRun {
  return {
    startedAt: 0,
    durationMs: 1_000,
    trigger: 'change',
    outcome: 'done',
    items: 1,
    received: 0,
    conflicts: 0,
    failures: 0,
    requests: 1,
    bytesSent: 400,
    bytesReceived: 600,
    wakeUps: 0,
    ...parts,
  }
}
