import { StoreError } from '../store/store-error.ts'
import { createTroubleListeners, troubleOf } from '../store/trouble-listeners.ts'
import { WorkQueue } from '../store/work-queue.ts'
import { followReads } from './follow-reads.ts'
import { withMarkedOutbox } from './marked-outbox.ts'
import { MemoryTable, tableOf } from './memory-table.ts'
import { unpack, withPackedConfirmed } from './packed-confirmed.ts'
import type { ReadWritten, RecordDatabase, RecordTableName, RecordTables } from './record-database.ts'
import { createTabMemory, type TabMemory } from './tab-memory.ts'
import { tableSpecs } from './table-specs.ts'
import { noteWrites } from './note-writes.ts'
import { WrittenRows } from './written-rows.ts'

/**
 * What becomes of a transaction that has done its work.
 * - `commit`: the rule
 * - `fail`: nothing is kept and the call rejects with `quotaExceeded`
 * - `vanish`: nothing is kept and nobody is told: the page was killed before
 * - `commitUnheard`: all is kept and nobody is told: the page was killed after
 */
export type CommitFate = 'commit' | 'fail' | 'vanish' | 'commitUnheard'

interface DiskChange {
  readonly touched: ReadonlySet<RecordTableName>
  readonly written: WrittenRows
}

interface DiskWork<T> {
  readonly mode: 'read' | 'write'
  readonly work: (views: RecordTables, stored: RecordTables) => Promise<T>
  readonly fateOf: () => Promise<CommitFate>
  readonly memory: TabMemory
}

/** What databases in memory keep. Several on one disk are several tabs; a new one on a kept disk is a reload. */
export class RecordDisk {
  readonly #listeners = new Set<(change: DiskChange) => void>()
  readonly #queue = new WorkQueue()
  readonly #packFrom: { readonly packFrom?: number }
  #tables = createTables()

  /** `packFrom`: so many confirmed rows are kept as one at first. */
  constructor(packFrom: { readonly packFrom?: number } = {}) {
    this.#packFrom = packFrom
  }

  createTabMemory(): TabMemory {
    return createTabMemory(this.#packFrom)
  }

  /** The browser deletes everything; open databases go on with an empty one. */
  wipe(): void {
    this.#tables = createTables()
    const written = new WrittenRows()
    written.addEverything()
    this.#tell({ touched: new Set(tableNames), written })
  }

  /** One transaction at a time, over all tabs. */
  transact<T>(
    mode: 'read' | 'write',
    work: (tables: RecordTables) => Promise<T>,
    fateOf: () => Promise<CommitFate>,
    memory = this.createTabMemory(),
  ): Promise<T> {
    return this.#enqueue({ mode, work, fateOf, memory })
  }

  /** Puts some of what was packed into its place, as a page does that has nothing else to do. */
  unpack(): Promise<boolean> {
    const memory = this.createTabMemory()
    const work = (_views: RecordTables, stored: RecordTables): Promise<boolean> => unpack(stored, memory.packedRows)
    return this.#enqueue({ mode: 'write', work, fateOf: () => Promise.resolve('commit'), memory })
  }

  #enqueue<T>(work: DiskWork<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    void this.#queue.run(() => this.#transact(work).then((run) => run(resolve), reject))
    return promise
  }

  listen(listener: (change: DiskChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Resolves with how its caller is told, so that one who is never told does not hold up the next. */
  async #transact<T>({ mode, work, fateOf, memory }: DiskWork<T>): Promise<(resolve: (value: T) => void) => void> {
    const tables = this.#tables
    let isOver = false
    let isMarked = false
    const written = new WrittenRows()
    const check = (isWrite: boolean): void => {
      if (isOver) throw new StoreError('connectionLost', 'the transaction is over')
      if (isWrite && mode === 'read') throw new Error('a reading transaction cannot write')
    }
    try {
      const stored = openTables(tables, check)
      const noted = noteWrites(withPackedConfirmed(stored, memory.packedRows), written)
      const { sentRows } = memory
      const value = await work(withMarkedOutbox(noted, { sentRows, onMarked: () => (isMarked = true) }), stored)
      isOver = true
      const touched = new Set(tableNames.filter((name) => tables[name].isTouched || (name === 'outbox' && isMarked)))
      const fate = touched.size === 0 ? 'commit' : await fateOf()
      if (fate === 'fail') throw new StoreError('quotaExceeded', 'this device has no room left for local data')
      if (fate === 'vanish') undo(tables)
      else this.#commit(tables, { touched, written })
      return (resolve) => (fate === 'vanish' || fate === 'commitUnheard' ? undefined : resolve(value))
    } catch (error) {
      isOver = true
      undo(tables)
      throw error
    }
  }

  #commit(tables: Tables, change: DiskChange): void {
    for (const name of tableNames) tables[name].commit()
    if (change.touched.size > 0) this.#tell(change)
  }

