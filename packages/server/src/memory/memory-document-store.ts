import type { Clock } from '@rejoin/core'
import { DocumentStoreError } from '../document-log/document-store-error.ts'
import { foldLog } from '../document-log/fold-log.ts'
import { createEpoch, generationOf, isGeneration, lifeOf } from '../document-log/generation.ts'
import { GroupCommitQueue } from '../document-log/group-commit-queue.ts'
import type { AppendRequest, AppendResult, DocumentStore, StoredSnapshot, TenantDocuments } from '../relay/document-store.ts'
import { emptyLife, lastSeqOf, loadedFrom, summaryOf, type MemoryDocument } from './memory-life.ts'

export interface MemoryDocumentStoreOptions {
  readonly clock?: Clock
  /** The id of this life of the store; random unless given. */
  readonly epoch?: string
}

/** A document store that forgets everything at exit, with handles for tests. */
export interface MemoryDocumentStore extends DocumentStore {
  /** Commits from now on wait until released. */
  holdCommits(): void
  releaseCommits(): void
  /** The next commit of appends rejects every append in it, and writes nothing. */
  failNextCommit(error: Error): void
  /** Transactions of appends so far, failed ones included. */
  commitCount(): number
}

interface PendingAppend {
  readonly documents: Map<string, MemoryDocument>
  readonly request: AppendRequest
  readonly settle: PromiseWithResolvers<AppendResult>
}

/** Keeps the same promises as the durable store, except outliving the process: same queue, same order, same group commit. */
export function createMemoryDocumentStore(options: MemoryDocumentStoreOptions = {}): MemoryDocumentStore {
  const state = new MemoryState(options)
  return {
    tenant: (tenant) => tenantDocuments(state, state.documentsOf(tenant)),
    probe: () => state.queue.exclusive(async () => {}),
    close: () => state.queue.close(),
    holdCommits: () => state.hold(),
    releaseCommits: () => state.release(),
    failNextCommit: (error) => (state.nextFailure = error),
    commitCount: () => state.commitCount,
  }
}

class MemoryState {
  readonly queue = new GroupCommitQueue<PendingAppend[]>({
    openBatch: () => [],
    isFull: () => false,
    commit: (batch) => this.#commit(batch),
  })
  readonly epoch: string
  readonly now: () => number
  nextFailure: Error | undefined
  commitCount = 0
  readonly #documentsByTenant = new Map<string, Map<string, MemoryDocument>>()
  #held: PromiseWithResolvers<void> | undefined

  constructor({ clock, epoch }: MemoryDocumentStoreOptions) {
    this.epoch = epoch ?? createEpoch()
    this.now = () => (clock === undefined ? Date.now() : clock.now())
  }

  documentsOf(tenant: string): Map<string, MemoryDocument> {
    const known = this.#documentsByTenant.get(tenant)
    if (known !== undefined) return known
    const documents = new Map<string, MemoryDocument>()
    this.#documentsByTenant.set(tenant, documents)
    return documents
  }

  hold(): void {
    this.#held ??= Promise.withResolvers()
  }

  release(): void {
    this.#held?.resolve()
    this.#held = undefined
  }

  async #commit(batch: readonly PendingAppend[]): Promise<void> {
    // A disk takes its time, too: what is appended meanwhile gathers for the next transaction.
    await new Promise<void>((resolve) => setImmediate(resolve))
    await this.#held?.promise
    this.commitCount += 1
    const failure = this.nextFailure
    this.nextFailure = undefined
    for (const { documents, request, settle } of batch) {
      if (failure !== undefined) settle.reject(failure)
      else settle.resolve(this.#append(documents, request))
    }
  }

