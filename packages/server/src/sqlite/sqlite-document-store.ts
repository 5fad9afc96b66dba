import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { deviceLimits, syncLimits, type Clock } from '@rejoin/core'
import type { RevocationStore } from '../auth/revocations.ts'
import { DocumentStoreError } from '../document-log/document-store-error.ts'
import { generationOf, isGeneration } from '../document-log/generation.ts'
import type { DeviceStore } from '../devices/device-store.ts'
import type { RecordStore } from '../records/record-store.ts'
import type { AppendRequest, AppendResult, DocumentStore, DocumentSummary, TenantDocuments } from '../relay/document-store.ts'
import { databaseFile } from './database/database-file.ts'
import { createSqliteDeviceStore } from './devices/sqlite-device-store.ts'
import { DocumentCompaction, type CompactionAlarm } from './documents/document-compaction.ts'
import type { DocumentPlace } from './documents/document-lives.ts'
import { unpackDocument } from './documents/packed-document.ts'
import type { ReaderCalls } from './threads/reader-calls.ts'
import { createSqliteRecordStore } from './records/sqlite-record-store.ts'
import { WorkerThread } from './threads/worker-thread.ts'
import { WriterLane } from './threads/writer-lane.ts'

export interface SqliteDocumentStoreOptions {
  /** Made if it does not exist; one store at a time may use it. */
  readonly dataDir: string
  readonly clock?: Clock
  /** A log could not be folded: it stays a log, and someone should look. */
  readonly onCompactionAlarm?: (alarm: CompactionAlarm) => void
  /** Upkeep after a commit failed: nothing is lost, but the journal grows until it works again. */
  readonly onUpkeepFailed?: (reason: string) => void
}

export interface SqliteDocumentStore extends DocumentStore {
  /** The records beside the documents; closed with them. */
  readonly records: RecordStore
  /** What devices told, beside them. */
  readonly devices: DeviceStore
  readonly revocations: RevocationStore
  /** Transactions of appends so far. */
  commitCount(): number
  /** Transactions of records so far. */
  recordCommitCount(): number
  /** Transactions of reports of devices so far. */
  reportCommitCount(): number
  /** Deletes archived rows, acknowledged verdicts and what devices told past their 30 days, and tombstones past their 90; to be called a few times a day. */
  prune(): Promise<void>
}

const archivedMs = 30 * 24 * 60 * 60 * 1000
/** A repeat that comes later is recognised by the device's floor, without its first verdict. */
const verdictsKeptMs = 30 * 24 * 60 * 60 * 1000
/** Documents that the reader lists at a stretch, so that loads come in between. */
const listedAtOnceMax = 100

/**
 * Opens the store in a folder. Rejects with `locked` where another store, of this or any other process, holds the folder, and wherever a
 * commit would not be durable.
 */
export async function createSqliteDocumentStore(options: SqliteDocumentStoreOptions): Promise<SqliteDocumentStore> {
  mkdirSync(options.dataDir, { recursive: true })
  const clock = options.clock ?? Date
  const onUpkeepFailed = options.onUpkeepFailed ?? (() => undefined)
  const writer = await WriterLane.open({ dataDir: options.dataDir, clock, onUpkeepFailed })
  const alarm = options.onCompactionAlarm ?? (() => undefined)
  const store = new SqliteStore(writer, { databasePath: join(options.dataDir, databaseFile), clock, alarm })
  return {
    tenant: (tenant) => store.tenant(tenant),
    probe: () => store.probe(),
    prune: () => store.prune(),
    commitCount: () => writer.commitCount,
    recordCommitCount: () => writer.recordCommitCount,
    reportCommitCount: () => writer.reportCommitCount,
    records: store.records,
    devices: store.devices,
    revocations: {
      load: () => writer.write('listRevocations', {}),
      add: (revocation) => writer.write('addRevocation', { revocation }),
    },
    close: () => store.close(),
  }
}

interface StoreParts {
  readonly databasePath: string
  readonly clock: Clock
  readonly alarm: (alarm: CompactionAlarm) => void
}

