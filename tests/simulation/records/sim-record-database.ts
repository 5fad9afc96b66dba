import {
  createMemoryRecordDatabase,
  type CommitFate,
  type OutboxRow,
  type RecordDatabase,
  type RecordTables,
} from '@rejoin/client/simulation'
import type { SeededRandom } from '@rejoin/core/testing'
import type { World } from '../world/world.ts'
import type { Config } from './config.ts'
import { readSnapshot, type DeviceSnapshot } from './device-snapshot.ts'
import type { Ledger } from './ledger.ts'
import type { Mutant } from './mutants.ts'
import type { SimDeviceDisk } from './sim-device-disk.ts'

/** Whether a transaction of the worker is one of a drainer: only those look who drains. */
interface FenceLook {
  isFenced: boolean
}

export interface SimRecordDatabaseOptions {
  readonly world: World
  readonly config: Config
  readonly ledger: Ledger
  readonly mutant: Mutant | undefined
  /** Of the page or worker. */
  readonly name: string
  readonly random: SeededRandom
  readonly disk: SimDeviceDisk
  /** `dead` pages learn nothing; what they had begun may or may not come through. */
  readonly isAlive: () => boolean
  /** Resolves once the page is not frozen. */
  readonly whenAwake: () => Promise<void>
  /** A transaction fails: whoever waited for it gives up what it was part of. */
  readonly onFailure?: () => void
  /** The service worker's: what it writes is held against the fence that it took. */
  readonly worker?: {
    /** So many entries outside of groups left the outbox. */
    readonly onRemoved: (count: number) => void
  }
}

/** One page's way to the database of its profile: it takes time, it runs out of room, and a page that dies does not learn what became of it. */
export class SimRecordDatabase {
  readonly database: RecordDatabase
  readonly #options: SimRecordDatabaseOptions
  readonly #leisure: SeededRandom
  /** Transactions that this page waits for. */
  pending = 0
  /** The next transaction is that of a drainer, under this fence. */
  fenceOfNextCall: number | undefined
  /** The worker's own. */
  #fence: number | undefined

