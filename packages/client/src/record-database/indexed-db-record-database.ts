import { Dexie, liveQuery, type PromiseExtended } from 'dexie'
import type { StoreTrouble } from '../store/document-store.ts'
import { StoreConnection, type StoreConnectionOptions } from '../store/store-connection.ts'
import { StoreError } from '../store/store-error.ts'
import { toStoreError } from '../store/store-failure.ts'
import { createTroubleListeners } from '../store/trouble-listeners.ts'
import { createRecordDexie, recordTablesOf, type RecordDexie } from './dexie-tables.ts'
import type { RecordDatabase, RecordTableName, RecordTables } from './record-database.ts'
import { recordSchemaVersion } from './table-specs.ts'

/** The records of one person in the browser's IndexedDB, in a database of their own, shared by all tabs. */
export function createIndexedDbRecordDatabase(options: StoreConnectionOptions): RecordDatabase {
  return new IndexedDbRecordDatabase(options)
}

class IndexedDbRecordDatabase implements RecordDatabase {
  readonly #databaseName: string
  readonly #troubles = createTroubleListeners()
  readonly #connection: StoreConnection<RecordDexie>
  readonly #stops = new Set<() => void>()
  readonly #underWay = new Set<Promise<unknown>>()
  #isClosed = false

  constructor(options: StoreConnectionOptions) {
    this.#databaseName = options.databaseName
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
    const run = this.#connection.run((database) => runWork(database, mode, work))
    this.#underWay.add(run)
    try {
      const outcome = await run
      if ('thrown' in outcome) throw outcome.thrown
      return outcome.value
    } finally {
      this.#underWay.delete(run)
    }
  }

  observe(tables: readonly RecordTableName[], listener: () => void): () => void {
    const prefixes = tables.map((name) => `idb://${this.#databaseName}/${name}/`)
    const hear = (parts: Readonly<Record<string, unknown>>): void => {
      if (Object.keys(parts).some((part) => prefixes.some((prefix) => part.startsWith(prefix)))) listener()
    }
    Dexie.on('storagemutated', hear)
    return this.#stopLater(() => Dexie.on.storagemutated.unsubscribe(hear))
  }

  live<T>(
    read: (tables: RecordTables) => Promise<T>,
    listener: (result: T) => void,
    onError: (error: Error) => void = () => undefined,
  ): () => void {
    let isStopped = false
    let stopQuery: (() => void) | undefined
    const start = async (isAgain: boolean): Promise<void> => {
      let hasAnswered = false
      try {
        const database = await this.#connection.run((opened) => Promise.resolve(opened))
        if (isStopped) return
        const subscription = liveQuery(() => readLive(database, read)).subscribe({
          next: (result) => {
            hasAnswered = true
            if (!isStopped) listener(result)
          },
          error: (error: unknown) => {
            if (isStopped) return
            // The connection of this query is gone; there may be another one. Once, unless it worked meanwhile.
            if (toStoreError(error).code === 'connectionLost' && (hasAnswered || !isAgain)) void start(true)
            else onError(toStoreError(error))
          },
        })
        stopQuery = () => subscription.unsubscribe()
      } catch (error) {
        if (!isStopped) onError(toStoreError(error))
      }
    }
    void start(false)
    return this.#stopLater(() => {
      isStopped = true
      stopQuery?.()
    })
  }

  onTrouble(listener: (trouble: StoreTrouble) => void): () => void {
    return this.#troubles.add(listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const stop of this.#stops) stop()
    this.#connection.prepareClose()
    await Promise.allSettled(this.#underWay)
    this.#connection.close()
  }

  #stopLater(end: () => void): () => void {
    const stop = (): void => {
      this.#stops.delete(stop)
      end()
    }
    this.#stops.add(stop)
    return stop
  }
}

type Outcome<T> = { readonly value: T } | { readonly thrown: unknown }

/** What work throws of its own accord undoes the transaction, and is not taken for trouble of the store. */
async function runWork<T>(
  { dexie, all }: RecordDexie,
  mode: 'read' | 'write',
  work: (tables: RecordTables) => Promise<T>,
): Promise<Outcome<T>> {
  let thrown: { readonly thrown: unknown } | undefined
  try {
    const value = await dexie.transaction(mode === 'write' ? 'rw' : 'r', all, async (transaction) => {
      try {
        // Dexie follows a transaction through a hundred awaits of the browser's own between two of its calls, and loses it then.
        return await work(recordTablesOf((name) => transaction.table(name)))
      } catch (error) {
        if (!(error instanceof StoreError)) thrown = { thrown: error }
        throw error
      }
    })
    return { value }
  } catch (error) {
    if (thrown !== undefined) return thrown
    throw error
  }
}

/**
 * Dexie ends a query without a word when its connection is gone, unless the error has another name. It follows native promises only out of a
 * function that is itself `async`; otherwise a browser commits the transaction at the first `await`.
 */
function readLive<T>({ dexie, all, tables }: RecordDexie, read: (tables: RecordTables) => Promise<T>): PromiseExtended<T> {
  return dexie
    .transaction('r', all, async () => read(tables))
    .catch((error: unknown) => {
      throw toStoreError(error)
    })
}
