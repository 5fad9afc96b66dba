import type { Clock } from '@rejoin/core'
import type { DocumentStore, LocalCopy, SetAsideCopy, SetAsideReason, UpdateToAppend } from './document-store.ts'
import { exportUpdates, foldUpdates } from './fold-updates.ts'
import type { ImportTarget } from './import-target.ts'
import { otherGeneration, planAppend } from './plan-append.ts'
import { StoreError } from './store-error.ts'
import { checkCopy, endCopy, startCopy, toLocalCopy, type StoredCopy } from './stored-copy.ts'
import type { DirtyRow, DocumentRow, UpdateRow } from './stored-rows.ts'

/** What memory stores keep. Several stores on one disk are several tabs; a new store on a kept disk is a reload. */
export interface MemoryDisk {
  readonly documentByName: Map<string, DocumentRow>
  readonly updatesByName: Map<string, readonly UpdateRow[]>
  readonly dirtyByName: Map<string, readonly DirtyRow[]>
  readonly setAside: { readonly copy: SetAsideCopy; readonly updates: readonly Uint8Array[] }[]
  readonly importedSources: Set<string>
  setAsideCount: number
}

export function createMemoryDisk(): MemoryDisk {
  return {
    documentByName: new Map(),
    updatesByName: new Map(),
    dirtyByName: new Map(),
    setAside: [],
    importedSources: new Set(),
    setAsideCount: 0,
  }
}

export interface MemoryDocumentStoreOptions {
  readonly clock: Clock
  /** Default: a disk of its own. */
  readonly disk?: MemoryDisk
}

/** The managed store's behaviour without durability: for tests and simulation, and where an app decides to go without IndexedDB. Never chosen silently. */
export function createMemoryDocumentStore(options: MemoryDocumentStoreOptions): DocumentStore & ImportTarget {
  return new MemoryDocumentStore(options)
}

class MemoryDocumentStore implements DocumentStore, ImportTarget {
  readonly #clock: Clock
  readonly #disk: MemoryDisk
  #isClosed = false

  constructor({ clock, disk = createMemoryDisk() }: MemoryDocumentStoreOptions) {
    this.#clock = clock
    this.#disk = disk
  }

  async load(name: string): Promise<LocalCopy | undefined> {
    const copy = this.#read(name)
    return copy === undefined ? undefined : toLocalCopy(copy)
  }