  #append(documents: Map<string, MemoryDocument>, request: AppendRequest): AppendResult {
    const document = documents.get(request.document) ?? this.#firstLife(request)
    const isCurrent =
      !document.isDeleted && document.generation === request.generation && lastSeqOf(document) === request.afterSeq
    const { verdicts = [] } = request
    if (!isCurrent || verdicts.some(({ operationId }) => document.verdicts.has(operationId))) return { type: 'stale' }
    documents.set(request.document, document)
    for (const { client, user } of request.bindings) {
      if (!document.userByClient.has(client)) document.userByClient.set(client, user)
    }
    for (const verdict of verdicts) document.verdicts.set(verdict.operationId, verdict)
    document.rows.push(...request.rows)
    document.updatedAt = request.rows.at(-1)?.at ?? document.updatedAt
    return { type: 'committed', seq: lastSeqOf(document) }
  }

  #firstLife({ document, generation }: AppendRequest): MemoryDocument {
    return emptyLife(document, { life: lifeOf(this.epoch, generation), generation, at: this.now(), last: undefined })
  }
}

function tenantDocuments(state: MemoryState, documents: Map<string, MemoryDocument>): TenantDocuments {
  return {
    firstGeneration: () => generationOf(state.epoch, 1),
    load: async (document) => {
      state.queue.assertOpen()
      return loadedFrom(documents.get(document))
    },
    append: async (request) => {
      if (!isGeneration(request.generation)) throw new DocumentStoreError('invalid', 'not a generation')
      const settle = Promise.withResolvers<AppendResult>()
      // The caller may use its bytes again as soon as this call returns.
      const rows = request.rows.map((row) => ({ ...row, update: row.update.slice() }))
      state.queue.batch().push({ documents, request: { ...request, rows }, settle })
      return settle.promise
    },
    verdicts: async (document, operationIds) => {
      state.queue.assertOpen()
      const kept = documents.get(document)?.verdicts
      return operationIds.flatMap((operationId) => kept?.get(operationId) ?? [])
    },
    list: async ({ after, limit, includeDeleted }) =>
      [...documents.values()]
        .filter((document) => compareNames(document.name, after) > 0 && (includeDeleted || !document.isDeleted))
        .toSorted((one, other) => compareNames(one.name, other.name))
        .slice(0, limit)
        .map(summaryOf),
    ...lifecycle(state, documents),
    compact: (name) => state.queue.exclusive(async () => compactDocument(documents.get(name), state.now())),
  }
}

function lifecycle(
  state: MemoryState,
  documents: Map<string, MemoryDocument>,
): Pick<TenantDocuments, 'delete' | 'restore' | 'create'> {
  return {
    delete: (name) =>
      state.queue.exclusive(async () => {
        const document = documents.get(name)
        if (document === undefined || document.isDeleted) return false
        document.isDeleted = true
        document.updatedAt = state.now()
        return true
      }),
    restore: (name) =>
      state.queue.exclusive(async () => {
        const document = documents.get(name)
        if (document?.isDeleted !== true) return undefined
        document.life += 1
        document.generation = generationOf(state.epoch, document.life)
        document.isDeleted = false
        document.updatedAt = state.now()
        document.userByClient.clear()
        return document.generation
      }),
    create: (name) =>
      state.queue.exclusive(async () => {
        const last = documents.get(name)
        if (last?.isDeleted === false) return undefined
        const life = (last?.life ?? 0) + 1
        const document = emptyLife(name, { life, generation: generationOf(state.epoch, life), at: state.now(), last })
        documents.set(name, document)
        return document.generation
      }),
  }
}

function compactDocument(document: MemoryDocument | undefined, now: number): StoredSnapshot | undefined {
  if (document === undefined || document.isDeleted || document.rows.length === 0) return undefined
  const folded = foldLog(
    document.snapshot?.update,
    document.rows.map((row) => row.update),
  )
  if (folded.type === 'unfoldable') return undefined
  document.snapshot = { seq: lastSeqOf(document), update: folded.update, known: folded.known }
  document.snapshotAt = now
  document.rows = []
  return document.snapshot
}

/** By UTF-8 bytes, as SQLite compares: JavaScript's own order differs beyond the first plane. */
function compareNames(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}
