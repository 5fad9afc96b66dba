import type { AttachedDocument, DocumentPersistence } from '../store/document-persistence.ts'
import type { DocumentKeeper, KeeperWatcher, LoadedDocument, Persistence } from './document-keeper.ts'

/** Keeps documents through a persistence that binds itself to the doc and does not tell what it has written. */
export function attachedPersistence(persistence: DocumentPersistence): Persistence {
  return {
    load: async (name, doc) => {
      const attached = persistence.attach(name, doc)
      await attached.whenLoaded
      return (watcher) => new AttachedKeeper(attached, watcher, doc.store.clients.size === 0)
    },
  }
}

/** It has no place for what is set aside, so nothing is ever moved: a copy that the server does not want stays where it is. */
class AttachedKeeper implements DocumentKeeper {
  readonly canTell = false
  /** Nobody noted whether a server has what was left here, so it counts as one change that none has. */
  readonly loaded: LoadedDocument
  readonly #attached: AttachedDocument
  readonly #watcher: KeeperWatcher
  #madeThrough: number

  constructor(attached: AttachedDocument, watcher: KeeperWatcher, isEmpty: boolean) {
    this.#attached = attached
    this.#watcher = watcher
    this.#madeThrough = isEmpty ? 0 : 1
    this.loaded = { generation: undefined, ordinals: isEmpty ? [] : [1] }
  }

  add(_update: Uint8Array, isLocal: boolean): void {
    if (!isLocal) return
    this.#madeThrough++
    this.#watcher.onChangeMade(this.#madeThrough, true)
  }

  whenKept(): Promise<void> {
    return Promise.reject(new Error('y-indexeddb does not tell when a change is on the device'))
  }

  rememberGeneration(): void {}
  markStored(): void {}
  setFrameAside(): void {}
  setCopyAside(): void {}
  receive(): void {}
  async catchUp(): Promise<void> {}
  async whenMovedAway(): Promise<void> {}

  close(): Promise<void> {
    return this.#attached.destroy()
  }
}
