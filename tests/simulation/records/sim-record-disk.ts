import {
  MemoryRecords,
  type ChangesPage,
  type RecordsCommit,
  type RecordStore,
  type TenantRecords,
} from '@rejoin/server/simulation'
import type { SeededRandom } from '@rejoin/core/testing'
import type { World } from '../world/world.ts'
import type { Config } from './config.ts'
import type { Mutant } from './mutants.ts'

type Outcome = 'commit' | 'fail' | 'vanish' | 'pretend'

interface Pending {
  settle(outcome: Outcome): void
}

/** What the disk tells whoever keeps the books: by its own word, not by the server's. */
export interface DiskWitness {
  committed(tenant: string, commit: RecordsCommit): void
  restored(): void
  tombstonesPruned(before: number): void
}

export interface SimRecordDiskOptions {
  readonly world: World
  readonly config: Config
  readonly witness: DiskWitness
  readonly mutant: Mutant | undefined
}

/**
 * The server's disk: what was committed survives every crash; of what was under way, a prefix does, and nobody is told. A restore from
 * backup goes back to an earlier commit and begins another epoch.
 */
export class SimRecordDisk {
  readonly #options: SimRecordDiskOptions
  readonly #random: SeededRandom
  readonly #checkpointKey: Uint8Array
  #recordsByTenant = new Map<string, MemoryRecords>()
  /** What a backup can go back to. Does it once more, on an empty disk. */
  #history: (() => void)[] = []
  #pending: Pending[] = []
  #life = 0
  #restoreCount = 0

  constructor(options: SimRecordDiskOptions) {
    this.#options = options
    this.#random = options.world.random('disk')
    this.#checkpointKey = Uint8Array.from({ length: 32 }, () => this.#random.below(256))
  }

  get epoch(): string {
    const isHidden = this.#options.mutant === 'epochSurvivesRestore'
    return `epoch-${isHidden ? 0 : this.#restoreCount}`
  }

  headOf(tenant: string): number {
    return this.#recordsOf(tenant).head
  }

  /** The disk as the next process finds it. */
  open(): RecordStore {
    const life = this.#life
    return {
      epoch: this.epoch,
      checkpointKey: this.#checkpointKey,
      tenant: (tenant) => this.#tenant(tenant, life),
      prune: () => Promise.resolve(false),
    }
  }

  /** The process is gone. */
  crash(): void {
    this.#life++
    const pending = this.#pending
    this.#pending = []
    const survivors = this.#random.below(pending.length + 1)
    for (const [index, commit] of pending.entries()) commit.settle(index < survivors ? 'commit' : 'vanish')
  }

  /** As upkeep does, with these bounds. Times are ms since the epoch. */
  prune(before: { readonly tombstones: number; readonly verdicts: number }): void {
    // What is judged already was judged by what there was.
    if (this.#pending.length === 0) this.#prune(before)
  }

  #prune(before: { readonly tombstones: number; readonly verdicts: number }): void {
    this.#history.push(() => this.#prune(before))
    for (const records of this.#recordsByTenant.values()) {
      records.pruneTombstones(before.tombstones)
      records.pruneVerdicts(before.verdicts)
    }
    this.#options.witness.tombstonesPruned(before.tombstones)
  }

  /** The operator puts last night's backup in place, while no process runs. */
  restore(): void {
    const kept = this.#history.slice(0, this.#random.below(this.#history.length + 1))
    this.#restoreCount++
    this.#recordsByTenant = new Map()
    this.#history = []
    this.#options.witness.restored()
    for (const redo of kept) redo()
  }

