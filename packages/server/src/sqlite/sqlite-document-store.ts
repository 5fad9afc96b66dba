import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@rejoin/core'
import { DocumentStoreError } from '../document-log/document-store-error.ts'
import { generationOf, isGeneration } from '../document-log/generation.ts'
import { GroupCommitQueue } from '../document-log/group-commit-queue.ts'
import type { AppendRequest, AppendResult, DocumentStore, TenantDocuments } from '../relay/document-store.ts'
import { AppendBatch, type SpareBuffers } from './append-batch.ts'
import { databaseFile } from './document-writer.ts'
import { DocumentCompaction, type CompactionAlarm } from './document-compaction.ts'
import { unpackDocument } from './packed-document.ts'
import type { ReaderCalls } from './reader-calls.ts'
import { StringTable } from './string-table.ts'
import { WorkerThread } from './worker-thread.ts'
import type { WriterCalls } from './writer-calls.ts'

export interface SqliteDocumentStoreOptions {
  /** Made if it does not exist; one store at a time may use it. */
  readonly dataDir: string
  readonly clock?: Clock
  /** A log that could not be folded: it stays as it is, and someone should look. */
  readonly onCompactionAlarm?: (alarm: CompactionAlarm) => void
}

export interface SqliteDocumentStore extends DocumentStore {
  /** Transactions of appends so far. */
  commitCount(): number
  /** Deletes archived rows past their 30 days. */
  prune(): Promise<void>
}

const archivedMs = 30 * 24 * 60 * 60 * 1000
/** Documents that the reader lists at a stretch, so that loads come in between. */
const listedAtOnceMax = 100

/**
 * Opens the store in a folder. Rejects with `locked` where another store, of any process, holds the folder, and wherever a commit
 * would not be durable.
 */
export async function createSqliteDocumentStore(options: SqliteDocumentStoreOptions): Promise<SqliteDocumentStore> {
  mkdirSync(options.dataDir, { recursive: true })
  const writer = new WorkerThread<WriterCalls>({
    name: 'document writer',
    module: 'document-writer-worker',
    workerData: { dataDir: options.dataDir },
  })
  try {
    const { epoch } = await writer.call('open', undefined)
    const store = new SqliteStore(writer, epoch, options)
    return {
      tenant: (tenant) => store.tenant(tenant),
      probe: () => store.probe(),
      prune: () => store.prune(),
      commitCount: () => store.commitCount,
      close: () => store.close(),
    }
  } catch (error) {
    await writer.terminate()
    throw error
  }
}

class SqliteStore {
  commitCount = 0
  readonly #writer: WorkerThread<WriterCalls>
  readonly #epoch: string
  readonly #clock: Clock
  readonly #reader: WorkerThread<ReaderCalls>
  readonly #compaction: DocumentCompaction
  readonly #strings = new StringTable()
  #spare: SpareBuffers | undefined
  readonly #queue = new GroupCommitQueue<AppendBatch>({
    openBatch: () => new AppendBatch(this.#strings, this.#takeSpare()),
    isFull: (batch) => batch.isFull,
    commit: (batch) => this.#commit(batch),
  })

  constructor(writer: WorkerThread<WriterCalls>, epoch: string, options: SqliteDocumentStoreOptions) {
    const databasePath = join(options.dataDir, databaseFile)
    this.#writer = writer
    this.#epoch = epoch
    this.#clock = options.clock ?? Date
    this.#reader = new WorkerThread({ name: 'document reader', module: 'document-reader-worker', workerData: { databasePath } })
    this.#compaction = new DocumentCompaction({
      databasePath,
      onAlarm: options.onCompactionAlarm,
      installSnapshot: (snapshot) => this.#write('installSnapshot', { ...snapshot, now: this.#now() }),
      quarantine: (row) => this.#write('quarantine', { ...row, now: this.#now() }),
    })
  }

  tenant(tenant: string): TenantDocuments {
    const place = (document: string) => ({ tenant, document })
    return {
      firstGeneration: () => generationOf(this.#epoch, 1),
      load: async (document) => unpackDocument(await this.#reader.call('load', place(document))),
      append: (request) => this.#append(tenant, request),
      list: (page) => this.#list(tenant, page),
      delete: (document) => this.#write('delete', { ...place(document), now: this.#now() }),
      restore: (document) => this.#write('restore', { ...place(document), now: this.#now() }),
      create: (document) => this.#write('create', { ...place(document), now: this.#now() }),
      compact: (document) => this.#compaction.compact(place(document)),
    }
  }

  async probe(): Promise<void> {
    await this.#write('probe', { now: this.#now() })
    await this.#reader.call('load', { tenant: '', document: '' })
  }

  async prune(): Promise<void> {
    const now = this.#now()
    while (await this.#write('prune', { before: now - archivedMs, now }));
  }

  async close(): Promise<void> {
    await this.#compaction.close()
    await this.#queue.close()
    if (!this.#reader.hasEnded) await this.#reader.call('close', undefined)
    await this.#reader.terminate()
    if (!this.#writer.hasEnded) await this.#writer.call('close', undefined)
    await this.#writer.terminate()
  }

  async #append(tenant: string, request: AppendRequest): Promise<AppendResult> {
    // Only a first append can bring a generation into the database.
    if (request.afterSeq === 0 && !isGeneration(request.generation)) throw new DocumentStoreError('invalid', 'not a generation')
    return this.#queue.batch().add(tenant, request)
  }

  async #commit(batch: AppendBatch): Promise<void> {
    this.commitCount += 1
    const packed = batch.packed()
    try {
      const call = { ...packed, now: this.#now() }
      const { stale, spare } = await this.#writer.call('append', call, [packed.numbers.buffer, packed.bytes.buffer])
      this.#spare = spare
      batch.settle(stale)
    } catch (error) {
      batch.fail(error)
    }
  }

  #write<Name extends Exclude<keyof WriterCalls, 'open' | 'append' | 'close'>>(
    name: Name,
    argument: Parameters<WriterCalls[Name]>[0],
  ): Promise<ReturnType<WriterCalls[Name]>> {
    return this.#queue.exclusive(() => this.#writer.call(name, argument))
  }

  async #list(tenant: string, page: Parameters<TenantDocuments['list']>[0]): ReturnType<TenantDocuments['list']> {
    const found = []
    let { after } = page
    for (let left = page.limit; left > 0; left -= listedAtOnceMax) {
      const limit = Math.min(left, listedAtOnceMax)
      const some = await this.#reader.call('list', { tenant, after, limit, includeDeleted: page.includeDeleted })
      found.push(...some)
      if (some.length < limit) break
      after = some.at(-1)?.name ?? after
    }
    return found
  }

  #takeSpare(): SpareBuffers | undefined {
    const spare = this.#spare
    this.#spare = undefined
    return spare
  }

  #now(): number {
    return this.#clock.now()
  }
}
