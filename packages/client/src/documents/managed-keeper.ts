import type { Scheduler } from '@rejoin/core'
import { applyUpdate } from 'yjs'
import type { DocumentStore, LocalCopy } from '../store/document-store.ts'
import { StoreError } from '../store/store-error.ts'
import type { DocumentNews } from '../tabs/document-channel.ts'
import { AppendQueue, type QueuedUpdate } from './append-queue.ts'
import { ChangeBook } from './change-book.ts'
import type { DocumentKeeper, KeeperWatcher, LoadedDocument, Persistence } from './document-keeper.ts'
import type { LinkReason } from './link-state.ts'
import { LooseEnds } from './loose-ends.ts'
import type { OrdinalRange } from './ordinal-ledger.ts'

export interface ManagedPersistenceOptions {
  readonly store: DocumentStore
  /** `false` for a store in memory: it outlives nothing. */
  readonly isDurable: boolean
  readonly scheduler: Scheduler
  /** Tells the other tabs. */
  readonly tell: (news: DocumentNews) => void
  /** What is dirty or set aside is not what it was. */
  readonly onStoreChanged: () => void
}

/** Keeps documents in the managed store. */
export function managedPersistence(options: ManagedPersistenceOptions): Persistence {
  return {
    load: async (name, doc) => {
      const copy = await options.store.load(name)
      doc.transact(() => {
        for (const update of copy?.updates ?? []) applyUpdate(doc, update)
      })
      return (watcher) => new ManagedKeeper({ ...options, name, watcher, copy })
    },
  }
}

interface ManagedKeeperOptions extends ManagedPersistenceOptions {
  readonly name: string
  readonly watcher: KeeperWatcher
  /** What was loaded; `undefined` where there was nothing. */
  readonly copy: LocalCopy | undefined
}

const replaced: LinkReason = {
  code: 'OTHER_GENERATION',
  message: 'The document was replaced. The copy on this device was set aside in another tab.',
}

/** Keeps one document in the managed store, shared with the other tabs. */
class ManagedKeeper implements DocumentKeeper {
  readonly canTell: boolean
  readonly loaded: LoadedDocument
  readonly #options: ManagedKeeperOptions
  readonly #book = new ChangeBook()
  readonly #queue: AppendQueue
  readonly #looseEnds: LooseEnds
  readonly #loadedThrough: number
  #generation: string | undefined
  #isPresent: boolean
  #goneReason: LinkReason | undefined
  #isMovedElsewhere = false
  #movingAway: Promise<void> = Promise.resolve()