  constructor(options: SimRecordDatabaseOptions) {
    this.#options = options
    this.#leisure = options.world.random(`leisure of ${options.disk.book.owner.name}`)
    const inner = createMemoryRecordDatabase({ disk: options.disk.disk, fateOf: () => this.#fateOf() })
    this.database = {
      transaction: (mode, work) => this.#transaction(inner, mode, work),
      observe: (tables, listener) => inner.observe(tables, () => this.#inPage(listener)),
      live: (read, listener, onError) => inner.live(read, (result) => this.#inPage(() => listener(result)), onError),
      follow: (read, listener, onError) => inner.follow(read, (result) => this.#inPage(() => listener(result)), onError),
      onTrouble: (listener) => inner.onTrouble(listener),
      close: () => inner.close(),
    }
  }

  async #transaction<T>(inner: RecordDatabase, mode: 'read' | 'write', work: (tables: RecordTables) => Promise<T>): Promise<T> {
    const { disk, isAlive, whenAwake, mutant } = this.#options
    if (!isAlive()) return new Promise<T>(() => undefined)
    this.pending++
    const fence = this.fenceOfNextCall
    this.fenceOfNextCall = undefined
    const early = Promise.withResolvers<T>()
    try {
      const done = inner.transaction(mode, async (tables) => {
        const look = { isFenced: false }
        const value = await work(this.#alter(withWatchedFence(tables, look)))
        if (mode === 'write') {
          const snapshot = await readSnapshot(tables)
          // A call that joined another's transaction may have left its fence to one that needs none.
          const ofPage = look.isFenced ? fence : undefined
          disk.draft = { snapshot, fence: this.#options.worker === undefined ? ofPage : this.#fenceOf(snapshot, look) }
        }
        early.resolve(value)
        return value
      })
      if (mutant === 'quotaIsIgnored' && mode === 'write') return await this.#ignoreQuota(done, early.promise)
      return await (mutant === 'deviceReceiptTooEarly' && mode === 'write' ? Promise.race([early.promise, done]) : done)
    } finally {
      this.pending--
      await whenAwake()
    }
  }

  /** When the transaction ends, and how: asked of each that wrote something. */
  #fateOf(): Promise<CommitFate> {
    const { world, config, random, disk, isAlive, ledger } = this.#options
    const { promise, resolve } = Promise.withResolvers<CommitFate>()
    const end = (): void => {
      const fate = this.#drawFate()
      if (!isAlive()) ledger.note(`transaction of a dead page: ${fate}`)
      ledger.guard(() => this.#end(fate))
      ledger.trace(() => `${disk.book.owner.name} ${fate}: ${describeSnapshot(disk.book.snapshot)}`)
      resolve(fate)
      // A page that has nothing else to do.
      if (this.#leisure.chance(0.2)) void disk.disk.unpack()
    }
    world.after(random.next() * config.deviceCommitMsMax, end)
    return promise
  }

  claimFence(fence: number): void {
    const { ledger, disk, name } = this.#options
    ledger.guard(() => disk.claimFence(fence, name))
  }

  #end(fate: CommitFate): void {
    const { world, disk, worker } = this.#options
    const before = disk.book.snapshot.entries
    disk.end(fate, world.now())
    const after = disk.book.snapshot.entries
    const removed = [...before].filter(
      ([id, { operation }]) => !after.has(id) && operation.groupId === undefined && !disk.book.damaged.has(id),
    )
    worker?.onRemoved(removed.length)
  }

  /** Under which fence the worker writes this; `undefined` for what concerns no drainer. */
  #fenceOf({ fence }: DeviceSnapshot, { isFenced }: FenceLook): number | undefined {
    if (fence !== this.#options.disk.book.snapshot.fence && typeof fence === 'number') this.#fence = fence
    return isFenced ? this.#fence : undefined
  }

  #drawFate(): CommitFate {
    const { config, random, disk, isAlive, ledger, onFailure } = this.#options
    if (!isAlive()) return random.chance(0.5) ? 'vanish' : 'commitUnheard'
    if (!disk.isFull && !random.chance(config.deviceFailureRate)) return 'commit'
    ledger.note('transaction failed on the device')
    onFailure?.()
    return 'fail'
  }

  /** A planted bug: whoever asked is told that all is well. */
  async #ignoreQuota<T>(done: Promise<T>, value: Promise<T>): Promise<T> {
    try {
      return await done
    } catch {
      return value
    }
  }

  #inPage(run: () => void): void {
    if (!this.#options.isAlive()) return
    void this.#options.whenAwake().then(() => {
      if (this.#options.isAlive()) run()
    })
  }

  /** Bugs that are planted between the service worker and its tables. */
  #alterForWorker(tables: RecordTables): RecordTables {
    const { confirmedA, confirmedB } = tables
    const bulkPut = async (): Promise<void> => undefined
    if (this.#options.mutant !== 'workerSettlesWithoutRows') return tables
    return { ...tables, confirmedA: { ...confirmedA, bulkPut }, confirmedB: { ...confirmedB, bulkPut } }
  }

  /** Bugs that are planted between the product and its tables. */
  #alter(tables: RecordTables): RecordTables {
    const { mutant, worker } = this.#options
    if (worker !== undefined) return this.#alterForWorker(tables)
    if (mutant === 'laneIsIgnored') return withLastOfLane(tables)
    if (mutant === 'laneHasTwoOut') return withSecondOfLane(tables)
    if (mutant !== 'inFlightIsCoalesced') return tables
    return {
      ...tables,
      outbox: {
        ...tables.outbox,
        range: async (range) => (await tables.outbox.range(range)).map((row) => asUnsent(row as OutboxRow, range.index)),
      },
    }
  }
}

/** Notes whether the fence is looked at. */
function withWatchedFence(tables: RecordTables, look: FenceLook): RecordTables {
  const { meta } = tables
  const get: typeof meta.get = async (key) => {
    look.isFenced ||= key === 'fence'
    return meta.get(key)
  }
  return { ...tables, meta: { ...meta, get } }
}

/** Who asks for the first request of a lane is given the last. */
function withLastOfLane(tables: RecordTables): RecordTables {
  return {
    ...tables,
    requests: {
      ...tables.requests,
      range: async (range) => {
        const isHead = range.index === '[lane+entryId]' && range.to !== undefined && range.limit === 1
        if (!isHead) return tables.requests.range(range)
        const { limit: _one, ...all } = range
        return (await tables.requests.range(all)).slice(-1)
      },
    },
  }
}

/** Ends the name of a lane that is none: what is first in it is the last of the lane of that name. */
export const secondOfLane = '/2'

function withSecondOfLane(tables: RecordTables): RecordTables {
  return {
    ...tables,
    requests: {
      ...tables.requests,
      range: async (range) => {
        const [lane] = Array.isArray(range.from) ? range.from : []
        if (typeof lane !== 'string' || !lane.endsWith(secondOfLane)) return tables.requests.range(range)
        const name = lane.slice(0, -secondOfLane.length)
        const all = await tables.requests.range({ index: '[lane+entryId]', from: [name, 0], to: [name, Infinity] })
        return all.length > 1 ? all.slice(-1) : []
      },
    },
  }
}

/** What was sent looks as if it had not been, to whoever looks for the entries of a record. */
function asUnsent(row: OutboxRow, index: string | undefined): OutboxRow {
  if (index !== 'recordKey' || row.state !== 'sent') return row
  const { firstSentAt: _sent, ...unsent } = row
  return { ...unsent, state: 'ready' }
}

function describeSnapshot({ entries, checkpoint, fence, attention }: DeviceSnapshot): string {
  const rows = [...entries.values()].map(
    ({ entryId, operation, state, attempts, parkedFor, nextRetryAt }) =>
      `${entryId}:${operation.operationId.slice(-6)} ${operation.operationType} n${operation.deviceSeq} ${state} ${attempts} ${parkedFor ?? ''} ${nextRetryAt ?? ''}`,
  )
  return `[${rows.join(', ')}] at ${checkpoint?.split('.').slice(0, 3).join('.')} fence ${String(fence)} attention ${attention.size}`
}