  async append(name: string, updates: readonly UpdateToAppend[], generation?: string): Promise<readonly number[]> {
    const { documentByName, updatesByName, dirtyByName } = this.#open()
    const plan = planAppend(documentByName, [{ name, updates, generation }], this.#clock.now())
    updatesByName.set(name, [...(updatesByName.get(name) ?? []), ...plan.updates])
    dirtyByName.set(name, [...(dirtyByName.get(name) ?? []), ...plan.dirty])
    const [outcome] = plan.outcomes
    if (outcome === undefined) throw new Error('one request has one outcome')
    if ('refused' in outcome) throw outcome.refused
    return outcome.seqs
  }

  async markStored(name: string, seqs: readonly number[]): Promise<void> {
    const { documentByName, dirtyByName } = this.#open()
    const row = documentByName.get(name)
    if (row === undefined) return
    const { dirtySince: _before, ...document } = row
    const remaining = (dirtyByName.get(name) ?? []).filter(({ seq }) => !seqs.includes(seq))
    const [oldest] = remaining
    dirtyByName.set(name, remaining)
    documentByName.set(name, { ...document, ...(oldest !== undefined && { dirtySince: oldest.at }) })
  }

  async setGeneration(name: string, generation: string): Promise<void> {
    const { documentByName } = this.#open()
    const before = documentByName.get(name)
    const document = before?.isPresent === true ? before : startCopy(name, before)
    if (document.generation !== undefined && document.generation !== generation) throw otherGeneration(name)
    documentByName.set(name, { ...document, generation })
  }

  async listDirty(): Promise<readonly string[]> {
    const dirty = [...this.#open().documentByName.values()].flatMap(({ name, dirtySince }) =>
      dirtySince === undefined ? [] : [{ name, dirtySince }],
    )
    return dirty
      .toSorted((left, right) => left.dirtySince - right.dirtySince || (left.name < right.name ? -1 : 1))
      .map(({ name }) => name)
  }

  async compact(name: string): Promise<void> {
    const { documentByName, updatesByName } = this.#open()
    const copy = this.#read(name)
    if (copy === undefined || copy.updates.length < 2) return
    const folded = foldUpdates(copy.updates.map(({ update }) => update))
    if (folded === undefined) return
    const { document } = copy
    updatesByName.set(name, [{ name, seq: document.lastSeq, fromSeq: document.firstSeq, update: folded }])
    documentByName.set(name, { ...document, rowCount: 1 })
  }

  async setAside(name: string, reason: SetAsideReason): Promise<SetAsideCopy | undefined> {
    const { documentByName, updatesByName, dirtyByName } = this.#open()
    const copy = this.#read(name)
    if (copy === undefined) return undefined
    const { updates, generation } = toLocalCopy(copy)
    documentByName.set(name, endCopy(copy.document))
    updatesByName.delete(name)
    dirtyByName.delete(name)
    return this.#keep(name, { updates, generation, reason })
  }

  async setAsideUpdate(name: string, update: Uint8Array, reason: SetAsideReason): Promise<SetAsideCopy> {
    return this.#keep(name, { updates: [update.slice()], generation: this.#open().documentByName.get(name)?.generation, reason })
  }

  async listSetAside(): Promise<readonly SetAsideCopy[]> {
    return this.#open().setAside.map(({ copy }) => copy)
  }

  async readSetAside(id: number): Promise<Uint8Array | undefined> {
    const kept = this.#open().setAside.find(({ copy }) => copy.id === id)
    return kept === undefined ? undefined : exportUpdates(kept.updates)
  }

  async discardSetAside(id: number): Promise<void> {
    const { setAside } = this.#open()
    const index = setAside.findIndex(({ copy }) => copy.id === id)
    if (index !== -1) setAside.splice(index, 1)
  }

  async isImported(source: string): Promise<boolean> {
    return this.#open().importedSources.has(source)
  }

  async importOnce(source: string, name: string, updates: readonly Uint8Array[]): Promise<boolean> {
    const { importedSources } = this.#open()
    if (importedSources.has(source)) return false
    importedSources.add(source)
    await this.append(
      name,
      updates.map((update) => ({ update, isLocal: true })),
    )
    return true
  }

  /** Nothing can go wrong in memory but being closed, and that is the owner's own doing. */
  onTrouble(): () => void {
    return () => undefined
  }

  async close(): Promise<void> {
    this.#isClosed = true
  }

  #open(): MemoryDisk {
    if (this.#isClosed) throw new StoreError('closed', 'the document store was closed')
    return this.#disk
  }

  #read(name: string): StoredCopy | undefined {
    const { documentByName, updatesByName, dirtyByName } = this.#open()
    return checkCopy(name, {
      document: documentByName.get(name),
      updates: updatesByName.get(name) ?? [],
      dirty: dirtyByName.get(name) ?? [],
    })
  }

  #keep(
    name: string,
    facts: { readonly updates: readonly Uint8Array[]; readonly generation: string | undefined; readonly reason: SetAsideReason },
  ): SetAsideCopy {
    const { updates, generation, reason } = facts
    this.#disk.setAsideCount++
    const sizeBytes = updates.reduce((sum, update) => sum + update.byteLength, 0)
    const copy = { id: this.#disk.setAsideCount, name, generation, reason, at: this.#clock.now(), sizeBytes }
    this.#disk.setAside.push({ copy, updates })
    return copy
  }
}
