import type { DocumentStore } from '../store/document-store.ts'

export interface SlowStore {
  readonly store: DocumentStore
  /** Appends made from now on wait. */
  hold(): void
  release(): void
}

/** A store whose appends a test can hold up. */
export function createSlowStore(inner: DocumentStore): SlowStore {
  let gate: PromiseWithResolvers<void> | undefined
  const store: DocumentStore = {
    load: (name) => inner.load(name),
    append: async (name, updates, generation) => {
      await gate?.promise
      return inner.append(name, updates, generation)
    },
    markStored: (name, seqs) => inner.markStored(name, seqs),
    setGeneration: (name, generation) => inner.setGeneration(name, generation),
    listDirty: () => inner.listDirty(),
    compact: (name) => inner.compact(name),
    setAside: (name, reason) => inner.setAside(name, reason),
    setAsideUpdate: (name, update, reason) => inner.setAsideUpdate(name, update, reason),
    listSetAside: () => inner.listSetAside(),
    readSetAside: (id) => inner.readSetAside(id),
    discardSetAside: (id) => inner.discardSetAside(id),
    onTrouble: (listener) => inner.onTrouble(listener),
    close: () => inner.close(),
  }
  return {
    store,
    hold: () => {
      gate ??= Promise.withResolvers()
    },
    release: () => {
      gate?.resolve()
      gate = undefined
    },
  }
}
