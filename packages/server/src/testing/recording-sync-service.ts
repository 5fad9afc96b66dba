import { syncLimits, type ChangeHint, type OperationResult, type RecordRow, type SyncResponse } from '@rejoin/core'
import type { Identity } from '../auth/identity.ts'
import type { RestPage, SyncService } from '../records/sync-service.ts'

export const sampleTime = '2026-11-21T10:00:00.000Z'

export const sampleRow: RecordRow = {
  entityType: 'note',
  recordId: 'n1',
  version: 1,
  seq: 1,
  fields: { text: 'first' },
  isDeleted: false,
  clientCreatedAt: sampleTime,
  clientUpdatedAt: sampleTime,
  serverCreatedAt: sampleTime,
  serverUpdatedAt: sampleTime,
}

export interface RecordingSyncService extends SyncService {
  /** Every call: its name, whose it was, and what was asked. */
  readonly calls: (readonly [name: string, user: string | null, asked: unknown])[]
  /** What the next calls of `sync` and `apply` answer for their operations. */
  results: readonly OperationResult[]
  /** Rows of the next answers. */
  rows: readonly RecordRow[]
  /** Thrown by every call, where it is set. */
  failure: Error | undefined
  /** Tells everybody who follows. */
  hint(hint: ChangeHint): void
  readonly followerCount: number
}

/** A service that judges nothing: for tests of what stands in front of it. */
export function createRecordingSyncService(): RecordingSyncService {
  const listeners = new Set<(hint: ChangeHint) => void>()
  let latest: ChangeHint = { from: 0, to: 0, head: 0, epoch: 'one' }
  const record = async (name: string, identity: Identity, asked: unknown): Promise<void> => {
    service.calls.push([name, identity.user, asked])
    if (service.failure !== undefined) throw service.failure
  }
  const page = (): RestPage => ({
    records: service.rows.map((row) => ({ ...row, id: row.recordId, serverId: `server-${row.recordId}` })),
    checkpoint: 'next',
    hasMore: false,
    serverTime: sampleTime,
  })
  const service: RecordingSyncService = {
    calls: [],
    results: [],
    rows: [sampleRow],
    failure: undefined,
    async sync(identity, request) {
      await record('sync', identity, request)
      return { ...emptyResponse, results: [...service.results], changes: [...service.rows] }
    },
    async changes(identity, asked) {
      await record('changes', identity, asked)
      return { changes: [...service.rows], checkpoint: 'next', hasMore: false, serverTime: sampleTime }
    },
    async list(identity, asked) {
      await record('list', identity, asked)
      return page()
    },
    async get(identity, key) {
      await record('get', identity, key)
      return page().records[0]
    },
    async apply(identity, entityType, operations) {
      await record('apply', identity, { entityType, operations })
      return service.results
    },
    async follow(identity, listener) {
      await record('follow', identity, undefined)
      listeners.add(listener)
      listener(latest)
      return () => listeners.delete(listener)
    },
    hint(hint) {
      latest = hint
      for (const listener of listeners) listener(hint)
    },
    get followerCount() {
      return listeners.size
    },
  }
  return service
}

const emptyResponse: SyncResponse = {
  results: [],
  changes: [],
  checkpoint: 'next',
  hasMore: false,
  serverTime: sampleTime,
  limits: {
    operationsMax: syncLimits.operationsMax,
    requestBytesMax: syncLimits.requestBytesMax,
    operationBytesMax: syncLimits.operationBytesMax,
    changesMax: syncLimits.changesMax,
  },
  summary: {
    success: true,
    syncedCount: 0,
    conflictCount: 0,
    failedCount: 0,
    conflicts: [],
    failedOperations: [],
    durationMs: 0,
    timestamp: sampleTime,
  },
}
