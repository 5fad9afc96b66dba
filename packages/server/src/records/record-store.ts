import type { PolicyRecord, ResultCode, ResultStatus } from '@rejoin/core'

export interface RecordKey {
  readonly entityType: string
  readonly recordId: string
}

/** A record as it is stored. Times are ms since the epoch. */
export interface StoredRecord extends RecordKey, PolicyRecord {
  /** Sequence number of the request that made this version. */
  readonly seq: number
  readonly clientCreatedAt: number
  readonly clientUpdatedAt: number
  readonly serverCreatedAt: number
  readonly serverUpdatedAt: number
}

/** A verdict that is final. Transient failures are never stored. */
export interface StoredVerdict {
  readonly operationId: string
  readonly user: string | null
  readonly deviceId: string
  readonly deviceSeq: number
  /** Over everything that an operation intends (`operation-hash.ts`). */
  readonly payloadHash: string
  readonly status: Exclude<ResultStatus, 'duplicate'>
  readonly code: ResultCode | undefined
  readonly seq: number | undefined
  readonly version: number | undefined
}

/** A device belongs to a user: one user's numbers say nothing about another's. */
export interface DeviceKey {
  readonly user: string | null
  readonly deviceId: string
}

export interface StoredDevice extends DeviceKey {
  /** The device said: everything of mine up to here is settled. */
  readonly ackedThrough: number
  /** Verdicts up to here were deleted; kept for ever, so that a very late duplicate is recognised. */
  readonly prunedThrough: number
}

/** What has to be known to judge operations, in one consistent read. */
export interface JudgementRequest {
  readonly operationIds: readonly string[]
  readonly places: readonly (DeviceKey & { readonly deviceSeq: number })[]
  readonly devices: readonly DeviceKey[]
  readonly records: readonly RecordKey[]
}

export interface JudgementBasis {
  readonly head: number
  /** Found by operation id or by place, each once. */
  readonly verdicts: readonly StoredVerdict[]
  readonly devices: readonly StoredDevice[]
  readonly records: readonly StoredRecord[]
}

/** Who did what, for ever and append-only: one entry a request. */
export interface AuditEntry {
  readonly at: number
  readonly user: string | null
  readonly deviceId: string | undefined
  /** JSON; ids, statuses and codes, never a payload. */
  readonly facts: string
}

/** Effects, verdicts, floors and audit: all or nothing. */
export interface RecordsCommit {
  /** The head that the judgement was based on. */
  readonly afterHead: number
  /** The new head: one more for every request that changed something. */
  readonly head: number
  readonly records: readonly StoredRecord[]
  readonly verdicts: readonly StoredVerdict[]
  /** Raises floors, never lowers them. */
  readonly devices: readonly (DeviceKey & { readonly ackedThrough: number })[]
  readonly audit: readonly AuditEntry[]
}

export interface ChangesPage {
  /** Rows in order of `seq`, each record once, as it is now. No sequence number is split: there may be more rows than the limit, and fewer where they are large. */
  readonly records: readonly StoredRecord[]
  /** Everything up to here is in this page or before it. */
  readonly throughSeq: number
  readonly head: number
  /** Tombstones at or below were deleted: who stands lower has to start over. */
  readonly purgedThrough: number
}

/** The records of one tenant. Every promise rejects where the disk fails; a rejected commit has written nothing. */
export interface TenantRecords {
  read(request: JudgementRequest): Promise<JudgementBasis>
  /** Resolves once durable (fsync). `stale`: the head has moved or an operation id is taken; nothing was written. Commits of all tenants made together are one transaction. */
  commit(commit: RecordsCommit): Promise<'committed' | 'stale'>
  changes(page: { readonly afterSeq: number; readonly limit: number; readonly entityType?: string }): Promise<ChangesPage>
  /** By the record's server time, strictly after, in order of `seq`. */
  changedSince(page: { readonly entityType: string; readonly since: number; readonly limit: number }): Promise<ChangesPage>
  get(key: RecordKey): Promise<StoredRecord | undefined>
}

/** Durable home of all records. There is no unscoped call but upkeep. */
export interface RecordStore {
  /** Id of this life of the database. */
  readonly epoch: string
  /** Secret of this life of the database, for signing checkpoints; 32 bytes. */
  readonly checkpointKey: Uint8Array
  tenant(tenant: string): TenantRecords
  /** Deletes a bounded number of tombstones and of acknowledged verdicts from before these times (ms); resolves to whether there may be more. */
  prune(before: { readonly tombstones: number; readonly verdicts: number }): Promise<boolean>
}
