import type { Clock } from '@rejoin/core'
import type { Dexie, Table } from 'dexie'
import { StoreError } from './store-error.ts'
import { toStoreError } from './store-failure.ts'
import { identityRowSchema, parseRow, type IdentityRow } from './stored-rows.ts'
import { troubleOf, type TroubleListeners } from './trouble-listeners.ts'

/** The browser's own IndexedDB, or another one that is put in its place. */
export interface IndexedDbHost {
  readonly indexedDB?: IDBFactory
  readonly keyRange?: typeof IDBKeyRange
}

export interface StoreConnectionOptions extends IndexedDbHost {
  readonly databaseName: string
  readonly clock: Clock
}

/** As much of a database as its connection looks at. */
export interface ConnectedDatabase {
  readonly dexie: Dexie
  readonly identity: Table<unknown, string, IdentityRow>
}

export interface ConnectionPlan<Database> {
  /** One connection that is not open yet. */
  readonly create: () => Database
  readonly schemaVersion: number
  readonly clock: Clock
  /**
   * What to do with a database that the browser deleted in use and that was made anew. `end`: going on would be a lie. `goOn`: it is told, and
   * what is there now is what there is.
   */
  readonly whenReplaced: 'end' | 'goOn'
}

/** The one place where trouble of IndexedDB is met: opens, reopens after a lost connection, and ends for good where going on would be a lie. */
export class StoreConnection<Database extends ConnectedDatabase> {
  readonly #plan: ConnectionPlan<Database>
  readonly #troubles: TroubleListeners
  #opening: Promise<Database> | undefined
  #database: Database | undefined
  #createdAt: number | undefined
  #end: StoreError | undefined
  #isBlocked = false
  #isClosing = false

  constructor(plan: ConnectionPlan<Database>, troubles: TroubleListeners) {
    this.#plan = plan
    this.#troubles = troubles
  }

  /**
   * Runs work on the database, once more on a new connection if the first was lost. Work is therefore written so that repeating it after a
   * transaction of unknown outcome is harmless. Rejects with a `StoreError`, and tells of the trouble.
   */
  async run<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const first = await this.#attempt(work)
    if ('value' in first) return first.value
    if (first.error.code !== 'connectionLost' || this.#end !== undefined) throw this.#report(first.error)
    this.#drop()
    const second = await this.#attempt(work)
    if ('value' in second) return second.value
    this.#drop()
    throw this.#report(second.error)
  }

  /** Announces that `close` comes after the work that is under way; work that waits for another tab's consent is given up. */
  prepareClose(): void {
    this.#isClosing = true
    if (this.#isBlocked) this.close()
  }

  /** Later work rejects with `closed`. */
  close(): void {
    this.#end ??= new StoreError('closed', 'the local database was closed')
    this.#drop()
  }

  async #attempt<T>(work: (database: Database) => Promise<T>): Promise<{ readonly value: T } | { readonly error: StoreError }> {
    try {
      if (this.#end !== undefined) return { error: this.#end }
      this.#opening ??= this.#open()
      return { value: await work(await this.#opening) }
    } catch (error) {
      return { error: toStoreError(error) }
    }
  }

  #report(error: StoreError): StoreError {
    if (this.#end !== undefined) return this.#end
    const trouble = troubleOf(error)
    if (trouble !== undefined) this.#troubles.tell(trouble)
    return error
  }

  async #open(): Promise<Database> {
    const database = this.#plan.create()
    this.#database = database
    database.dexie.on('blocked', () => this.#meetBlocked())
    try {
      await database.dexie.open()
      this.#isBlocked = false
      // Dexie says nothing when the connection is cut in the very turn of its opening, and hangs at the first call.
      if (!('core' in database.dexie))
        throw new StoreError('connectionLost', 'the browser cut the connection while it was opened')
      this.#watch(database)
      await this.#checkIdentity(database)
      return database
    } catch (error) {
      if (this.#database === database) this.#drop()
      throw error
    }
  }

  #meetBlocked(): void {
    this.#isBlocked = true
    this.#troubles.tell({ type: 'blocked' })
    if (this.#isClosing) this.close()
  }

  #watch(database: Database): void {
    const connection = database.dexie.backendDB()
    // A newer tab upgraded the database; Dexie would work with whatever it finds.
    if (Math.floor(connection.version / 10) > this.#plan.schemaVersion) this.#endWith(newerVersion())
    // In place of Dexie's own, which would open the database again behind our back.
    connection.onversionchange = () => this.#endWith(newerVersion())
    connection.onclose = () => {
      if (this.#database === database) this.#drop()
    }
  }

  /** A database that is empty where it was not before has been deleted by the browser: going on may keep a document without its beginning. */
  async #checkIdentity({ dexie, identity }: ConnectedDatabase): Promise<void> {
    const createdAt = await dexie.transaction('rw', identity, async () => {
      const row = await identity.get('identity')
      if (row !== undefined) return parseRow(identityRowSchema, row, 'the identity').createdAt
      const at = this.#plan.clock.now()
      await identity.add({ key: 'identity', createdAt: at })
      return at
    })
    if (this.#createdAt !== undefined && this.#createdAt !== createdAt) this.#meetReplaced()
    this.#createdAt = createdAt
  }

  #meetReplaced(): void {
    const error = new StoreError('unavailable', 'the browser deleted the local data while it was in use; reload the page')
    if (this.#plan.whenReplaced === 'end') return this.#endWith(error)
    this.#troubles.tell({ type: 'unavailable', message: error.message })
  }

  /** Ends the store. A transaction that is under way completes: closing an IndexedDB connection waits for it. */
  #endWith(error: StoreError): void {
    if (this.#end === undefined) {
      this.#end = error
      const trouble = troubleOf(error)
      if (trouble !== undefined) this.#troubles.tell(trouble)
    }
    this.#drop()
  }

  #drop(): void {
    this.#database?.dexie.close()
    this.#database = undefined
    this.#opening = undefined
  }
}

function newerVersion(): StoreError {
  return new StoreError('versionChanged', 'another tab changed the local database; reload the page')
}