  constructor(options: ManagedKeeperOptions) {
    this.#options = options
    const { copy, isDurable } = options
    this.canTell = isDurable
    this.loaded = { generation: copy?.generation, ordinals: (copy?.dirtySeqs ?? []).map((seq) => this.#book.make(seq)) }
    this.#generation = copy?.generation
    this.#loadedThrough = copy?.lastSeq ?? 0
    this.#isPresent = copy !== undefined
    this.#queue = new AppendQueue({
      scheduler: options.scheduler,
      append: (updates) => this.#append(updates),
      onAppended: (updates, seqs) => this.#appended(updates, seqs),
      onFailed: (error, waiting) => this.#failed(error, waiting),
    })
    this.#looseEnds = new LooseEnds({
      scheduler: options.scheduler,
      keep: async (update, reason) => {
        await options.store.setAsideUpdate(options.name, update, reason)
        options.onStoreChanged()
      },
      onKept: (ranges) => this.markStored(ranges),
      onFailed: (error) => options.watcher.onNotKept(messageOf(error)),
    })
  }

  add(update: Uint8Array, isLocal: boolean): void {
    const ordinal = isLocal ? this.#book.make() : undefined
    if (ordinal !== undefined) this.#options.watcher.onChangeMade(ordinal, false)
    if (this.#goneReason === undefined) this.#queue.add({ update, isLocal, ordinal })
    else if (isLocal) this.#looseEnds.add(update, [], this.#goneReason)
  }

  whenKept(): Promise<void> {
    if (!this.canTell) return Promise.reject(new Error('changes are kept in memory only'))
    return this.#queue.whenDone()
  }

  rememberGeneration(generation: string): void {
    const { store, name } = this.#options
    this.#generation = generation
    this.#isPresent = true
    store.setGeneration(name, generation).catch((error: unknown) => this.#failed(error, []))
  }

  markStored(ranges: readonly OrdinalRange[]): void {
    this.#clean(this.#book.settle(ranges))
  }

  setFrameAside(update: Uint8Array, ranges: readonly OrdinalRange[], reason: LinkReason): void {
    this.#looseEnds.add(update, ranges, reason)
  }

  setCopyAside({ code, message }: LinkReason): void {
    if (this.#goneReason !== undefined) return
    const reason = { code, message }
    this.#goneReason = reason
    const { store, name, tell, watcher, onStoreChanged } = this.#options
    const moveAway = async (): Promise<void> => {
      await store.setAside(name, reason)
      onStoreChanged()
      tell({ type: 'setAside', name, ...reason })
    }
    // What is on its way to the copy belongs to it; what could not be written is not lost either, `close` will say so.
    this.#movingAway = this.#queue.whenDone().then(moveAway, moveAway)
    this.#movingAway.catch((error: unknown) => watcher.onNotKept(messageOf(error)))
  }

  receive(news: DocumentNews): void {
    if (this.#goneReason !== undefined) return
    switch (news.type) {
      case 'appended':
        this.#isPresent = true
        for (const { seq, update, isLocal } of news.changes) if (seq > this.#loadedThrough) this.#takeOver(seq, update, isLocal)
        return
      case 'cleaned':
        this.#options.watcher.onCleanElsewhere(this.#book.takeOrdinals(news.seqs))
        return
      case 'setAside':
        this.#endElsewhere({ code: news.code, message: news.message })
    }
  }

  async catchUp(): Promise<void> {
    const { store, name } = this.#options
    const copy = await store.load(name)
    if (this.#goneReason !== undefined) return
    const isOther = copy?.generation !== undefined && this.#generation !== undefined && copy.generation !== this.#generation
    if ((copy === undefined && this.#isPresent) || isOther) this.#endElsewhere(replaced)
    else if (copy !== undefined) this.#compare(copy)
  }

  whenMovedAway(): Promise<void> {
    return this.#movingAway
  }

  async close(): Promise<void> {
    const results = await Promise.allSettled([this.#queue.close(), this.#movingAway])
    await this.#looseEnds.flush()
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  #takeOver(seq: number, update: Uint8Array, isLocal: boolean): void {
    const isDirty = isLocal && !this.#book.hasSeq(seq)
    if (isDirty) this.#options.watcher.onChangeMade(this.#book.make(seq), true)
    this.#options.watcher.onTabUpdate(update, isDirty)
  }

  #compare(copy: LocalCopy): void {
    const { watcher } = this.#options
    const dirty = new Set(copy.dirtySeqs)
    const clean = this.#book.seqs().filter((seq) => seq <= copy.lastSeq && !dirty.has(seq))
    watcher.onCleanElsewhere(this.#book.takeOrdinals(clean))
    const found = copy.dirtySeqs.filter((seq) => !this.#book.hasSeq(seq))
    for (const seq of found) watcher.onChangeMade(this.#book.make(seq), true)
    for (const update of copy.updates) watcher.onTabUpdate(update, false)
    if (found.length > 0) watcher.onDirtFound()
  }

  /** After another tab moved the copy away, an append would begin a copy that is only the end of one. */
  async #append(updates: readonly QueuedUpdate[]): Promise<readonly number[]> {
    if (this.#isMovedElsewhere) throw new StoreError('otherGeneration', replaced.message)
    return this.#options.store.append(this.#options.name, updates, this.#generation)
  }

  #appended(updates: readonly QueuedUpdate[], seqs: readonly number[]): void {
    const { name, tell, watcher } = this.#options
    this.#isPresent = true
    const changes = updates.flatMap(({ update, isLocal }, index) => {
      const seq = seqs[index]
      return seq === undefined ? [] : [{ seq, update, isLocal }]
    })
    tell({ type: 'appended', name, changes })
    const clean = updates.flatMap(({ ordinal }, index) => {
      const seq = seqs[index]
      return ordinal !== undefined && seq !== undefined && this.#book.keep(ordinal, seq) ? [seq] : []
    })
    if (this.#isMovedElsewhere) this.#moveRest()
    watcher.onKept(updates.filter(({ ordinal }) => ordinal !== undefined).length)
    this.#clean(clean)
  }

  /** What was being written while another tab moved the copy away has begun a copy of its own. */
  #moveRest(): void {
    const { store, name, watcher, onStoreChanged } = this.#options
    store
      .setAside(name, this.#goneReason ?? replaced)
      .then(onStoreChanged, (error: unknown) => watcher.onNotKept(messageOf(error)))
  }

  #clean(seqs: readonly number[]): void {
    if (seqs.length === 0) return
    const { store, name, tell, watcher, onStoreChanged } = this.#options
    store.markStored(name, seqs).then(
      () => {
        tell({ type: 'cleaned', name, seqs: [...seqs] })
        if (this.#book.isClean) onStoreChanged()
      },
      // They stay dirty on the device and are sent once more some day, which the server recognises.
      (error: unknown) => watcher.onNotKept(messageOf(error)),
    )
  }

  #failed(error: unknown, waiting: readonly QueuedUpdate[]): boolean {
    const { watcher } = this.#options
    if (!(error instanceof StoreError && error.code === 'otherGeneration')) {
      watcher.onNotKept(messageOf(error))
      return true
    }
    for (const { update, isLocal } of waiting) if (isLocal) this.#looseEnds.add(update, [], replaced)
    this.#endElsewhere(replaced)
    return false
  }

  #endElsewhere(reason: LinkReason): void {
    this.#isMovedElsewhere = true
    this.#goneReason ??= reason
    this.#options.watcher.onSetAsideElsewhere(reason)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