  #tell(change: DiskChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}

export interface MemoryRecordDatabaseOptions {
  /** Default: a disk of its own. */
  readonly disk?: RecordDisk
  /** Asked of every transaction that wrote something; it holds the disk until then. Default: `commit`. */
  readonly fateOf?: () => Promise<CommitFate>
}

/** The behaviour without the durability: where there is no IndexedDB, for tests and for the simulation. Never chosen silently. */
export function createMemoryRecordDatabase(options: MemoryRecordDatabaseOptions = {}): RecordDatabase {
  return new MemoryRecordDatabase(options)
}

class MemoryRecordDatabase implements RecordDatabase {
  readonly #disk: RecordDisk
  readonly #fateOf: () => Promise<CommitFate>
  readonly #memory: TabMemory
  readonly #troubles = createTroubleListeners()
  readonly #stops = new Set<() => void>()
  #isClosed = false

  constructor({ disk = new RecordDisk(), fateOf = () => Promise.resolve('commit') }: MemoryRecordDatabaseOptions) {
    this.#disk = disk
    this.#fateOf = fateOf
    this.#memory = disk.createTabMemory()
  }

  async transaction<T>(mode: 'read' | 'write', work: (tables: RecordTables) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new StoreError('closed', 'the record database was closed')
    try {
      return await this.#disk.transact(mode, work, this.#fateOf, this.#memory)
    } catch (error) {
      const trouble = error instanceof StoreError ? troubleOf(error) : undefined
      if (trouble !== undefined) this.#troubles.tell(trouble)
      throw error
    }
  }

  observe(tables: readonly RecordTableName[], listener: () => void): () => void {
    return this.#listen(({ touched }) => {
      if (tables.some((name) => touched.has(name))) listener()
    })
  }

  live<T>(
    read: (tables: RecordTables) => Promise<T>,
    listener: (result: T) => void,
    onError?: (error: Error) => void,
  ): () => void {
    return followReads<T, DiskChange>({
      read: async () => ({ result: await this.transaction('read', read), isTouchedBy: () => true }),
      listen: (hear) => this.#listen(hear),
      listener,
      onError,
    })
  }

  follow<T>(read: ReadWritten<T>, listener: (result: T) => void, onError?: (error: Error) => void): () => void {
    return followReads<T, WrittenRows>({
      read,
      listen: (hear) => this.#listen(({ written }) => hear(written)),
      listener,
      onError,
    })
  }

  onTrouble(listener: Parameters<RecordDatabase['onTrouble']>[0]): () => void {
    return this.#troubles.add(listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const stop of this.#stops) stop()
    await this.#disk.transact('read', () => Promise.resolve(), this.#fateOf)
  }

  #listen(listener: (change: DiskChange) => void): () => void {
    const stop = this.#disk.listen(listener)
    const forget = (): void => {
      stop()
      this.#stops.delete(forget)
    }
    this.#stops.add(forget)
    return forget
  }
}

type Tables = Readonly<Record<RecordTableName, MemoryTable>>

const tableNames = Object.keys(tableSpecs).filter(isTableName)

function isTableName(name: string): name is RecordTableName {
  return name in tableSpecs
}

function createTables(): Tables {
  return {
    confirmedA: new MemoryTable(tableSpecs.confirmedA),
    confirmedB: new MemoryTable(tableSpecs.confirmedB),
    outbox: new MemoryTable(tableSpecs.outbox),
    requests: new MemoryTable(tableSpecs.requests),
    requestBodies: new MemoryTable(tableSpecs.requestBodies),
    attention: new MemoryTable(tableSpecs.attention),
    meta: new MemoryTable(tableSpecs.meta),
  }
}

function openTables(tables: Tables, check: (isWrite: boolean) => void): RecordTables {
  return {
    confirmedA: tableOf(tables.confirmedA, check),
    confirmedB: tableOf(tables.confirmedB, check),
    outbox: tableOf(tables.outbox, check),
    requests: tableOf(tables.requests, check),
    requestBodies: tableOf(tables.requestBodies, check),
    attention: tableOf(tables.attention, check),
    meta: tableOf(tables.meta, check),
  }
}

function undo(tables: Tables): void {
  for (const name of tableNames) tables[name].undo()
}
