import {
  createMemoryDocumentStore,
  type AppendRequest,
  type AppendResult,
  type DocumentStore,
  type TenantDocuments,
} from '@rejoin/server/simulation'
import type { SeededRandom } from '@rejoin/core/testing'
import type { Config } from './config.ts'
import type { Mutant } from './mutants.ts'
import type { Oracle } from './oracle.ts'
import type { World } from '../world/world.ts'

interface Pending {
  readonly request: AppendRequest
  readonly tenant: string
  settle(outcome: 'commit' | 'fail' | 'vanish' | 'pretend'): Promise<void>
}

/** The server's disk: what was committed survives every crash; of what was under way, a prefix does, and nobody is told. */
export class SimDisk {
  readonly #world: World
  readonly #config: Config
  readonly #oracle: Oracle
  readonly #random: SeededRandom
  readonly #inner: DocumentStore
  readonly #mutant: Mutant | undefined
  #pending: Pending[] = []
  #life = 0

  constructor(options: {
    readonly world: World
    readonly config: Config
    readonly oracle: Oracle
    readonly mutant: Mutant | undefined
  }) {
    this.#world = options.world
    this.#config = options.config
    this.#oracle = options.oracle
    this.#mutant = options.mutant
    this.#random = options.world.random('disk')
    this.#inner = createMemoryDocumentStore({ clock: options.world, epoch: 'simulated' })
  }

  /** The disk as the next process finds it. */
  open(): DocumentStore {
    const life = this.#life
    return { ...this.#inner, tenant: (tenant) => this.#documents(tenant, life) }
  }

  /** The process is gone. */
  async crash(): Promise<void> {
    this.#life++
    const pending = this.#pending
    this.#pending = []
    const survivors = this.#random.below(pending.length + 1)
    for (const [index, append] of pending.entries()) await append.settle(index < survivors ? 'commit' : 'vanish')
  }

  #documents(tenant: string, life: number): TenantDocuments {
    const inner = this.#inner.tenant(tenant)
    return {
      ...inner,
      append: (request) => this.#append(tenant, request, life),
      load: async (document) => {
        const loaded = await inner.load(document)
        if (this.#mutant === 'snapshotWithoutTail' && loaded.type === 'live') return { ...loaded, tail: [] }
        return loaded
      },
      compact: async (document) => {
        const snapshot = await inner.compact(document)
        return snapshot
      },
    }
  }

  #append(tenant: string, request: AppendRequest, life: number): Promise<AppendResult> {
    const { promise, resolve, reject } = Promise.withResolvers<AppendResult>()
    const pending: Pending = {
      request,
      tenant,
      settle: async (outcome) => {
        const isAlive = life === this.#life
        if (outcome === 'vanish') return
        if (outcome === 'pretend') return resolve({ type: 'committed', seq: request.afterSeq + request.rows.length })
        if (outcome === 'fail') return reject(new Error('the disk is full'))
        const result = await this.#write(tenant, request, life)
        if (result.type === 'committed') this.#oracle.stored(request.rows.map((row) => row.update))
        if (isAlive) resolve(result)
      },
    }
    if (life !== this.#life) return promise
    this.#pending.push(pending)
    if (this.#mutant === 'receiptBeforeCommit') resolve({ type: 'committed', seq: request.afterSeq + request.rows.length })
    this.#world.after(this.#random.next() * this.#config.commitMsMax, () => void this.#commitNext(life))
    return promise
  }

  async #write(tenant: string, request: AppendRequest, life: number): Promise<AppendResult> {
    const documents = this.#inner.tenant(tenant)
    if (this.#mutant !== 'verdictsApart' || request.verdicts === undefined) return documents.append(request)
    const result = await documents.append({ ...request, verdicts: [] })
    this.#world.after(this.#random.next() * this.#config.commitMsMax, () => {
      if (life === this.#life) void this.#keepVerdicts(tenant, request)
    })
    return result
  }

  async #keepVerdicts(tenant: string, { verdicts = [], ...request }: AppendRequest): Promise<void> {
    const documents = this.#inner.tenant(tenant)
    const loaded = await documents.load(request.document)
    if (loaded.type !== 'live') return
    await documents.append({ ...request, afterSeq: loaded.seq, rows: [], bindings: [], verdicts })
  }

  /** Commits come in the order in which they were asked for, however long each takes. */
  async #commitNext(life: number): Promise<void> {
    if (life !== this.#life) return
    const next = this.#pending.shift()
    const fails = this.#random.chance(this.#config.commitFailureRate)
    await next?.settle(fails ? (this.#mutant === 'failedCommitIsDone' ? 'pretend' : 'fail') : 'commit')
  }
}
