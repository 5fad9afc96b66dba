import { AppendBatcher } from './append-batcher.ts'
import { compactCopy } from './compact-copy.ts'
import { createDocumentDatabase, schemaVersion, type DocumentDatabase } from './document-database.ts'
import type { DocumentStore, LocalCopy, SetAsideCopy, SetAsideReason, StoreTrouble, UpdateToAppend } from './document-store.ts'
import { importOnce } from './import-once.ts'
import type { ImportTarget } from './import-target.ts'
import { markStored } from './mark-stored.ts'
import type { AppendOutcome, AppendRequest } from './plan-append.ts'
import { discardSetAside, listSetAside, readSetAside, SetAsideTransaction } from './set-aside.ts'
import { setGeneration } from './set-generation.ts'
import { StoreConnection, type StoreConnectionOptions } from './store-connection.ts'
import { toLocalCopy } from './stored-copy.ts'
import { readCopy } from './stored-copy-access.ts'
import { createTroubleListeners } from './trouble-listeners.ts'
import { WorkQueue } from './work-queue.ts'
import { AppendTransaction } from './write-append.ts'

/** A fold costs as much as the document is large, so a large one waits for a row more per so many bytes. */
const bytesPerRow = 4 * 1024

export interface IndexedDbDocumentStoreOptions extends StoreConnectionOptions {
  /** A copy with more update rows than this is compacted by itself. Default 500. */
  readonly rowsBeforeCompaction?: number
}

/** The managed store in the browser's IndexedDB: one database for all documents of one person, shared by all tabs. */
export function createIndexedDbDocumentStore(options: IndexedDbDocumentStoreOptions): DocumentStore & ImportTarget {
  return new IndexedDbDocumentStore(options)
}

class IndexedDbDocumentStore implements DocumentStore, ImportTarget {
  readonly #options: IndexedDbDocumentStoreOptions
  readonly #troubles = createTroubleListeners()
  readonly #queue = new WorkQueue()
  readonly #connection: StoreConnection<DocumentDatabase>
  readonly #batcher: AppendBatcher
  /** Rows at which the next compaction is due, where that is not the usual number. */
  readonly #compactAtRowsByName = new Map<string, number>()

  constructor(options: IndexedDbDocumentStoreOptions) {
    this.#options = options
    this.#connection = new StoreConnection(
      {
        create: () => createDocumentDatabase(options.databaseName, options),
        schemaVersion,
        clock: options.clock,
        // Going on would keep a document without its beginning.
        whenReplaced: 'end',
      },
      this.#troubles,
    )
    this.#batcher = new AppendBatcher(this.#queue, (requests) => this.#write(requests))
  }

  async load(name: string): Promise<LocalCopy | undefined> {
    const copy = await this.#run((database) => readCopy(database, name))
    return copy === undefined ? undefined : toLocalCopy(copy)
  }

  append(name: string, updates: readonly UpdateToAppend[], generation?: string): Promise<readonly number[]> {
    return this.#batcher.append({ name, updates, generation })
  }

  markStored(name: string, seqs: readonly number[]): Promise<void> {
    return this.#run((database) => markStored(database, name, seqs))
  }

  setGeneration(name: string, generation: string): Promise<void> {
    this.#batcher.seal()
    return this.#run((database) => setGeneration(database, name, generation))
  }

  async listDirty(): Promise<readonly string[]> {
    return this.#run(({ documents }) => documents.orderBy('dirtySince').primaryKeys())
  }

  async compact(name: string): Promise<void> {
    await this.#run((database) => compactCopy(database, name))
  }

  setAside(name: string, reason: SetAsideReason): Promise<SetAsideCopy | undefined> {
    this.#batcher.seal()
    const transaction = new SetAsideTransaction()
    const at = this.#options.clock.now()
    return this.#run((database) => transaction.moveCopy(database, name, { reason, at }))
  }

  setAsideUpdate(name: string, update: Uint8Array, reason: SetAsideReason): Promise<SetAsideCopy> {
    const transaction = new SetAsideTransaction()
    const at = this.#options.clock.now()
    return this.#run((database) => transaction.keepUpdate(database, name, { update, reason, at }))
  }

  listSetAside(): Promise<readonly SetAsideCopy[]> {
    return this.#run(listSetAside)
  }

  readSetAside(id: number): Promise<Uint8Array | undefined> {
    return this.#run((database) => readSetAside(database, id))
  }

  discardSetAside(id: number): Promise<void> {
    return this.#run((database) => discardSetAside(database, id))
  }

  isImported(source: string): Promise<boolean> {
    return this.#run(async ({ imports }) => (await imports.get(source)) !== undefined)
  }

  importOnce(source: string, name: string, updates: readonly Uint8Array[]): Promise<boolean> {
    this.#batcher.seal()
    const at = this.#options.clock.now()
    return this.#run((database) => importOnce(database, { source, name, updates, at }))
  }

  onTrouble(listener: (trouble: StoreTrouble) => void): () => void {
    return this.#troubles.add(listener)
  }

  close(): Promise<void> {
    this.#batcher.seal()
    this.#connection.prepareClose()
    return this.#queue.run(async () => this.#connection.close())
  }

  #run<T>(work: (database: DocumentDatabase) => Promise<T>): Promise<T> {
    return this.#queue.run(() => this.#connection.run(work))
  }

  async #write(requests: readonly AppendRequest[]): Promise<readonly AppendOutcome[]> {
    const transaction = new AppendTransaction(requests)
    const plan = await this.#connection.run((database) => transaction.write(database, this.#options.clock.now()))
    for (const { name, rowCount } of plan.documents) this.#compactWhenLong(name, rowCount)
    return plan.outcomes
  }

  #compactWhenLong(name: string, rowCount: number): void {
    const rowsMax = this.#options.rowsBeforeCompaction ?? 500
    if (rowCount <= (this.#compactAtRowsByName.get(name) ?? rowsMax)) return
    // Until it has succeeded: a copy that cannot be folded is not to be tried at every append.
    this.#compactAtRowsByName.set(name, rowCount * 2)
    void this.#run((database) => compactCopy(database, name)).then(
      (foldedBytes) => {
        if (foldedBytes !== undefined)
          this.#compactAtRowsByName.set(name, Math.max(rowsMax, Math.ceil(foldedBytes / bytesPerRow)))
      },
      // The connection has told of the trouble, and every row is still there; the next try comes at twice as many rows.
      () => undefined,
    )
  }
}
