import type { SeededRandom } from '@rejoin/core/testing'
import {
  createMemoryDisk,
  createMemoryDocumentStore,
  type DeviceDocumentStore,
  type MemoryDisk,
  type UpdateToAppend,
} from '@rejoin/client/simulation'
import { applyUpdate, Doc } from 'yjs'
import type { Config } from './config.ts'
import type { Mutant } from './mutants.ts'
import type { World } from '../world/world.ts'

/** The database that the tabs of one device share. */
export class SimDeviceDisk {
  readonly memory: MemoryDisk = createMemoryDisk()
  /** What a reload would find, kept by another way than the store's own. */
  #contents = new Doc({ gc: false })
  #dueMs = 0

  has(tag: string): boolean {
    return this.#contents.getMap('tags').has(tag)
  }

  wrote(updates: readonly UpdateToAppend[]): void {
    for (const { update } of updates) applyUpdate(this.#contents, update)
  }

  /** A planted lie came out: these rows were never written. */
  unwrite(name: string, seqs: ReadonlySet<number>): void {
    const rows = (this.memory.updatesByName.get(name) ?? []).filter(({ seq }) => !seqs.has(seq))
    this.memory.updatesByName.set(name, rows)
    this.#contents = new Doc({ gc: false })
    this.wrote(rows.map(({ update }) => ({ update, isLocal: true })))
  }

  /** Transactions on one database end in the order in which they were begun. */
  nextDueMs(world: World, durationMs: number): number {
    this.#dueMs = Math.max(this.#dueMs + 0.01, world.now() + durationMs)
    return this.#dueMs
  }
}

/** One tab's way to the database: it takes time, it fails, and a tab that dies does not learn what became of it. */
export class SimDeviceStore {
  readonly store: DeviceDocumentStore
  readonly #world: World
  readonly #config: Config
  readonly #disk: SimDeviceDisk
  readonly #random: SeededRandom
  readonly #mutant: Mutant | undefined
  /** What became of writes that nobody waits for any more. */
  readonly #unheard: unknown[] = []
  #isAlive = true
  #lies: { readonly name: string; readonly seqs: ReadonlySet<number> }[] = []

  constructor(options: {
    readonly world: World
    readonly config: Config
    readonly disk: SimDeviceDisk
    readonly random: SeededRandom
    readonly mutant: Mutant | undefined
  }) {
    this.#world = options.world
    this.#config = options.config
    this.#disk = options.disk
    this.#random = options.random
    this.#mutant = options.mutant
    const inner = createMemoryDocumentStore({ clock: options.world, disk: options.disk.memory })
    const append: DeviceDocumentStore['append'] = async (name, updates, generation) => {
      const seqs = await inner.append(name, updates, generation)
      this.#disk.wrote(updates)
      return seqs
    }
    this.store = {
      ...pick(inner),
      // The database outlives the page.
      close: () => Promise.resolve(),
      load: async (name) => {
        const copy = await inner.load(name)
        return copy !== undefined && this.#mutant === 'dirtIsForgotten' ? { ...copy, dirtySeqs: [] } : copy
      },
      append: (name, updates, generation) =>
        this.#mutant === 'deviceLies'
          ? this.#lie(name, () => append(name, updates, generation))
          : this.#write(() => append(name, updates, generation)),
      markStored: (name, seqs) => this.#write(() => inner.markStored(name, seqs)),
      setGeneration: (name, generation) => this.#write(() => inner.setGeneration(name, generation)),
    }
  }

  /** The tab is gone. What it had begun may or may not come through. */
  die(): void {
    this.#isAlive = false
    for (const { name, seqs } of this.#lies) this.#disk.unwrite(name, seqs)
  }

  #write<T>(run: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    if (!this.#isAlive) return promise
    const durationMs = this.#random.next() * this.#config.deviceCommitMsMax
    const fails = this.#random.chance(this.#config.deviceFailureRate)
    this.#world.after(this.#disk.nextDueMs(this.#world, durationMs) - this.#world.now(), () => {
      if (!this.#isAlive) {
        if (this.#random.chance(0.5)) run().catch((error: unknown) => this.#unheard.push(error))
      } else if (fails) {
        reject(new Error('the quota is exceeded'))
      } else {
        run().then(resolve, reject)
      }
    })
    return promise
  }

  async #lie(name: string, run: () => Promise<readonly number[]>): Promise<readonly number[]> {
    const seqs = await run()
    const lie = { name, seqs: new Set(seqs) }
    this.#lies.push(lie)
    this.#world.after(this.#config.deviceCommitMsMax, () => {
      this.#lies = this.#lies.filter((other) => other !== lie)
    })
    return seqs
  }
}

/** The store's calls as plain properties, so that some can be replaced. */
function pick(store: DeviceDocumentStore): DeviceDocumentStore {
  return {
    load: (name) => store.load(name),
    append: (name, updates, generation) => store.append(name, updates, generation),
    close: () => store.close(),
    markStored: (name, seqs) => store.markStored(name, seqs),
    setGeneration: (name, generation) => store.setGeneration(name, generation),
    listDirty: () => store.listDirty(),
    compact: (name) => store.compact(name),
    setAside: (name, reason) => store.setAside(name, reason),
    setAsideUpdate: (name, update, reason) => store.setAsideUpdate(name, update, reason),
    listSetAside: () => store.listSetAside(),
    readSetAside: (id) => store.readSetAside(id),
    discardSetAside: (id) => store.discardSetAside(id),
    onTrouble: (listener) => store.onTrouble(listener),
  }
}