class SqliteStore {
  readonly records: RecordStore
  readonly devices: DeviceStore
  readonly #writer: WriterLane
  readonly #parts: StoreParts
  readonly #compaction: DocumentCompaction
  #reader: WorkerThread<ReaderCalls> | undefined
  #closed: Promise<void> | undefined

  constructor(writer: WriterLane, parts: StoreParts) {
    this.#writer = writer
    this.#parts = parts
    this.#compaction = new DocumentCompaction({
      databasePath: parts.databasePath,
      alarm: parts.alarm,
      installSnapshot: (snapshot) => writer.write('installSnapshot', snapshot),
      quarantine: (row) => writer.write('quarantine', row),
    })
    const beside = { writer, reader: () => this.#openReader(), assertOpen: () => this.#assertOpen() }
    this.records = createSqliteRecordStore(beside)
    this.devices = createSqliteDeviceStore(beside)
    // Started now: the first person to open a document should not wait for a thread to load its modules.
    this.#openReader()
  }

  tenant(tenant: string): TenantDocuments {
    const place = (document: string): DocumentPlace => {
      this.#assertOpen()
      return { tenant, document }
    }
    return {
      firstGeneration: () => generationOf(this.#writer.life.epoch, 1),
      load: async (document) => unpackDocument(await this.#openReader().call('load', place(document))),
      append: (request) => this.#append(tenant, request),
      verdicts: async (document, operationIds) => this.#openReader().call('verdicts', { ...place(document), operationIds }),
      list: (page) => this.#list(tenant, page),
      delete: async (document) => this.#writer.write('delete', place(document)),
      restore: async (document) => this.#writer.write('restore', place(document)),
      create: async (document) => this.#create(place(document)),
      compact: async (document) => this.#compaction.compact(place(document)),
    }
  }

  async probe(): Promise<void> {
    this.#assertOpen()
    await this.#writer.write('probe', {})
    await this.#openReader().call('load', { tenant: '', document: '' })
  }

  async prune(): Promise<void> {
    const now = this.#parts.clock.now()
    while (await this.#writer.write('prune', { before: now - archivedMs }));
    while (await this.records.prune({ tombstones: now - syncLimits.tombstoneMs, verdicts: now - verdictsKeptMs }));
    while (await this.devices.prune(now - deviceLimits.keptMs));
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await this.#compaction.close()
    if (this.#reader?.hasEnded === false) await this.#reader.call('close', undefined)
    await this.#reader?.terminate()
    await this.#writer.close()
  }

  async #append(tenant: string, request: AppendRequest): Promise<AppendResult> {
    this.#assertOpen()
    // Only a first append can bring a generation into the database.
    if (request.afterSeq === 0 && !isGeneration(request.generation)) throw new DocumentStoreError('invalid', 'not a generation')
    return this.#writer.append(tenant, request)
  }

  async #create(place: DocumentPlace): Promise<string | undefined> {
    const generation = await this.#writer.write('create', place)
    if (generation !== undefined) this.#compaction.reconsider(place)
    return generation
  }

  async #list(tenant: string, page: Parameters<TenantDocuments['list']>[0]): Promise<readonly DocumentSummary[]> {
    const found: DocumentSummary[] = []
    let { after } = page
    for (let left = page.limit; left > 0; left -= listedAtOnceMax) {
      const limit = Math.min(left, listedAtOnceMax)
      const some = await this.#openReader().call('list', { tenant, after, limit, includeDeleted: page.includeDeleted })
      found.push(...some)
      if (some.length < limit) break
      after = some.at(-1)?.name ?? after
    }
    return found
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new DocumentStoreError('closed', 'the document store is closed')
  }

  /** Reads have a thread of their own, so that a big one never delays a commit; one that ended (out of memory) is replaced. */
  #openReader(): WorkerThread<ReaderCalls> {
    this.#assertOpen()
    if (this.#reader === undefined || this.#reader.hasEnded) {
      const workerData = { databasePath: this.#parts.databasePath }
      this.#reader = new WorkerThread({
        name: 'document reader',
        module: 'document-reader-worker',
        workerData,
        youngHeapMiBMax: 1,
      })
    }
    return this.#reader
  }
}
