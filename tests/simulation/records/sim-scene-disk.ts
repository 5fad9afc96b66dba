import {
  createMemoryDocumentStore,
  type AppendRequest,
  type AppendResult,
  type DocumentStore,
  type TenantDocuments,
} from '@rejoin/server/simulation'
import type { SeededRandom } from '@rejoin/core/testing'
import type { World } from '../world/world.ts'
import type { Config } from './config.ts'
import type { Mutant } from './mutants.ts'

export interface SimSceneDiskOptions {
  readonly world: World
  readonly config: Config
  readonly mutant: Mutant | undefined
  /** Told of whatever became durable, in its order. */
  readonly onCommitted: (tenant: string, request: AppendRequest) => void
}

interface Pending {
  settle(outcome: 'commit' | 'fail' | 'vanish'): Promise<void>
}

/** The server's disk as far as documents are on it: what was committed survives every crash; of what was under way, a prefix does, and nobody is told. */
export class SimSceneDisk {
  readonly #options: SimSceneDiskOptions
  readonly #random: SeededRandom
  readonly #inner: DocumentStore
  #pending: Pending[] = []
  #life = 0
  /** What is being written: the next process finds it. */
  #writing: Promise<unknown> = Promise.resolve()

  constructor(options: SimSceneDiskOptions) {
    this.#options = options
    this.#random = options.world.random('disk of scenes')
    this.#inner = createMemoryDocumentStore({ clock: options.world, epoch: 'simulated' })
  }

  /** The disk as the next process finds it. */
  open(): DocumentStore {
    const life = this.#life
    return { ...this.#inner, tenant: (tenant) => this.#documents(tenant, life) }
  }

  /** The process is gone. */
  crash(): void {
    this.#life++
    const pending = this.#pending
    this.#pending = []
    const survivors = this.#random.below(pending.length + 1)
    for (const [index, append] of pending.entries()) void append.settle(index < survivors ? 'commit' : 'vanish')
  }

  #documents(tenant: string, life: number): TenantDocuments {
    const inner = this.#inner.tenant(tenant)
    return {
      ...inner,
      append: (request) => this.#append(tenant, request, life),
      load: async (document) => {
        await this.#writing
        return inner.load(document)
      },
      verdicts: async (document, operationIds) => {
        await this.#writing
        return this.#options.mutant === 'sceneRepeatsAreNew' ? [] : inner.verdicts(document, operationIds)
      },
    }
  }

  #append(tenant: string, request: AppendRequest, life: number): Promise<AppendResult> {
    const { world, config, mutant } = this.#options
    const { promise, resolve, reject } = Promise.withResolvers<AppendResult>()
    if (life !== this.#life) return promise
    this.#pending.push({
      settle: async (outcome) => {
        if (outcome === 'vanish') return
        if (outcome === 'fail') return reject(new Error('the disk is full'))
        const written = this.#write(tenant, request)
        this.#writing = Promise.all([this.#writing, written])
        const result = await written
        if (life === this.#life) resolve(result)
      },
    })
    if (mutant === 'sceneIsAnsweredTooEarly') resolve({ type: 'committed', seq: request.afterSeq + request.rows.length })
    world.after(this.#random.next() * config.commitMsMax, () => this.#commitNext(life))
    return promise
  }

  /** Commits come in the order in which they were asked for, however long each takes. */
  #commitNext(life: number): void {
    if (life !== this.#life) return
    const next = this.#pending.shift()
    // There are fewer of these than of the records'.
    const fails = this.#random.chance(2 * this.#options.config.commitFailureRate)
    void next?.settle(fails ? 'fail' : 'commit')
  }

  async #write(tenant: string, request: AppendRequest): Promise<AppendResult> {
    const { mutant } = this.#options
    if (mutant === 'sceneVerdictsApart' && request.verdicts !== undefined) return this.#writeApart(tenant, request)
    const kept = mutant === 'sceneRepeatsAreNew' ? await this.#withNewVerdicts(tenant, request) : request
    const result = await this.#inner.tenant(tenant).append(kept)
    if (result.type === 'committed') this.#options.onCommitted(tenant, request)
    return result
  }

  /** A planted bug: first what a batch does, a little later what became of each of its operations. */
  async #writeApart(tenant: string, request: AppendRequest): Promise<AppendResult> {
    const { world, config, onCommitted } = this.#options
    const life = this.#life
    const effect = { ...request, verdicts: [] }
    const result = await this.#inner.tenant(tenant).append(effect)
    if (result.type === 'stale') return result
    onCommitted(tenant, effect)
    world.after(this.#random.next() * Math.max(config.commitMsMax, 200), () => {
      if (life === this.#life) void this.#keepVerdicts(tenant, request)
    })
    return result
  }

  async #keepVerdicts(tenant: string, request: AppendRequest): Promise<void> {
    const documents = this.#inner.tenant(tenant)
    const loaded = await documents.load(request.document)
    if (loaded.type !== 'live') return
    const verdicts = { ...request, afterSeq: loaded.seq, rows: [], bindings: [] }
    const result = await documents.append(verdicts)
    if (result.type === 'committed') this.#options.onCommitted(tenant, verdicts)
  }

  /** A planted bug: only verdicts on what never had one are kept, so that a repeat takes effect once more. */
  async #withNewVerdicts(tenant: string, request: AppendRequest): Promise<AppendRequest> {
    const { document, verdicts = [] } = request
    const known = await this.#inner.tenant(tenant).verdicts(
      document,
      verdicts.map(({ operationId }) => operationId),
    )
    const knownIds = new Set(known.map(({ operationId }) => operationId))
    return { ...request, verdicts: verdicts.filter(({ operationId }) => !knownIds.has(operationId)) }
  }
}