  #recordsOf(tenant: string): MemoryRecords {
    const known = this.#recordsByTenant.get(tenant)
    if (known !== undefined) return known
    const records = new MemoryRecords()
    this.#recordsByTenant.set(tenant, records)
    return records
  }

  #tenant(tenant: string, life: number): TenantRecords {
    return {
      read: (request) =>
        this.#answer(life, () => {
          const basis = this.#recordsOf(tenant).read(request)
          if (this.#options.mutant === 'verdictsAreForgotten') return { ...basis, verdicts: [] }
          if (this.#options.mutant === 'floorIsForgotten')
            return { ...basis, devices: basis.devices.map((device) => ({ ...device, prunedThrough: 0 })) }
          return basis
        }),
      commit: (commit) => this.#commit(tenant, commit, life),
      changes: (page) => this.#answer(life, () => this.#page(tenant, page)),
      changedSince: ({ entityType, since, limit }) =>
        this.#answer(life, () =>
          this.#recordsOf(tenant).page(0, limit, (record) => record.entityType === entityType && record.serverUpdatedAt > since),
        ),
      get: (key) => this.#answer(life, () => this.#recordsOf(tenant).get(key)),
    }
  }

  #page(tenant: string, { afterSeq, limit, entityType }: Parameters<TenantRecords['changes']>[0]): ChangesPage {
    const { mutant } = this.#options
    const isWanted = (record: { readonly entityType: string; readonly isDeleted: boolean }): boolean =>
      (entityType === undefined || record.entityType === entityType) && !(mutant === 'tombstonesAreNotTold' && record.isDeleted)
    const page = this.#recordsOf(tenant).page(afterSeq, limit, isWanted)
    if (mutant === 'pageSplitsASeq' && page.records.length > limit) {
      const records = page.records.slice(0, limit)
      return { ...page, records, throughSeq: records.at(-1)?.seq ?? page.throughSeq }
    }
    if (mutant === 'tenantFilterIsMissing') {
      const foreign = [...this.#recordsByTenant].filter(([other]) => other !== tenant)
      return {
        ...page,
        records: [...page.records, ...foreign.flatMap(([, records]) => records.page(afterSeq, limit, isWanted).records)],
      }
    }
    return page
  }

  #answer<T>(life: number, read: () => T): Promise<T> {
    const { world, config } = this.#options
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const fails = this.#random.chance(config.readFailureRate)
    world.after(this.#random.next() * config.commitMsMax * 0.2, () => {
      if (life !== this.#life) return
      if (fails) reject(new Error('the disk cannot be read'))
      else resolve(read())
    })
    return promise
  }

  #commit(tenant: string, commit: RecordsCommit, life: number): Promise<'committed' | 'stale'> {
    const { mutant, world, config } = this.#options
    const { promise, resolve, reject } = Promise.withResolvers<'committed' | 'stale'>()
    if (life !== this.#life) return promise
    this.#pending.push({
      settle: (outcome) => {
        if (outcome === 'vanish') return
        if (outcome === 'pretend') return resolve('committed')
        if (outcome === 'fail') return reject(new Error('the disk is full'))
        const written = this.#write(tenant, commit, world.now())
        if (life === this.#life) resolve(written)
      },
    })
    if (mutant === 'answerBeforeCommit') resolve('committed')
    world.after(this.#random.next() * config.commitMsMax, () => this.#commitNext(life))
    return promise
  }

  /** Commits come in the order in which they were asked for, however long each takes. */
  #commitNext(life: number): void {
    if (life !== this.#life) return
    const next = this.#pending.shift()
    const fails = this.#random.chance(this.#options.config.commitFailureRate)
    next?.settle(fails ? (this.#options.mutant === 'failedCommitIsDone' ? 'pretend' : 'fail') : 'commit')
  }

  #write(tenant: string, commit: RecordsCommit, at: number): 'committed' | 'stale' {
    const { mutant, witness, world } = this.#options
    const records = this.#recordsOf(tenant)
    if (mutant === 'verdictInASecondTransaction' && commit.verdicts.length > 0) {
      const effects = { ...commit, verdicts: [] }
      if (records.commit(effects, at) === 'stale') return 'stale'
      witness.committed(tenant, effects)
      const life = this.#life
      world.after(this.#random.next() * 2_000, () => {
        if (life === this.#life) records.commit({ ...commit, afterHead: records.head, head: records.head, records: [] }, at)
      })
      return 'committed'
    }
    const bent = mutant === 'staleIsIgnored' ? { ...commit, afterHead: records.head, head: records.head + 1 } : commit
    const written = records.commit(bent, at)
    if (written === 'committed') {
      this.#history.push(() => this.#write(tenant, bent, at))
      witness.committed(tenant, bent)
    }
    return written
  }
}
