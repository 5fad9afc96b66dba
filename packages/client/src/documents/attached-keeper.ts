import type { Doc } from 'yjs'
import type { AttachedDocument, DocumentPersistence } from '../store/y-indexeddb-persistence.ts'
import type { DocumentKeeper, KeeperWatcher, LoadedDocument } from './document-keeper.ts'
import type { OrdinalRange } from './ordinal-ledger.ts'

/**
 * Keeps a document through a persistence that binds itself to the doc and does not tell what it has written. It has no place for what is
 * set aside, so nothing is ever moved: a copy that the server does not want stays where it is.
 */
export class AttachedKeeper implements DocumentKeeper {
  readonly canTell = false
  readonly #name: string
  readonly #persistence: DocumentPersistence
  readonly #watcher: KeeperWatcher
  #attached: AttachedDocument | undefined
  #madeThrough = 0

  constructor(name: string, persistence: DocumentPersistence, watcher: KeeperWatcher) {
    this.#name = name
    this.#persistence = persistence
    this.#watcher = watcher
  }

  /** Nobody noted whether a server has what was left here, so it counts as one change that none has. */
  async load(doc: Doc): Promise<LoadedDocument> {
    this.#attached = this.#persistence.attach(this.#name, doc)
    await this.#attached.whenLoaded
    const isEmpty = doc.store.clients.size === 0
    return { generation: undefined, ordinals: isEmpty ? [] : [this.#make()] }
  }

  add(_update: Uint8Array, isLocal: boolean): void {
    if (isLocal) this.#watcher.onChangeMade(this.#make(), true)
  }

  whenKept(): Promise<void> {
    return Promise.reject(new Error('y-indexeddb does not tell when a change is on the device'))
  }

  rememberGeneration(_generation: string): void {}
  markStored(_ranges: readonly OrdinalRange[]): void {}
  setFrameAside(): void {}
  setCopyAside(): void {}
  receive(): void {}
  async catchUp(): Promise<void> {}

  async close(): Promise<void> {
    await this.#attached?.destroy()
  }

  #make(): number {
    this.#madeThrough++
    return this.#madeThrough
  }
}
