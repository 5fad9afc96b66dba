import type { Clock } from '@rejoin/core'
import { createEpoch } from '../document-log/generation.ts'
import { GroupCommitQueue } from '../document-log/group-commit-queue.ts'
import type { RecordsCommit, RecordStore, TenantRecords } from '../records/record-store.ts'
import { MemoryRecords } from './memory-records.ts'

export interface MemoryRecordStoreOptions {
  readonly clock?: Clock
  /** The id of this life of the store; random unless given. */
  readonly epoch?: string
  /** Random unless given. */
  readonly checkpointKey?: Uint8Array
}

/** A record store that forgets everything at exit, with handles for tests. */
export interface MemoryRecordStore extends RecordStore {
  /** Commits from now on wait until released. */
  holdCommits(): void
  releaseCommits(): void
  /** The next transaction rejects every commit in it, and writes nothing. */
  failNextCommit(error: Error): void
  /** Transactions so far, failed ones included. */
  commitCount(): number
  /** What was put on record for a tenant, in order. */
  auditOf(tenant: string): RecordsCommit['audit']
}

interface PendingCommit {
  readonly records: MemoryRecords
  readonly commit: RecordsCommit
  readonly settle: PromiseWithResolvers<'committed' | 'stale'>
}

const checkpointKeyBytes = 32

/** Keeps the same promises as the durable store, except outliving the process. */
export function createMemoryRecordStore(options: MemoryRecordStoreOptions = {}): MemoryRecordStore {
  const state = new MemoryState(options.clock)
  return {
    epoch: options.epoch ?? createEpoch(),
    checkpointKey: options.checkpointKey ?? crypto.getRandomValues(new Uint8Array(checkpointKeyBytes)),
    tenant: (tenant) => tenantRecords(state, state.recordsOf(tenant)),
    prune: async (before) => {
      for (const records of state.all()) {
        records.pruneTombstones(before.tombstones)
        records.pruneVerdicts(before.verdicts)
      }
      return false
    },
    holdCommits: () => state.hold(),
    releaseCommits: () => state.release(),
    failNextCommit: (error) => (state.nextFailure = error),
    commitCount: () => state.commitCount,
    auditOf: (tenant) => state.recordsOf(tenant).audit,
  }
}

function tenantRecords(state: MemoryState, records: MemoryRecords): TenantRecords {
  return {
    read: async (request) => records.read(request),
    commit: (commit) => state.commit(records, commit),
    changes: async ({ afterSeq, limit, entityType }) =>
      records.page(afterSeq, limit, (record) => entityType === undefined || record.entityType === entityType),
    changedSince: async ({ entityType, since, limit }) =>
      records.page(0, limit, (record) => record.entityType === entityType && record.serverUpdatedAt > since),
    get: async (key) => records.get(key),
  }
}

class MemoryState {
  nextFailure: Error | undefined
  commitCount = 0
  readonly #clock: Clock
  readonly #recordsByTenant = new Map<string, MemoryRecords>()
  readonly #queue = new GroupCommitQueue<PendingCommit[]>({
    openBatch: () => [],
    isFull: () => false,
    commit: (batch) => this.#commit(batch),
  })
  #held: PromiseWithResolvers<void> | undefined

  constructor(clock: Clock = { now: () => Date.now() }) {
    this.#clock = clock
  }

  recordsOf(tenant: string): MemoryRecords {
    const known = this.#recordsByTenant.get(tenant)
    if (known !== undefined) return known
    const records = new MemoryRecords()
    this.#recordsByTenant.set(tenant, records)
    return records
  }

  all(): Iterable<MemoryRecords> {
    return this.#recordsByTenant.values()
  }

  commit(records: MemoryRecords, commit: RecordsCommit): Promise<'committed' | 'stale'> {
    const settle = Promise.withResolvers<'committed' | 'stale'>()
    this.#queue.batch().push({ records, commit, settle })
    return settle.promise
  }

  hold(): void {
    this.#held ??= Promise.withResolvers()
  }

  release(): void {
    this.#held?.resolve()
    this.#held = undefined
  }

  async #commit(batch: readonly PendingCommit[]): Promise<void> {
    // A disk takes its time, too: what is committed meanwhile gathers for the next transaction.
    await new Promise<void>((resolve) => setImmediate(resolve))
    await this.#held?.promise
    this.commitCount += 1
    const failure = this.nextFailure
    this.nextFailure = undefined
    for (const { records, commit, settle } of batch) {
      if (failure !== undefined) settle.reject(failure)
      else settle.resolve(records.commit(commit, this.#clock.now()))
    }
  }
}
