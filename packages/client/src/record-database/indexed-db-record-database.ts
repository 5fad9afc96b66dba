import type { Scheduler } from '@rejoin/core'
import { Dexie } from 'dexie'
import { createRecordDexie, storedTablesOf, tablesOf, type RecordDexie } from './dexie-tables.ts'
import { followReads, type FollowOptions } from './follow-reads.ts'
import { sentMarksKey } from './marked-outbox.ts'
import { unpack } from './packed-confirmed.ts'
import { ReadFootprint, type ChangedParts } from './read-footprint.ts'
import type { StoreTrouble } from '../store/document-store.ts'
import { StoreConnection, type StoreConnectionOptions } from '../store/store-connection.ts'
import { StoreError } from '../store/store-error.ts'
import { createTroubleListeners } from '../store/trouble-listeners.ts'
import type { ReadWritten, RecordDatabase, RecordTableName, RecordTables } from './record-database.ts'
import { createTabMemory, type TabMemory } from './tab-memory.ts'
import { recordSchemaVersion } from './table-specs.ts'
import { Unpacker } from './unpacker.ts'
import { fromParts, toParts } from './written-parts.ts'
import { WrittenRows } from './written-rows.ts'

export interface IndexedDbRecordOptions extends StoreConnectionOptions {
  /** Paces live reads; without it they follow each other without a rest. */
  readonly scheduler?: Scheduler
}

/** The records of one person in the browser's IndexedDB, in a database of their own, shared by all tabs. */
export function createIndexedDbRecordDatabase(options: IndexedDbRecordOptions): RecordDatabase {
  return new IndexedDbRecordDatabase(options)
}

class IndexedDbRecordDatabase implements RecordDatabase {
  readonly #databaseName: string
  readonly #pace: FollowOptions<unknown, unknown>['pace']
  readonly #troubles = createTroubleListeners()
  readonly #connection: StoreConnection<RecordDexie>
  readonly #stops = new Set<() => void>()
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #memory = createTabMemory()
  readonly #unpacker: Unpacker | undefined
  #isClosed = false

  constructor(options: IndexedDbRecordOptions) {
    const { databaseName, clock, scheduler } = options
    this.#databaseName = databaseName
    this.#pace = scheduler === undefined ? undefined : { clock, scheduler }
    this.#unpacker = this.#pace && new Unpacker({ ...this.#pace, unpackOne: () => this.#unpackOne() })
    this.#unpacker?.wake()
    this.#connection = new StoreConnection(
      {
        create: () => createRecordDexie(options.databaseName, options),
        schemaVersion: recordSchemaVersion,
        clock: options.clock,
        // Nothing is kept outside the database: what was made anew has another device id, no checkpoint, and is pulled again.
        whenReplaced: 'goOn',
      },
      this.#troubles,
    )
  }

  async transaction<T>(mode: 'read' | 'write', work: (tables: RecordTables) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new StoreError('closed', 'the record database was closed')
    const { packedRows } = this.#memory
    const { madeCount } = packedRows
    const run = this.#connection.run((database) => runWork(database, { mode, work, memory: this.#memory }))
    this.#underWay.add(run)
    try {
      const outcome = await run
      if (packedRows.madeCount > madeCount) this.#unpacker?.wake()
      if ('thrown' in outcome) throw outcome.thrown
      return outcome.value
    } finally {
      this.#underWay.delete(run)
    }
  }

  observe(tables: readonly RecordTableName[], listener: () => void): () => void {
    const prefixes = tables.map((name) => `idb://${this.#databaseName}/${name}/`)
    const marks = tables.includes('outbox') ? new ReadFootprint(this.#databaseName) : undefined
    marks?.note('meta', sentMarksKey)
    return this.#listen((parts) => {
      if (
        Object.keys(parts).some((part) => part === 'all' || prefixes.some((prefix) => part.startsWith(prefix))) ||
        marks?.isTouchedBy(parts)
      )
        listener()
    })
  }

  live<T>(
    read: (tables: RecordTables) => Promise<T>,
    listener: (result: T) => void,
    onError?: (error: Error) => void,
  ): () => void {
    return followReads<T, ChangedParts>({
      read: async () => {
        const footprint = new ReadFootprint(this.#databaseName)
        const result = await this.transaction('read', (tables) => read(footprint.watch(tables)))
        return { result, isTouchedBy: (parts) => footprint.isTouchedBy(parts) }
      },
      listen: (hear) => this.#listen(hear),
      listener,
      onError,
      pace: this.#pace,
    })
  }

  follow<T>(read: ReadWritten<T>, listener: (result: T) => void, onError?: (error: Error) => void): () => void {
    return followReads<T, WrittenRows>({
      read,
      listen: (hear) =>
        this.#listen((parts) => {
          const written = fromParts(this.#databaseName, parts)
          if (written !== undefined) hear(written)
        }),
      listener,
      onError,
      pace: this.#pace,
    })
  }

  onTrouble(listener: (trouble: StoreTrouble) => void): () => void {
    return this.#troubles.add(listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#unpacker?.close()
    for (const stop of this.#stops) stop()
    this.#connection.prepareClose()
    await Promise.allSettled(this.#underWay)
    this.#connection.close()
  }

  async #unpackOne(): Promise<boolean> {
    const run = this.#connection.run(({ dexie, all }) =>
      dexie.transaction('rw', all, (transaction) => unpack(storedTablesOf(transaction), this.#memory.packedRows)),
    )
    this.#underWay.add(run)
    try {
      return await run
    } finally {
      this.#underWay.delete(run)
    }
  }

  /** Changes of whatever tab. */
  #listen(hear: (parts: ChangedParts) => void): () => void {
    Dexie.on('storagemutated', hear)
    const stop = (): void => {
      this.#stops.delete(stop)
      Dexie.on.storagemutated.unsubscribe(hear)
    }
    this.#stops.add(stop)
    return stop
  }
}

type Outcome<T> = { readonly value: T } | { readonly thrown: unknown }

interface Work<T> {
  readonly mode: 'read' | 'write'
  readonly work: (tables: RecordTables) => Promise<T>
  readonly memory: TabMemory
}

/** What work throws of its own accord undoes the transaction, and is not taken for trouble of the store. */
async function runWork<T>({ dexie, all }: RecordDexie, { mode, work, memory }: Work<T>): Promise<Outcome<T>> {
  let thrown: { readonly thrown: unknown } | undefined
  const written = new WrittenRows()
  try {
    const value = await dexie.transaction(mode === 'write' ? 'rw' : 'r', all, async (transaction) => {
      try {
        const { tables, flush } = tablesOf(transaction, { written, memory })
        const result = await work(tables)
        await flush()
        return result
      } catch (error) {
        if (!(error instanceof StoreError)) thrown = { thrown: error }
        throw error
      }
    })
    return { value }
  } catch (error) {
    if (thrown === undefined) throw error
    written.clear()
    return thrown
  } finally {
    // Also where the outcome is not known: reading once too often does no harm.
    if (!written.isEmpty) Dexie.on.storagemutated.fire(toParts(dexie.name, written))
  }
}
